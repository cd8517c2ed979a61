//! Sessions (接待场次): planned, moved, staffed, opened, closed and judged, with their public notice (C-2, C-4.1, C-5.2). One
//! method per fact; the rules are `domain::session`'s and `domain::notice`'s.
//!
//! Reading order: here how a session is changed, and [`several`] at once; [`plans`], [`moves`] (by hand), [`rotas`],
//! [`sitting`] (the day itself), [`notices`]; `around` is what a decision looks at beside its session.

pub(crate) mod around;
pub mod moves;
pub mod notices;
pub mod plans;
pub mod rotas;
pub mod several;
pub mod sitting;

use crate::access::things;
use crate::boxed::LocalBoxed;
use crate::casework::Casework;
use crate::read::cache::Cache;
use crate::read::loaded::{Caches, Entity, Loaded};
use crate::read::reference::Reference;
use crate::write::change::{Changed, OccurredAt, Transaction, Words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::Staged;
use crate::write::transact::{Attempt, Outcome};
use chrono::NaiveDate;
use domain::access::{Action, Thing};
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, SessionId};
use domain::refusal::{Code, Kind, Refusal};
use domain::rules::Rules;
use domain::session::{Presence, Session, SessionEvent, Slot, Substitution};
use std::sync::Arc;
use uuid::Uuid;

/// How a command on one session ends.
pub type SessionOutcome = Result<Outcome<Changed<Session>>, Failure>;

/// What decides one event or several on a session.
type Decide<'d> = dyn Fn(&Session, &Transaction<'_>) -> Result<Vec<SessionEvent>, Vec<Refusal>> + 'd;

/// What a command says beside its events: words for the first of them, and what is wrong with its body whatever becomes of
/// the session.
#[derive(Default)]
struct Said {
    words: Words,
    /// Told before a session that is not there, or is at another version (ADR 0026).
    faults: Vec<Refusal>,
}

impl From<Words> for Said {
    fn from(words: Words) -> Self {
        Self { words, faults: Vec::new() }
    }
}

impl Casework {
    /// Decides on a session under the policy in force on its day, and records what was decided.
    fn change_session<'a>(
        &'a self,
        call: &'a CommandContext,
        id: SessionId,
        at: OccurredAt,
        said: Said,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, SessionOutcome> {
        Box::pin(async move {
            self.transact(call, async || {
                let reference = self.reference();
                let loaded = self.session_if_match(call, id, &said.faults).await?;
                let tx = self.session_transaction(call, &reference, &loaded.state, at)?;
                let events = decide(&loaded.state, &tx).map_err(of_refusals)?;
                self.record_on_session(tx, id, loaded, events, &said.words).await
            })
            .await
        })
    }

    /// The session of a command; what is wrong with the body comes first where it is not to be had.
    async fn session_if_match(
        &self,
        call: &CommandContext,
        id: SessionId,
        faults: &[Refusal],
    ) -> Result<Arc<Loaded<Session>>, Failure> {
        match self.load_if_match::<Session>(call, id).await {
            Err(Failure::NotFound | Failure::Stale { .. }) if !faults.is_empty() => {
                Err(Failure::Invalid(faults.to_vec()))
            }
            loaded => loaded,
        }
    }

    /// An attempt under the policy in force on the day of a session.
    fn session_transaction<'a>(
        &'a self,
        call: &'a CommandContext,
        reference: &'a Reference,
        session: &Session,
        at: OccurredAt,
    ) -> Result<Transaction<'a>, Refusal> {
        let rules = reference.rules_on(session.held.on, self.now())?;
        let mut tx = Transaction::new(self, call, reference, rules, at);
        tx.count_through(&[rules.today, session.held.on, session.ordinary_on]);
        Ok(tx)
    }

    /// Records events of one session; the words are said with the first.
    async fn record_on_session(
        &self,
        mut tx: Transaction<'_>,
        id: SessionId,
        before: Arc<Loaded<Session>>,
        events: Vec<SessionEvent>,
        words: &Words,
    ) -> Result<Changed<Session>, Attempt> {
        if let [SessionEvent::CheckedIn(checked)] = events.as_slice() {
            tx.rely_on_delegate(checked.delegate_id);
        }
        let envelope = session_envelope(&tx, &before.state);
        let mut staged = Staged::on(id, before, envelope);
        for (index, event) in events.into_iter().enumerate() {
            let words = if index == 0 { words.clone() } else { Words::new() };
            staged.add(self, event, &words).await?;
        }
        tx.record(staged).await
    }
}

/// The envelope of what happens in a session: it names the policy in force on its day.
fn session_envelope(tx: &Transaction<'_>, session: &Session) -> Envelope {
    Envelope { policy: Some(tx.rules.policy.position()), ..tx.envelope(session) }
}

/// One event, or one refusal.
fn one(decided: Result<SessionEvent, Refusal>) -> Result<Vec<SessionEvent>, Vec<Refusal>> {
    decided.map(|event| vec![event]).map_err(|refusal| vec![refusal])
}

/// What does not fit is told as the faults of a body, what rules say no to as their refusal, one or several at once.
pub(crate) fn of_refusals(refusals: Vec<Refusal>) -> Failure {
    let of_rules = refusals.iter().all(|refusal| refusal.kind == Kind::Rule);
    match <[Refusal; 1]>::try_from(refusals) {
        Ok([refusal]) if of_rules => Failure::from(refusal),
        Ok([refusal]) => Failure::Invalid(vec![refusal]),
        Err(several) if of_rules => Failure::RefusedAtOnce(several),
        Err(several) => Failure::Invalid(several),
    }
}

/// What is wrong with a body that names delegates who are none.
fn unknown_delegates<P: Into<String>>(
    reference: &Reference,
    named: impl IntoIterator<Item = (DelegateId, P)>,
) -> Vec<Refusal> {
    let unknown = named.into_iter().filter(|(id, _)| reference.delegates.get(*id).is_none());
    unknown.map(|(_, pointer)| Refusal::new(Code::UnknownId).at(pointer)).collect()
}

impl Entity for Session {
    type Id = SessionId;

    const FAMILY: &'static str = "session";

    const READ: Action = Action::SessionRead;

    fn event(event: Event) -> Option<SessionEvent> {
        if let Event::Session(event) = event { Some(event) } else { None }
    }

    fn cache(caches: &Caches) -> Option<&Cache<Uuid, Loaded<Self>>> {
        Some(&caches.sessions)
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &SessionEvent) -> Vec<NaiveDate> {
        vec![rules.today, self.held.on, self.ordinary_on]
    }

    fn allocated(&self) -> usize {
        let slot = |slot: &Slot| size_of::<Slot>() + slot.substitutions.len() * size_of::<Substitution>();
        // A notice with its day, hours, venue and list of delegates.
        let notices =
            self.notices.iter().map(|notice| 512 + notice.content.delegate_ids.len() * size_of::<DelegateId>());
        512 + self.slots.iter().map(slot).sum::<usize>()
            + self.presences.len() * size_of::<Presence>()
            + notices.sum::<usize>()
    }

    fn thing(&self, _: Self::Id) -> Thing {
        things::session(self)
    }
}
