//! The public notice of sessions (公示), and what people object to (C-5.2).

use super::{Said, SessionOutcome, one, session_envelope};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::loaded::AsOf;
use crate::read::reference::Reference;
use crate::write::change::{OccurredAt, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::staging::Staged;
use domain::ids::{AreaId, ObjectionId, SessionId};
use domain::notice::{self, AmendmentDraft, NoticeDraft, ObjectionDraft};
use domain::refusal::{Code, Refusal};
use domain::session::{Session, SessionEvent};
use domain::vocabulary::ObjectionGround;

/// An objection as a client records it.
#[derive(Clone, Debug)]
pub struct NewObjection {
    /// The unit that it is about, where it is about one.
    pub unit_id: Option<AreaId>,
    /// What it is about.
    pub ground: ObjectionGround,
    /// What was said.
    pub text: String,
    /// Who said it, if they gave their name.
    pub name: Option<String>,
    /// Their phone number, if they gave it.
    pub phone: Option<String>,
    /// When.
    pub at: OccurredAt,
}

impl Casework {
    /// Posts the notice of a session on the boards of units, in one append.
    #[boxed(?Send)]
    pub async fn post_notice(
        &self,
        call: &CommandContext,
        id: SessionId,
        draft: &NoticeDraft,
        late_reason: Option<&str>,
    ) -> SessionOutcome {
        let words = words([("late_reason", late_reason)]);
        let said = Said { words, faults: unknown_units(&self.reference(), draft.unit_ids.as_deref()) };
        self.change_session(call, id, Some(draft.posted_at), said, &|session, tx| {
            let posted = notice::post(session, (&tx.reference.areas, &tx.reference.delegates), &tx.rules, draft)?;
            Ok(posted.into_iter().map(SessionEvent::NoticePosted).collect())
        })
        .await
    }

    /// Amends what hangs on boards.
    #[boxed(?Send)]
    pub async fn amend_notice(
        &self,
        call: &CommandContext,
        id: SessionId,
        draft: &AmendmentDraft,
        reason: Option<&str>,
    ) -> SessionOutcome {
        let words = words([("reason", reason)]);
        let said = Said { words, faults: unknown_units(&self.reference(), draft.unit_ids.as_deref()) };
        self.change_session(call, id, Some(draft.posted_at), said, &|session, tx| {
            let amended = notice::amend(session, (&tx.reference.areas, &tx.reference.delegates), &tx.rules, draft)?;
            Ok(amended.into_iter().map(SessionEvent::NoticeAmended).collect())
        })
        .await
    }

    /// Records an objection: the newest of the session afterwards. Who objects is in boxes of their own.
    #[boxed(?Send)]
    pub async fn object(&self, call: &CommandContext, id: SessionId, new: &NewObjection) -> SessionOutcome {
        let objection_id = ObjectionId(self.new_id());
        let words = words([("text", Some(&new.text))]);
        let unit = new.unit_id.filter(|unit| self.reference().areas.unit(*unit).is_none());
        let faults: Vec<Refusal> = unit.map(|_| Refusal::new(Code::UnknownId).at("/unit_id")).into_iter().collect();
        self.transact(call, async || {
            let reference = self.reference();
            let loaded = self.session_if_match(call, id, &faults).await?;
            let tx = self.session_transaction(call, &reference, &loaded.state, new.at)?;
            let draft = ObjectionDraft { id: objection_id, unit_id: new.unit_id, ground: new.ground, at: tx.at };
            let recorded = notice::object(&loaded.state, &reference.areas, &tx.rules, &draft)?;
            let envelope = session_envelope(&tx, &loaded.state);
            let mut staged = Staged::on(id, loaded, envelope);
            let event = SessionEvent::ObjectionRecorded(recorded);
            staged.add_of_person(self, event, &words, new.name.as_deref(), new.phone.as_deref()).await?;
            tx.record(staged).await
        })
        .await
    }

    /// Answers an objection.
    #[boxed(?Send)]
    pub async fn answer_objection(
        &self,
        call: &CommandContext,
        id: SessionId,
        objection: ObjectionId,
        upheld: bool,
        text: &str,
        at: OccurredAt,
    ) -> SessionOutcome {
        // Nothing is ever taken away: what is not there now was not there when the command came.
        if self.load::<Session>(id, AsOf::Now).await?.state.objection(objection).is_none() {
            return Err(Failure::NotFound);
        }
        let said: Words = words([("text", Some(text))]);
        self.change_session(call, id, at, said.into(), &|session, tx| {
            let objection = session.objection(objection).ok_or_else(|| vec![Refusal::new(Code::UnknownId)])?;
            one(notice::answer(session, objection, &tx.rules, upheld, tx.at).map(SessionEvent::ObjectionAnswered))
        })
        .await
    }
}

fn unknown_units(reference: &Reference, named: Option<&[AreaId]>) -> Vec<Refusal> {
    let named = named.unwrap_or_default().iter().enumerate();
    let unknown = named.filter(|(_, unit)| reference.areas.unit(**unit).is_none());
    unknown.map(|(index, _)| Refusal::new(Code::UnknownId).at(format!("/unit_ids/{index}"))).collect()
}
