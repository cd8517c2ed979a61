//! Service days planned, rotas proposed, assigned and published; and a session more for one that was missed.

use super::people;
use super::town::Town;
use casework::Failure;
use casework::loaded::Loaded;
use casework::sessions::rotas::NewRota;
use casework::transact::Outcome;
use chrono::{Days, NaiveDate};
use domain::ids::SessionId;
use domain::reception::DelegateDraft;
use domain::session::{ExtraDraft, PlanDraft, PlannedEvent, Session};
use domain::vocabulary::Role;
use std::sync::Arc;

/// Sessions whose rotas were published.
pub(super) type Published = Vec<(SessionId, Arc<Loaded<Session>>)>;

/// Working days from the decision to make up for a missed session to that day, at least: its notice must hang out in time.
const MADE_UP_AFTER: u32 = 5;

impl Town<'_> {
    /// Plans the service days between two days, of the grids that act.
    pub(super) async fn plan_days(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<PlannedEvent>, Failure> {
        let key = format!("plan/{from}/{}", self.today());
        let call = people::call(self.people.administrator, Role::Administrator, &key);
        let grid_ids = Some(self.people.grids.iter().map(|desk| desk.id).collect());
        let draft = PlanDraft { from, to, grid_ids };
        match self.casework.plan_sessions(&call, &draft, false, None).await? {
            Outcome::Done(planned) => Ok(planned.plan.events),
            Outcome::Replayed(_) => Err(Failure::KeyReused),
        }
    }

    /// Assigns what is proposed for the sessions of a grid between two days, and publishes it.
    pub(super) async fn publish(&self, grid: usize, from: NaiveDate, to: NaiveDate) -> Result<Published, Failure> {
        let desk = self.people.grids.get(grid).ok_or(Failure::NotFound)?;
        let casework = self.casework;
        let position = casework.store.head().position;
        let proposal = casework.propose_rota(desk.id, from, to, position).await?;
        let draft = |slot: &domain::session::AssignedSlot| DelegateDraft {
            delegate_id: slot.delegate_id,
            delegate_type: Some(slot.delegate_type),
        };
        let items: Vec<NewRota> = proposal
            .items
            .iter()
            .map(|item| NewRota { session_id: item.session_id, slots: item.slots.iter().map(draft).collect() })
            .collect();
        if items.is_empty() {
            return Ok(Published::new());
        }
        let call = |part| people::call(desk.account, Role::Convener, &format!("rota/{grid}/{from}/{part}"));
        casework.assign_rotas(&call("assigned"), desk.id, &items, Some(position), None).await?;
        let ids: Vec<SessionId> = items.iter().map(|item| item.session_id).collect();
        match casework.publish_rotas(&call("published"), desk.id, &ids, None).await? {
            Outcome::Done(changed) => Ok(changed.sessions),
            Outcome::Replayed(_) => Err(Failure::KeyReused),
        }
    }

    /// Adds a session for one that was missed, on a day of its own.
    pub(super) async fn make_up(&self, grid: usize, missed: SessionId) -> Result<Published, Failure> {
        let desk = self.people.grids.get(grid).ok_or(Failure::NotFound)?;
        let calendars = &self.casework.reference().calendars;
        let ahead = calendars.after(self.today(), MADE_UP_AFTER).on;
        let Some(held_on) = self.next_free_day(ahead - Days::new(1)) else { return Ok(Published::new()) };
        let draft = ExtraDraft {
            grid_id: desk.id,
            held_on,
            from: None,
            to: None,
            venue: None,
            makes_up_session_id: Some(missed),
            at: self.now,
        };
        let call = people::call(desk.account, Role::Convener, &format!("make-up/{grid}/{held_on}"));
        self.casework.add_session(&call, &draft, "补开因故未开展的接待。").await?;
        self.publish(grid, held_on, held_on).await
    }
}
