//! Plans of service days, and sessions that no service day asks for (C-2).

use super::around::{days_around, states};
use super::several::{ChangedSession, held_on};
use super::{SessionOutcome, of_refusals};
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::corrections::people;
use crate::read::loaded::{AsOf, Entity as _, Loaded};
use crate::read::reference::Reference;
use crate::write::change::{Changed, OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::{Attempt, Outcome};
use chrono::NaiveDate;
use domain::claims;
use domain::ids::{AreaId, SessionId};
use domain::refusal::Kind;
use domain::session::{
    self, ExtraDraft, Plan, PlanDraft, PlannedEvent, Planning, Session, SessionEvent, SessionsOfGrid,
};
use domain::vocabulary::SessionState;
use event_store::{CommandRecord, Position, Version};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a plan came to, or would come to.
#[derive(Clone, Debug)]
pub struct PlannedSessions {
    /// Where each service day is placed, and how many sessions were planned, moved, cancelled, left.
    pub plan: Plan,
    /// Position of its last event; of the newest of the log where there is none.
    pub position: Position,
}

/// The sessions that a plan looks at.
type Sessions = BTreeMap<SessionId, Arc<Loaded<Session>>>;

impl Casework {
    /// Plans the service days of a range, in one append; what stands as it should is left. With `dry_run` nothing is
    /// recorded.
    pub fn plan_sessions<'a>(
        &'a self,
        call: &'a CommandContext,
        draft: &'a PlanDraft,
        dry_run: bool,
        at: OccurredAt,
    ) -> LocalBoxed<'a, Result<Outcome<PlannedSessions>, Failure>> {
        Box::pin(async move {
            self.transact(call, async || {
                let head = self.store.head().position;
                let (reference, now) = (self.reference(), self.now());
                let today = reference.town_date(now);
                let nothing = SessionsOfGrid::new();
                let mut faults = session::plan_faults(&planning(&reference, today, &nothing), draft);
                let early =
                    at.filter(|at| *at > now).map(|_| claims::ahead(now, reference.time_zone()).at("/occurred_at"));
                faults.extend(early);
                if !faults.is_empty() {
                    return Err(Failure::Invalid(faults).into());
                }
                call.makes_new()?;
                let sessions = self.sessions_of_plan(&reference, draft, AsOf::Now).await?;
                let states = states(&sessions);
                let plan = session::plan(&planning(&reference, today, &states), draft).map_err(of_refusals)?;
                if dry_run || plan.events.is_empty() {
                    // Perhaps because another copy of the very command got in a moment ago: that is then what it did.
                    return match self.replayed(call).await? {
                        Some(record) => Err(Attempt::Replayed(record)),
                        None => Ok(PlannedSessions { plan, position: head }),
                    };
                }
                let tx = Transaction::new(self, call, &reference, reference.rules_on(today, now)?, at);
                let position = self.record_plan(tx, draft, &plan.events, &sessions).await?;
                Ok(PlannedSessions { plan, position })
            })
            .await
        })
    }

    /// What a plan came to when its command was recorded: what a replay answers.
    #[boxed]
    pub async fn planned_before(&self, draft: &PlanDraft, record: &CommandRecord) -> Result<PlannedSessions, Failure> {
        let before = Position(record.first.0.saturating_sub(1));
        let recorded = self.store.event(record.first).await?.ok_or(Failure::BeyondHead)?;
        let recorded_at = crate::read::decode::instant(recorded.text()?.recorded_at);
        let reference = self.reference_at(before).await?;
        let sessions = self.sessions_of_plan(&reference, draft, AsOf::Position(before)).await?;
        let states = states(&sessions);
        let known = planning(&reference, reference.town_date(recorded_at), &states);
        let plan = session::plan(&known, draft).map_err(of_refusals)?;
        Ok(PlannedSessions { plan, position: record.last })
    }

    /// Adds a session that no service day asks for; its id is that of the grid and the day.
    #[boxed(?Send)]
    pub async fn add_session(&self, call: &CommandContext, draft: &ExtraDraft, reason: &str) -> SessionOutcome {
        let words = words([("reason", Some(reason))]);
        self.transact(call, async || {
            let (reference, now) = (self.reference(), self.now());
            // A day before the first policy does not fit; that is told by the rules of any.
            let in_force = reference.rules_on(draft.held_on, now);
            let rules = in_force.clone().or_else(|_| reference.rules(None, now))?;
            let missed = match draft.makes_up_session_id {
                Some(id) => match self.load::<Session>(id, AsOf::Now).await {
                    Err(Failure::NotFound) => None,
                    missed => Some(missed?),
                },
                None => None,
            };
            let around = self.sessions_around(&reference, draft.grid_id, draft.held_on, draft.held_on).await?;
            let not_held = missed.as_ref().map(|missed| &missed.state);
            let decided = session::add(&people(&reference), &rules, &around.states(), not_held, draft);
            if let Err(refusal) = &decided
                && refusal.kind == Kind::Invalid
            {
                return Err(refusal.clone().into());
            }
            call.makes_new()?;
            in_force?;
            let (id, planned) = decided?;
            let mut tx = Transaction::new(self, call, &reference, rules, Some(draft.at));
            tx.count_through(&[rules.today, draft.held_on]);
            around.rely_on(&mut tx);
            if let (Some(id), Some(missed)) = (draft.makes_up_session_id, &missed) {
                tx.rely_on(Session::stream(id), missed.version);
            }
            let added = ChangedSession { id, before: Arc::default(), event: SessionEvent::Planned(planned) };
            let mut recorded = self.record_on_sessions(tx, vec![added], &words).await?;
            let (_, loaded) = recorded.sessions.pop().ok_or(Failure::NotFound)?;
            Ok(Changed { loaded, position: recorded.position })
        })
        .await
    }

    /// Every session that a plan has to do with: those of its service days, and those on days that they may be held on.
    async fn sessions_of_plan(
        &self,
        reference: &Reference,
        draft: &PlanDraft,
        as_of: AsOf,
    ) -> Result<Sessions, Failure> {
        let all = || reference.areas.grids().map(|grid| grid.id).collect();
        let grids: Vec<AreaId> = draft.grid_ids.clone().unwrap_or_else(all);
        self.sessions_of(&grids, &days_around(reference, draft.from, draft.to), as_of).await
    }

    async fn record_plan(
        &self,
        mut tx: Transaction<'_>,
        draft: &PlanDraft,
        events: &[PlannedEvent],
        sessions: &Sessions,
    ) -> Result<Position, Attempt> {
        tx.in_bulk();
        tx.count_through(&[tx.rules.today]);
        tx.count_through(&days_around(tx.reference, draft.from, draft.to));
        let grids: BTreeSet<AreaId> = events.iter().map(|planned| planned.grid_id).collect();
        // Somebody may be moving one of them to a day that is planned here, or adding one there.
        for (id, session) in sessions {
            let state = &session.state;
            let may_move = state.state == SessionState::Planned && state.held.on >= tx.rules.today;
            if may_move && grids.contains(&state.grid_id) {
                tx.rely_on(Session::stream(*id), session.version);
            }
        }
        for planned in events {
            if let Some(on) = held_on(&planned.event) {
                let there = SessionId::of(planned.grid_id, on);
                if !sessions.contains_key(&there) {
                    tx.rely_on(Session::stream(there), Version(0));
                }
            }
        }
        let changed = events.iter().map(|planned| ChangedSession {
            id: planned.id,
            before: sessions.get(&planned.id).cloned().unwrap_or_default(),
            event: planned.event.clone(),
        });
        Ok(self.record_on_sessions(tx, changed.collect(), &Words::new()).await?.position)
    }
}

fn planning<'a>(reference: &'a Reference, today: NaiveDate, sessions: &'a SessionsOfGrid<'a>) -> Planning<'a> {
    Planning {
        people: people(reference),
        policies: &reference.policies,
        calendars: &reference.calendars,
        today,
        sessions,
    }
}
