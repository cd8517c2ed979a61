//! Planning service days: one session for each grid and ordinary service day, placed by the calendar, and only what
//! differs from what is planned already (C-2).

use super::events::{SessionCancelled, SessionEvent, SessionMoved, SessionPlanned};
use super::held::PlacedBy;
use super::service_day::{Placed, PlacedSession, is_service_day, place_service_day};
use super::state::Session;
use crate::calendar::Calendars;
use crate::days;
use crate::ids::{AreaId, SessionId};
use crate::policy::Policies;
use crate::reception::People;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{SessionReason, SessionState};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Sessions that one plan may hold.
pub const SESSIONS_MAX: usize = 1000;
/// Days that one plan may reach over.
pub const DAYS_MAX: i64 = 366;

/// Which days are to be planned, for which grids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDraft {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The grids; all of them where none is named.
    pub grid_ids: Option<Vec<AreaId>>,
}

/// What is known when days are planned.
#[derive(Clone, Copy, Debug)]
pub struct Planning<'a> {
    /// Programme and grids.
    pub people: People<'a>,
    /// Every policy version: each day has its own.
    pub policies: &'a Policies,
    /// The calendars.
    pub calendars: &'a Calendars,
    /// The town's day.
    pub today: NaiveDate,
    /// Sessions of the grids: all whose ordinary day or day held lies in the range or on a day that something falls on.
    pub sessions: &'a BTreeMap<SessionId, &'a Session>,
}

/// What a plan comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Where each service day is placed, alike for all grids.
    pub days: Vec<Placed>,
    /// What is to be recorded.
    pub events: Vec<PlannedEvent>,
    /// Sessions planned now.
    pub planned: u32,
    /// Sessions moved by the calendar.
    pub moved: u32,
    /// Sessions cancelled by the calendar.
    pub cancelled: u32,
    /// Sessions that stand as they should.
    pub unchanged: u32,
    /// Sessions that stand otherwise, and are not the plan's to change: moved or cancelled by hand, opened, past, or on a
    /// day that another session of the grid has.
    pub left_alone: u32,
}

/// A fact of one session.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedEvent {
    /// Which.
    pub id: SessionId,
    /// Of which grid.
    pub grid_id: AreaId,
    /// What is to be recorded.
    pub event: SessionEvent,
}

/// Plans every ordinary service day of a range. The same plan again records nothing.
///
/// Errors, all at once: those of [`faults`]; [`Code::NoPolicyInForce`] on a day that a session is placed on.
pub fn plan(known: &Planning<'_>, draft: &PlanDraft) -> Result<Plan, Vec<Refusal>> {
    let faults = faults(known, draft);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut plan = Plan { days: placed(known, draft), ..Plan::default() };
    let ordinary: BTreeSet<NaiveDate> = plan.days.iter().map(|day| day.ordinary_on).collect();
    for grid in grids(known, draft) {
        for day in std::mem::take(&mut plan.days) {
            let decided = known.decide(grid, &day, &ordinary).map_err(|refusal| vec![refusal])?;
            plan.take(grid, &day, decided);
            plan.days.push(day);
        }
    }
    Ok(plan)
}

/// Everything that does not fit in a plan as it comes in.
///
/// [`Code::OutOfRange`] at `/to` and for days past the years of the record, [`Code::BeforeProgramme`] at `/from`;
/// [`Code::UnknownId`] and [`Code::Duplicate`] of grids; [`Code::TooMany`] sessions at `/to`.
pub fn faults(known: &Planning<'_>, draft: &PlanDraft) -> Vec<Refusal> {
    let mut faults = Vec::new();
    faults.extend(days::plausible(draft.from, "/from").err());
    faults.extend(days::plausible(draft.to, "/to").err());
    if !faults.is_empty() {
        return faults;
    }
    if known.people.programme.is_none_or(|programme| draft.from < programme.effective_on) {
        faults.push(Refusal::new(Code::BeforeProgramme).at("/from"));
    }
    let last = draft.from + chrono::Days::new(DAYS_MAX.unsigned_abs() - 1);
    if draft.to < draft.from || draft.to > last {
        faults.push(Refusal::out_of_range(draft.from, last).under("C-2").at("/to"));
    }
    for (index, grid) in draft.grid_ids.iter().flatten().enumerate() {
        let at = format!("/grid_ids/{index}");
        if known.people.areas.grid(*grid).is_none() {
            faults.push(Refusal::new(Code::UnknownId).at(at));
        } else if draft.grid_ids.iter().flatten().take(index).any(|other| other == grid) {
            faults.push(Refusal::new(Code::Duplicate).under("C-2").at(at));
        }
    }
    if faults.is_empty() && placed(known, draft).len() * grids(known, draft).len() > SESSIONS_MAX {
        faults.push(Refusal::new(Code::TooMany).under("C-2").at("/to").because(
            format!("一次最多安排 {SESSIONS_MAX} 场；请缩短时段或分网格安排。"),
            format!("One plan holds at most {SESSIONS_MAX} sessions; name fewer days or fewer grids."),
        ));
    }
    faults
}

fn placed(known: &Planning<'_>, draft: &PlanDraft) -> Vec<Placed> {
    let days = draft.from.iter_days().take_while(|day| *day <= draft.to);
    let service_days = days.filter(|day| is_service_day(known.policies, *day));
    service_days.map(|day| place_service_day(known.policies, known.calendars, day)).collect()
}

fn grids(known: &Planning<'_>, draft: &PlanDraft) -> Vec<AreaId> {
    let all = || known.people.areas.grids().map(|grid| grid.id).collect();
    draft.grid_ids.clone().unwrap_or_else(all)
}

/// What a plan does about one service day of one grid.
enum Decided {
    Plan(SessionPlanned),
    Move(SessionMoved),
    Cancel(SessionCancelled),
    Unchanged,
    LeftAlone,
    /// Another day's session stands for it, or none does, and none is planned.
    Nothing,
}

impl Planning<'_> {
    fn decide(&self, grid: AreaId, day: &Placed, ordinary: &BTreeSet<NaiveDate>) -> Result<Decided, Refusal> {
        let id = SessionId::of(grid, day.ordinary_on);
        let session = self.sessions.get(&id).copied().filter(|session| session.exists());
        let Some(session) = session else {
            return match &day.held {
                None => Ok(Decided::Nothing),
                Some(held) if self.taken(grid, id, held.on, ordinary) => Ok(Decided::LeftAlone),
                Some(held) => self.planned(grid, day.ordinary_on, held).map(Decided::Plan),
            };
        };
        let cancelled = session.state == SessionState::Cancelled;
        let may_change = session.opened.is_none() && session.held.on >= self.today;
        if self.by_hand(session) {
            // Day and hours are somebody's; the rest follows the plan as long as it may: which lost days are held with it too.
            let held = &session.held;
            let merged_days = day.held.as_ref().map_or(&held.merged_days, |placed| &placed.merged_days);
            let anew = self.at(session, held.on, merged_days.clone());
            let differs = (&anew.venue, &anew.merged_days) != (&held.venue, &held.merged_days);
            return Ok(if !cancelled && may_change && differs { Decided::Move(anew) } else { Decided::LeftAlone });
        }
        let placed = day.held.as_ref().map(|held| self.at(session, held.on, held.merged_days.clone()));
        let stands = match &placed {
            None => cancelled,
            Some(placed) => {
                let held = &session.held;
                let there = placed.held_on == held.on && placed.merged_days == held.merged_days;
                !cancelled && there && (placed.venue == held.venue || !may_change)
            }
        };
        if stands {
            return Ok(Decided::Unchanged);
        }
        if !may_change {
            return Ok(Decided::LeftAlone);
        }
        match day.held.as_ref().zip(placed) {
            None => {
                let reason_code = SessionReason::Calendar;
                Ok(Decided::Cancel(SessionCancelled { reason_code }))
            }
            Some((held, _)) if self.taken(grid, id, held.on, ordinary) => Ok(Decided::LeftAlone),
            // The calendar took the day away, and gives it back.
            Some((held, _)) if cancelled => self.planned(grid, day.ordinary_on, held).map(Decided::Plan),
            Some((_, placed)) => Ok(Decided::Move(placed)),
        }
    }

    /// A planned session on a day, by the calendar; its hours stay.
    fn at(&self, session: &Session, held_on: NaiveDate, merged_days: Vec<NaiveDate>) -> SessionMoved {
        SessionMoved {
            held_on,
            from: session.held.from,
            to: session.held.to,
            venue: self.venue(session, held_on),
            merged_days,
            reason_code: SessionReason::Calendar,
        }
    }

    /// Where a session is to be held: where its grid has its venue on that day, as long as no rota of it is published and
    /// nobody named a venue for this session; that is, while it has the one that the grid had when it was placed.
    fn venue(&self, session: &Session, held_on: NaiveDate) -> Option<String> {
        let held = &session.held;
        let grid = self.people.areas.grid(session.grid_id);
        let then = grid.and_then(|grid| grid.venue_as_of(held.since.position, held.on));
        if session.published.is_some() || then != held.venue.as_deref() {
            return held.venue.clone();
        }
        grid.and_then(|grid| grid.venue_on(held_on)).map(str::to_owned)
    }

    /// Whether somebody moved, cancelled or added it. What has the calendar for its reason is a plan's where the policies and
    /// calendars of that moment put the session there; else somebody gave that reason.
    fn by_hand(&self, session: &Session) -> bool {
        let cancelled = session.cancelled.is_some();
        let said = match session.cancelled {
            Some((_, claim)) => claim,
            None => session.held.since,
        };
        if session.by_hand() || !cancelled && session.held.by == PlacedBy::Plan {
            return session.by_hand();
        }
        let (policies, calendars) = (self.policies.as_of(said.position), self.calendars.as_of(said.position));
        let then = place_service_day(&policies, &calendars, session.ordinary_on).held;
        then.map_or(!cancelled, |held| cancelled || held.on != session.held.on)
    }

    /// Whether another session of the grid has the day and does not leave it by this plan.
    fn taken(&self, grid: AreaId, id: SessionId, on: NaiveDate, ordinary: &BTreeSet<NaiveDate>) -> bool {
        let stays = |session: &Session| {
            self.by_hand(session)
                || session.opened.is_some()
                || session.held.on < self.today
                || !ordinary.contains(&session.ordinary_on)
        };
        self.sessions.iter().any(|(other, session)| {
            let there = session.grid_id == grid && session.held.on == on && session.state != SessionState::Cancelled;
            there && *other != id && stays(session)
        })
    }

    fn planned(&self, grid: AreaId, ordinary_on: NaiveDate, held: &PlacedSession) -> Result<SessionPlanned, Refusal> {
        let policy = self.policies.in_force(held.on).ok_or_else(|| Refusal::new(Code::NoPolicyInForce))?;
        let venue = self.people.areas.grid(grid).and_then(|grid| grid.venue_on(held.on)).map(str::to_owned);
        Ok(SessionPlanned {
            grid_id: grid,
            ordinary_on,
            held_on: held.on,
            from: policy.service_day.from,
            to: policy.service_day.to,
            venue,
            merged_days: held.merged_days.clone(),
            provisional: held.provisional,
            extra: false,
            makes_up_session_id: None,
        })
    }
}

impl Plan {
    fn take(&mut self, grid_id: AreaId, day: &Placed, decided: Decided) {
        let event = match decided {
            Decided::Plan(planned) => {
                self.planned += 1;
                SessionEvent::Planned(planned)
            }
            Decided::Move(moved) => {
                self.moved += 1;
                SessionEvent::Moved(moved)
            }
            Decided::Cancel(cancelled) => {
                self.cancelled += 1;
                SessionEvent::Cancelled(cancelled)
            }
            Decided::Unchanged => {
                self.unchanged += 1;
                return;
            }
            Decided::LeftAlone => {
                self.left_alone += 1;
                return;
            }
            Decided::Nothing => return,
        };
        self.events.push(PlannedEvent { id: SessionId::of(grid_id, day.ordinary_on), grid_id, event });
    }
}
