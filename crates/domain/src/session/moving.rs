//! Moving, cancelling and adding sessions by hand (C-2).

use super::events::{SessionCancelled, SessionMoved, SessionPlanned};
use super::planning::DAYS_MAX;
use super::state::Session;
use super::step::{follows, not_over, planned};
use crate::claims;
use crate::days;
use crate::ids::{AreaId, SessionId};
use crate::policy::ClockTime;
use crate::reception::People;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::text;
use crate::vocabulary::{SessionReason, SessionState};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Every session of a grid that has to do with the days at hand.
pub type SessionsOfGrid<'a> = BTreeMap<SessionId, &'a Session>;

/// A move as it comes in; what is left out stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveDraft {
    /// Another day.
    pub held_on: Option<NaiveDate>,
    /// Another beginning.
    pub from: Option<ClockTime>,
    /// Another end.
    pub to: Option<ClockTime>,
    /// Another venue.
    pub venue: Option<String>,
    /// Why.
    pub reason_code: SessionReason,
    /// When it is decided.
    pub at: DateTime<Utc>,
}

/// Moves a planned session (C-2). `rules` are those of the day that it stands on now.
///
/// Errors: those of [`text::official`] at `/venue`; [`Code::OutOfRange`] at `/held_on` farther from its ordinary day than
/// `service_day.move_days_max` or before today, and at `/to` where it would end before it begins; a time in the future or
/// before it was placed; [`Code::SessionNotPlanned`], [`Code::SessionOver`], [`Code::AlreadyPlanned`] where nothing would
/// change, [`Code::DayTaken`].
pub fn move_session(
    session: &Session,
    id: SessionId,
    rules: &Rules<'_>,
    others: &SessionsOfGrid<'_>,
    draft: &MoveDraft,
) -> Result<SessionMoved, Refusal> {
    let venue = draft.venue.as_deref().map(named_venue).transpose()?;
    let held = &session.held;
    let moved = SessionMoved {
        held_on: draft.held_on.unwrap_or(held.on),
        from: draft.from.unwrap_or(held.from),
        to: draft.to.unwrap_or(held.to),
        venue: venue.or_else(|| held.venue.clone()),
        merged_days: held.merged_days.clone(),
        reason_code: draft.reason_code,
    };
    hours_fit(moved.from, moved.to)?;
    if draft.held_on.is_some() {
        near(session.ordinary_on, moved.held_on, rules)?;
        ahead(moved.held_on, rules, draft.at)?;
    }
    follows(rules, draft.at, Some(held.since))?;
    planned(session)?;
    not_over(session, rules, draft.at)?;
    if (moved.held_on, moved.from, moved.to, &moved.venue) == (held.on, held.from, held.to, &held.venue) {
        return Err(Refusal::new(Code::AlreadyPlanned)
            .because("日期、时间和地点均无变化。", "Day, hours and venue are those already."));
    }
    if moved.held_on != held.on {
        free(others, id, moved.held_on)?;
    }
    Ok(moved)
}

/// Cancels a session that was not opened, on its day at the latest (C-2).
///
/// Errors: a time in the future or before it was planned; [`Code::AlreadyCancelled`], [`Code::SessionNotPlanned`],
/// [`Code::SessionOver`].
pub fn cancel(
    session: &Session,
    rules: &Rules<'_>,
    reason_code: SessionReason,
    at: DateTime<Utc>,
) -> Result<SessionCancelled, Refusal> {
    follows(rules, at, Some(session.planned))?;
    if session.state == SessionState::Cancelled {
        return Err(Refusal::new(Code::AlreadyCancelled));
    }
    planned(session)?;
    not_over(session, rules, at)?;
    Ok(SessionCancelled { reason_code })
}

/// An extra session as it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraDraft {
    /// The grid.
    pub grid_id: AreaId,
    /// The day.
    pub held_on: NaiveDate,
    /// From this time of day; the policy's where it is left out.
    pub from: Option<ClockTime>,
    /// To this time of day.
    pub to: Option<ClockTime>,
    /// Where; the grid's venue where it is left out.
    pub venue: Option<String>,
    /// The missed session that it makes up for, which stays missed.
    pub makes_up_session_id: Option<SessionId>,
    /// When it is decided.
    pub at: DateTime<Utc>,
}

/// Adds a session that no service day asks for (C-2). Its ordinary day is the day it is held on, today or later, and no later
/// than a plan of today reaches. `rules` are those in force on it.
///
/// Errors: [`Code::UnknownId`] of the grid or of the session it makes up for, [`Code::SessionOfOtherGrid`];
/// [`Code::BeforeProgramme`], [`Code::OutOfRange`] at `/held_on` and `/to`; those of [`text::official`] at `/venue`; a time
/// in the future; [`Code::WrongState`] of a session to be made up for that was neither missed nor cancelled;
/// [`Code::AlreadyPlanned`], also of a service day that another session of the grid stands for, [`Code::DayTaken`].
pub fn add(
    people: &People<'_>,
    rules: &Rules<'_>,
    sessions: &SessionsOfGrid<'_>,
    missed: Option<&Session>,
    draft: &ExtraDraft,
) -> Result<(SessionId, SessionPlanned), Refusal> {
    let grid = people.areas.grid(draft.grid_id).ok_or_else(|| Refusal::new(Code::UnknownId).at("/grid_id"))?;
    days::plausible(draft.held_on, "/held_on")?;
    if people.programme.is_none_or(|programme| draft.held_on < programme.effective_on) {
        return Err(Refusal::new(Code::BeforeProgramme).at("/held_on"));
    }
    let venue = draft.venue.as_deref().map(named_venue).transpose()?;
    let service_day = &rules.policy.service_day;
    let (from, to) = (draft.from.unwrap_or(service_day.from), draft.to.unwrap_or(service_day.to));
    hours_fit(from, to)?;
    if draft.makes_up_session_id.is_some() {
        let at = "/makes_up_session_id";
        let missed = missed.filter(|missed| missed.exists()).ok_or_else(|| Refusal::new(Code::UnknownId).at(at))?;
        if missed.grid_id != draft.grid_id {
            return Err(Refusal::new(Code::SessionOfOtherGrid).at(at));
        }
    }
    if draft.at > rules.now {
        return Err(claims::ahead(rules.now, rules.policy.time_zone()).at("/occurred_at"));
    }
    ahead(draft.held_on, rules, draft.at)?;
    within_a_plan(draft.held_on, rules, draft.at)?;
    if let Some(missed) = missed.filter(|_| draft.makes_up_session_id.is_some()) {
        not_held(missed, rules, draft.at)?;
    }
    let id = SessionId::of(draft.grid_id, draft.held_on);
    if sessions.get(&id).is_some_and(|session| session.exists()) {
        return Err(Refusal::new(Code::AlreadyPlanned));
    }
    held_with_another(sessions, draft.held_on)?;
    free(sessions, id, draft.held_on)?;
    let planned = SessionPlanned {
        grid_id: draft.grid_id,
        ordinary_on: draft.held_on,
        held_on: draft.held_on,
        from,
        to,
        venue: venue.or_else(|| grid.venue_on(draft.held_on).map(str::to_owned)),
        merged_days: Vec::new(),
        provisional: rules.calendars.provisional(draft.held_on, draft.held_on),
        extra: true,
        makes_up_session_id: draft.makes_up_session_id,
    };
    Ok((id, planned))
}

fn named_venue(venue: &str) -> Result<String, Refusal> {
    text::official(venue).map_err(|refusal| refusal.at("/venue"))
}

/// A session begins before it ends.
///
/// Errors: [`Code::OutOfRange`] at `/to`.
pub fn hours_fit(from: ClockTime, to: ClockTime) -> Result<(), Refusal> {
    if from < to {
        return Ok(());
    }
    Err(Refusal::new(Code::OutOfRange)
        .under("C-2")
        .at("/to")
        .because(format!("须晚于开始时间 {from}。"), format!("Must be after {from}, when it begins.")))
}

/// A day by hand is not far from the service day that the session stands for.
fn near(ordinary_on: NaiveDate, held_on: NaiveDate, rules: &Rules<'_>) -> Result<(), Refusal> {
    let reach = chrono::Days::new(rules.policy.service_day.move_days_max.into());
    let (first, last) = (ordinary_on - reach, ordinary_on + reach);
    if (first..=last).contains(&held_on) {
        return Ok(());
    }
    Err(Refusal::out_of_range(first, last).under("C-2").at("/held_on"))
}

/// What is planned by hand is not planned for a past day.
fn ahead(held_on: NaiveDate, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    let first = rules.counts_on(at);
    if held_on >= first {
        return Ok(());
    }
    Err(Refusal::new(Code::OutOfRange)
        .under("C-2")
        .at("/held_on")
        .because(format!("不能早于 {first}。"), format!("Must not be before {first}.")))
}

/// What is added is added in the time that a plan made on that day may reach over.
fn within_a_plan(held_on: NaiveDate, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    let first = rules.counts_on(at);
    let last = first + chrono::Days::new(DAYS_MAX.unsigned_abs() - 1);
    if held_on <= last {
        return Ok(());
    }
    Err(Refusal::out_of_range(first, last).under("C-2").at("/held_on"))
}

/// Only a session that was cancelled, or whose day passed without its being held, is made up for.
fn not_held(session: &Session, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    let on = session.held.on;
    let opened = session.opened.is_some_and(|opened| opened.counts_on(rules.policy, rules.calendars) == on);
    if session.state == SessionState::Cancelled || on < rules.counts_on(at) && !opened {
        return Ok(());
    }
    Err(Refusal::new(Code::WrongState).under("C-2").at("/makes_up_session_id").because(
        "只能补已取消的场次，或日期已过而未开展的场次。",
        "Only a session that was cancelled, or whose day passed without its being held, can be made up for.",
    ))
}

/// No session of the grid stands for the day beside its own.
fn held_with_another(sessions: &SessionsOfGrid<'_>, on: NaiveDate) -> Result<(), Refusal> {
    let stands_for_it = |session: &&&Session| {
        session.exists() && session.state != SessionState::Cancelled && session.held.merged_days.contains(&on)
    };
    match sessions.values().find(stands_for_it) {
        None => Ok(()),
        Some(session) => {
            let held_on = session.held.on;
            Err(Refusal::new(Code::AlreadyPlanned).at("/held_on").because(
                format!("该接待日已并入该网格 {held_on} 的场次。"),
                format!("The grid's session of {held_on} is held for that service day too."),
            ))
        }
    }
}

/// No other session of the grid has the day.
fn free(sessions: &SessionsOfGrid<'_>, id: SessionId, on: NaiveDate) -> Result<(), Refusal> {
    let taken = |(other, session): (&SessionId, &&Session)| {
        *other != id && session.exists() && session.held.on == on && session.state != SessionState::Cancelled
    };
    if sessions.iter().any(taken) { Err(Refusal::new(Code::DayTaken).at("/held_on")) } else { Ok(()) }
}
