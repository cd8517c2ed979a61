//! A meeting is convened for a day ahead, or called off again (C-4.3a).

use super::events::{MeetingCancelled, MeetingConvened};
use super::state::Meeting;
use super::step::{convened, follows};
use crate::deadline::within_reach;
use crate::ids::AreaId;
use crate::reception::People;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{MeetingKind, MeetingState};
use chrono::{DateTime, NaiveDate, Utc};

/// A meeting as it is convened, but for the words of its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConveneDraft {
    /// The grid.
    pub grid_id: AreaId,
    /// The regular one of a quarter, or one between them.
    pub kind: MeetingKind,
    /// The day for which it is called.
    pub scheduled_on: NaiveDate,
    /// Whether it is held together with the work meeting of the grid.
    pub with_work_meeting: bool,
    /// Whether a reason is given: one that is held apart needs it.
    pub reason_given: bool,
    /// When it is convened.
    pub at: DateTime<Utc>,
}

/// What could be read of one. A value that is not there was not sent, or could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConveneParts {
    /// The grid.
    pub grid_id: Option<AreaId>,
    /// The day for which it is called.
    pub scheduled_on: Option<NaiveDate>,
    /// Whether it is held together with the work meeting of the grid.
    pub with_work_meeting: Option<bool>,
    /// Whether a reason is given, readable or not.
    pub reason_given: bool,
    /// When it is said to be convened; absent for now.
    pub at: Option<DateTime<Utc>>,
}

/// Convenes a meeting (C-4.3a). As many may be convened as are wanted: an extraordinary one between those of the quarters,
/// or a regular one in place of another.
///
/// Errors, all at once: those of [`faults`]; a time in the future.
pub fn convene(people: &People<'_>, rules: &Rules<'_>, draft: &ConveneDraft) -> Result<MeetingConvened, Vec<Refusal>> {
    let ConveneDraft { grid_id, kind, scheduled_on, with_work_meeting, reason_given, at } = *draft;
    let parts = ConveneParts {
        grid_id: Some(grid_id),
        scheduled_on: Some(scheduled_on),
        with_work_meeting: Some(with_work_meeting),
        reason_given,
        at: Some(at),
    };
    let mut faults = faults(people, rules, &parts);
    let claimed = rules.claimed(at, DateTime::<Utc>::MIN_UTC, Code::BeforePrevious);
    faults.extend(claimed.map_err(|no| no.under("C-4.3a").at("/occurred_at")).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(MeetingConvened { grid_id, kind, scheduled_on, with_work_meeting })
}

/// Everything that does not fit in what could be read of a meeting.
///
/// [`Code::UnknownId`] at `/grid_id`; [`Code::NotLater`] and [`Code::DueTooFar`] at `/scheduled_on`; [`Code::ReasonMissing`]
/// at `/reason` of one that is not held together with the work meeting of the grid, as the notice would have it;
/// [`Code::BeforeProgramme`] at `/occurred_at`.
pub fn faults(people: &People<'_>, rules: &Rules<'_>, parts: &ConveneParts) -> Vec<Refusal> {
    let convened_on = rules.town_date(parts.at.unwrap_or(rules.now));
    let mut faults = Vec::new();
    if parts.grid_id.is_some_and(|grid| people.areas.grid(grid).is_none()) {
        faults.push(Refusal::new(Code::UnknownId).under("C-4.3a").at("/grid_id"));
    }
    let scheduled = parts.scheduled_on.map_or(Ok(()), |on| schedule(convened_on, on));
    faults.extend(scheduled.map_err(|no| no.at("/scheduled_on")).err());
    if parts.with_work_meeting == Some(false) && !parts.reason_given {
        faults.push(Refusal::new(Code::ReasonMissing).under("C-4.3a").at("/reason").because(
            "例会原则上与网格工作例会合并召开；单独召开的，须说明理由。",
            "It is held together with the work meeting of the grid as a rule; where it is not, a reason is needed.",
        ));
    }
    faults.extend(people.in_programme(convened_on).map_err(|no| no.at("/occurred_at")).err());
    faults
}

/// It is called for the day of its convening or a later one.
///
/// Errors: [`Code::NotLater`], [`Code::DueTooFar`].
pub(super) fn schedule(convened_on: NaiveDate, scheduled_on: NaiveDate) -> Result<(), Refusal> {
    within_reach(scheduled_on).map_err(|no| no.under("C-4.3a"))?;
    if scheduled_on >= convened_on {
        return Ok(());
    }
    Err(Refusal::new(Code::NotLater).under("C-4.3a").because(
        format!("会议日期不得早于召集之日 {convened_on}。"),
        format!("The day of the meeting must be the day of its convening, {convened_on}, or later."),
    ))
}

/// Calls a convened meeting off (C-4.3a), on any day, also after the one for which it was called. The reason that it needs is
/// the caller's to have.
///
/// Errors: a time in the future or before the convening; [`Code::AlreadyCancelled`], [`Code::MeetingClosed`],
/// [`Code::TooMany`].
pub fn cancel(meeting: &Meeting, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<MeetingCancelled, Refusal> {
    follows(rules, at, meeting.convened)?;
    if meeting.state == MeetingState::Cancelled {
        return Err(Refusal::new(Code::AlreadyCancelled)
            .under("C-4.3a")
            .because("该会议已经取消。", "The meeting is cancelled already."));
    }
    convened(meeting)?;
    Ok(MeetingCancelled {})
}
