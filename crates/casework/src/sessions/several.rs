//! Several sessions changed in one append, all or none.

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Loaded};
use crate::write::change::{Transaction, Words};
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::Staged;
use crate::write::transact::Attempt;
use chrono::NaiveDate;
use domain::ids::SessionId;
use domain::policy::Policy;
use domain::session::{Session, SessionEvent};
use event_store::Position;
use std::sync::Arc;

/// Sessions after a command.
#[derive(Clone, Debug)]
pub struct ChangedSessions {
    /// Each, in the order in which they were named.
    pub sessions: Vec<(SessionId, Arc<Loaded<Session>>)>,
    /// Position of the command's last event.
    pub position: Position,
}

/// What is to be recorded of one session.
pub(super) struct ChangedSession {
    pub id: SessionId,
    /// As it was; of version 0 where it is new.
    pub before: Arc<Loaded<Session>>,
    pub event: SessionEvent,
}

impl Casework {
    /// Sessions by their ids as of a position: what a replay of a command that named them answers.
    #[boxed]
    pub async fn sessions_at(&self, ids: &[SessionId], position: Position) -> Result<ChangedSessions, Failure> {
        let mut sessions = Vec::with_capacity(ids.len());
        for id in ids {
            sessions.push((*id, self.load(*id, AsOf::Position(position)).await?));
        }
        Ok(ChangedSessions { sessions, position })
    }

    /// Records an event for each of several sessions, under the policy in force on the day of each; the words are said with
    /// the first.
    pub(super) async fn record_on_sessions(
        &self,
        mut tx: Transaction<'_>,
        changed: Vec<ChangedSession>,
        words: &Words,
    ) -> Result<ChangedSessions, Attempt> {
        let mut staged = Vec::with_capacity(changed.len());
        for ChangedSession { id, before, event } in changed {
            let on = held_on(&event).unwrap_or(before.state.held.on);
            let in_force = tx.reference.policies.in_force(on).map(Policy::position);
            let area = if let SessionEvent::Planned(planned) = &event { planned.grid_id } else { before.state.grid_id };
            let policy = Some(in_force.unwrap_or_else(|| tx.rules.policy.position()));
            let envelope = Envelope { area: area.0, policy, ..tx.envelope(&before.state) };
            let mut one = Staged::on(id, before, envelope);
            let words = if staged.is_empty() { words.clone() } else { Words::new() };
            one.add(self, event, &words).await?;
            tx.write(&mut one);
            staged.push(one);
        }
        let appended = tx.append().await?;
        let sessions = staged.into_iter().map(|one| (one.id, self.settle(one, &appended)));
        Ok(ChangedSessions { sessions: sessions.collect(), position: appended.last })
    }
}

/// The day that an event puts its session on.
pub(super) const fn held_on(event: &SessionEvent) -> Option<NaiveDate> {
    match event {
        SessionEvent::Planned(planned) => Some(planned.held_on),
        SessionEvent::Moved(moved) => Some(moved.held_on),
        SessionEvent::Cancelled(_)
        | SessionEvent::RotaAssigned(_)
        | SessionEvent::RotaPublished(_)
        | SessionEvent::DutySubstituted(_)
        | SessionEvent::Opened(_)
        | SessionEvent::CheckedIn(_)
        | SessionEvent::CheckedOut(_)
        | SessionEvent::Closed(_)
        | SessionEvent::RecordFiled(_)
        | SessionEvent::NoticePosted(_)
        | SessionEvent::NoticeAmended(_)
        | SessionEvent::ObjectionRecorded(_)
        | SessionEvent::ObjectionAnswered(_)
        | SessionEvent::CorrectionProposed(_)
        | SessionEvent::CorrectionRefused(_)
        | SessionEvent::Corrected(_) => None,
    }
}
