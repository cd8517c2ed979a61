//! What a reception belongs to, looked up; and what that is told of it, in the same append: that the appointment was kept,
//! that people were heard there (C-3.1).

use super::Named;
use crate::casework::Casework;
use crate::read::loaded::Entity;
use crate::write::change::Transaction;
use crate::write::failure::Failure;
use crate::write::staging::{SealedParts, Staged};
use domain::activity::{self, Activity, ActivityEvent};
use domain::appointment::{self, Appointment, AppointmentEvent, AppointmentKept, VisitDraft};
use domain::deed::{self, Deed, DeedEvent};
use domain::hearing::{HearingDraft, OpinionsHeard};
use domain::meeting::{self, Meeting, MeetingEvent};
use domain::reception::{Occasion, ReceptionDraft};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use domain::session::Session;
use domain::study::{self, Study, StudyEvent};
use std::sync::Arc;

/// What a reception belongs to, as it stands.
pub(crate) enum Found {
    /// Nothing is named.
    Nothing,
    Session(Named<Session>),
    Appointment(Named<Appointment>),
    Activity(Named<Activity>),
    Meeting(Named<Meeting>),
    Study(Named<Study>),
    Deed(Named<Deed>),
}

/// What it is told of the reception.
pub(crate) enum Told {
    Kept(AppointmentKept),
    Heard(OpinionsHeard),
}

impl Casework {
    /// Looks up what a reception is said to belong to.
    pub(crate) async fn occasion(&self, named: Option<Occasion>) -> Result<Found, Failure> {
        Ok(match named {
            None => Found::Nothing,
            Some(Occasion::Session(id)) => Found::Session((id, self.if_there(id).await?)),
            Some(Occasion::Appointment(id)) => Found::Appointment((id, self.if_there(id).await?)),
            Some(Occasion::Activity(id)) => Found::Activity((id, self.if_there(id).await?)),
            Some(Occasion::Meeting(id)) => Found::Meeting((id, self.if_there(id).await?)),
            Some(Occasion::Study(id)) => Found::Study((id, self.if_there(id).await?)),
            Some(Occasion::Deed(id)) => Found::Deed((id, self.if_there(id).await?)),
        })
    }
}

impl Found {
    /// The session, where it is one that is there.
    pub fn session(&self) -> Option<&Session> {
        if let Self::Session((_, Some(session))) = self { Some(&session.state) } else { None }
    }

    /// What it is to be told of a reception.
    ///
    /// Errors: everything that does not fit between the two.
    pub fn told(&self, rules: &Rules<'_>, draft: &ReceptionDraft) -> Result<Option<Told>, Vec<Refusal>> {
        let unknown =
            |occasion: Occasion| Err(vec![Refusal::new(Code::UnknownId).at(format!("/{}", occasion.field()))]);
        let heard = match self {
            // A session is told nothing: what was raised in it is asked of the receptions that name it.
            Self::Nothing | Self::Session(_) => return Ok(None),
            Self::Appointment((_, asked)) => {
                let none = Appointment::default();
                let asked = asked.as_ref().map_or(&none, |loaded| &loaded.state);
                return appointment::keep(asked, rules, &visit(draft)).map(|kept| Some(Told::Kept(kept)));
            }
            Self::Activity((id, None)) => return unknown(Occasion::Activity(*id)),
            Self::Activity((_, Some(activity))) => activity::hear(&activity.state, rules, &hearing(rules, draft)),
            Self::Meeting((_, meeting)) => {
                let none = Meeting::default();
                meeting::hear(meeting.as_ref().map_or(&none, |loaded| &loaded.state), rules, &hearing(rules, draft))
            }
            Self::Study((_, study)) => {
                let none = Study::default();
                study::hear(study.as_ref().map_or(&none, |loaded| &loaded.state), rules, &hearing(rules, draft))
            }
            Self::Deed((id, None)) => return unknown(Occasion::Deed(*id)),
            Self::Deed((_, Some(deed))) => deed::hear(&deed.state, rules, &hearing(rules, draft)),
        };
        heard.map(|heard| Some(Told::Heard(heard)))
    }

    /// Demands that it still stands as the decision saw it, where nothing is written to it.
    pub fn rely_on(&self, tx: &mut Transaction<'_>) {
        if let Self::Session((id, Some(session))) = self {
            tx.rely_on(Session::stream(*id), session.version);
        }
    }

    /// Adds what it is told to the append.
    pub fn tell(&self, tx: &mut Transaction<'_>, told: Told) -> Result<(), Failure> {
        match (self, told) {
            (Self::Appointment(named), Told::Kept(kept)) => tell(tx, named, AppointmentEvent::Kept(kept)),
            (Self::Activity(named), Told::Heard(heard)) => tell(tx, named, ActivityEvent::OpinionsHeard(heard)),
            (Self::Meeting(named), Told::Heard(heard)) => tell(tx, named, MeetingEvent::OpinionsHeard(heard)),
            (Self::Study(named), Told::Heard(heard)) => tell(tx, named, StudyEvent::OpinionsHeard(heard)),
            (Self::Deed(named), Told::Heard(heard)) => tell(tx, named, DeedEvent::OpinionsHeard(heard)),
            // Nothing else is told anything.
            (
                Self::Nothing
                | Self::Session(_)
                | Self::Appointment(_)
                | Self::Activity(_)
                | Self::Meeting(_)
                | Self::Study(_)
                | Self::Deed(_),
                Told::Kept(_) | Told::Heard(_),
            ) => Ok(()),
        }
    }
}

fn tell<S: Entity>(tx: &mut Transaction<'_>, named: &Named<S>, event: S::Event) -> Result<(), Failure> {
    let (id, Some(before)) = named else { return Ok(()) };
    let mut staged = Staged::on(*id, Arc::clone(before), tx.envelope(&before.state));
    staged.push(event, SealedParts::default())?;
    tx.write(&mut staged);
    Ok(())
}

fn hearing(rules: &Rules<'_>, draft: &ReceptionDraft) -> HearingDraft {
    HearingDraft {
        reception_id: draft.id,
        grid_id: draft.grid_id,
        held_on: rules.town_date(draft.held_at),
        delegate_ids: draft.delegates.iter().map(|delegate| delegate.delegate_id).collect(),
        issue_ids: draft.issues.iter().map(|issue| issue.id).collect(),
    }
}

fn visit(draft: &ReceptionDraft) -> VisitDraft {
    VisitDraft {
        reception_id: draft.id,
        form: draft.form,
        grid_id: draft.grid_id,
        held_at: draft.held_at,
        delegate_ids: draft.delegates.iter().map(|delegate| delegate.delegate_id).collect(),
    }
}

/// What was decided of a reception and of what it belongs to: both, or everything that does not fit, each fault once.
pub(crate) fn both<T>(
    recorded: Result<T, Vec<Refusal>>,
    told: Result<Option<Told>, Vec<Refusal>>,
) -> Result<(T, Option<Told>), Vec<Refusal>> {
    match (recorded, told) {
        (Ok(recorded), Ok(told)) => Ok((recorded, told)),
        (Err(faults), Ok(_)) | (Ok(_), Err(faults)) => Err(faults),
        (Err(mut faults), Err(more)) => {
            for fault in more {
                if !faults.iter().any(|known| known.code == fault.code && known.pointer == fault.pointer) {
                    faults.push(fault);
                }
            }
            Err(faults)
        }
    }
}
