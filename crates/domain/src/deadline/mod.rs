//! Due dates: each a function of the policy, the calendars and inputs that are stored with it (C-4.4).
//!
//! The start day is not counted; limits in calendar days and months end on a working day; a due date is never shortened.

mod counting;
mod explain;
mod lateness;

pub(crate) use counting::resumed;
pub use counting::{later, later_recounted, not_before, recount, years};
pub use explain::{ExplainedDay, Explanation, Why, explain, moves};
pub(crate) use lateness::passed;
pub use lateness::{InterimDue, Marks, NEVER, counted_on, interim_due, lateness, marks};

use crate::calendar::Calendars;
use crate::issue::{DeadlineRecomputed, Due, Issue};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{DueRule, Level};
use chrono::{Datelike, NaiveDate};
use counting::{Given, due_of};

/// The last year in which anything may be due.
pub const LAST_YEAR: i32 = 2100;

fn due(calendars: &Calendars, rule: DueRule, from: NaiveDate, given: Given) -> Result<Due, Refusal> {
    let due = due_of(calendars, rule, from, given);
    within_reach(due.on)?;
    Ok(due)
}

/// Refuses a date past [`LAST_YEAR`].
///
/// Errors: [`Code::DueTooFar`].
pub fn within_reach(on: NaiveDate) -> Result<(), Refusal> {
    if on.year() > LAST_YEAR { Err(Refusal::new(Code::DueTooFar)) } else { Ok(()) }
}

/// Rule `final_answer`: so many working days after the town's day of the reception (G-1).
///
/// Errors: [`Code::DueTooFar`], as for every rule here.
pub fn final_answer(rules: &Rules<'_>, held_on: NaiveDate) -> Result<Due, Refusal> {
    let days = rules.policy.answer.final_working_days;
    due(rules.calendars, DueRule::FinalAnswer, held_on, Given::WorkingDays(days))
}

/// Rule `outer_limit`: while escalated, counted from the day the cycle began.
///
/// Errors: [`Code::DueTooFar`].
pub fn outer_limit(rules: &Rules<'_>, cycle_from: NaiveDate, level: Level) -> Result<Due, Refusal> {
    let given = match level {
        Level::L1 | Level::L2 | Level::L3 => Given::CalendarDays(rules.policy.answer.outer_limit_calendar_days),
        Level::L4 => Given::Months(rules.policy.answer.outer_limit_l4_months),
    };
    due(rules.calendars, DueRule::OuterLimit, cycle_from, given)
}

/// Rule `after_return`: an escalated issue came back to its delegate (T10).
///
/// Errors: [`Code::DueTooFar`].
pub fn after_return(rules: &Rules<'_>, returned_on: NaiveDate) -> Result<Due, Refusal> {
    let days = rules.policy.answer.after_return_working_days;
    due(rules.calendars, DueRule::AfterReturn, returned_on, Given::WorkingDays(days))
}

/// Rule `after_report_back`: the delegate's own clock once the outcome is known (T11).
///
/// Errors: [`Code::DueTooFar`].
pub fn after_report_back(rules: &Rules<'_>, reported_on: NaiveDate) -> Result<Due, Refusal> {
    let days = rules.policy.answer.after_report_back_working_days;
    due(rules.calendars, DueRule::AfterReportBack, reported_on, Given::WorkingDays(days))
}

/// Rule `rework`: a new cycle (T15).
///
/// Errors: [`Code::DueTooFar`].
pub fn rework(rules: &Rules<'_>, reopened_on: NaiveDate) -> Result<Due, Refusal> {
    let days = rules.policy.answer.rework_working_days;
    due(rules.calendars, DueRule::Rework, reopened_on, Given::WorkingDays(days))
}

/// Rule `resumption`: the working days that were left, from the day on which the clock runs again (T8).
///
/// Errors: [`Code::DueTooFar`].
pub fn resumption(rules: &Rules<'_>, resumed_on: NaiveDate, remaining_working_days: u32) -> Result<Due, Refusal> {
    due(rules.calendars, DueRule::Resumption, resumed_on, Given::WorkingDays(remaining_working_days))
}

/// Rule `extension`: a named day, moved to a working day, as working days from the clock's start (T7).
///
/// Errors: [`Code::DueTooFar`].
pub fn extension(rules: &Rules<'_>, clock_from: NaiveDate, new_due_on: NaiveDate) -> Result<Due, Refusal> {
    named_day(rules, DueRule::Extension, clock_from, new_due_on)
}

/// Rule `handling`: when the lead office must report, by level.
///
/// Errors: [`Code::DueTooFar`].
pub fn handling(rules: &Rules<'_>, level: Level, assigned_on: NaiveDate) -> Result<Due, Refusal> {
    let handling = &rules.policy.handling;
    let given = match level {
        Level::L1 => Given::WorkingDays(handling.unit_working_days),
        Level::L2 => Given::WorkingDays(handling.l2_working_days),
        Level::L3 => Given::WorkingDays(handling.l3_working_days),
        Level::L4 => Given::Months(handling.l4_months),
    };
    due(rules.calendars, DueRule::Handling, assigned_on, given)
}

/// Rule `handling` for a day that the assignment names itself.
///
/// Errors: [`Code::DueTooFar`].
pub fn handling_by(rules: &Rules<'_>, assigned_on: NaiveDate, due_on: NaiveDate) -> Result<Due, Refusal> {
    named_day(rules, DueRule::Handling, assigned_on, due_on)
}

fn named_day(rules: &Rules<'_>, rule: DueRule, from: NaiveDate, named: NaiveDate) -> Result<Due, Refusal> {
    within_reach(named)?;
    let on = rules.calendars.working_day_on_or_after(named).on;
    due(rules.calendars, rule, from, Given::WorkingDays(rules.calendars.working_days(from, on)))
}

/// What the calendar of `calendar_year`, published or amended just now, means for an issue: a fact, or nothing.
///
/// Only an open issue moves, and only to a later date; that a date is no longer provisional is worth a fact too.
/// The date promised before stays in the issue's history. Of an issue whose clock stands still it is the
/// date that holds once the suspension has ended by itself: the one shown meanwhile is none that anybody waits for.
pub fn recompute(issue: &Issue, rules: &Rules<'_>, calendar_year: i32) -> Option<DeadlineRecomputed> {
    let now = rules.standing(issue);
    let then = now.after_suspension(rules.policy.time_zone(), rules.calendars);
    if !then.exists() || !then.is_open() || !years(&then.due).contains(&calendar_year) {
        return None;
    }
    let due = later_recounted(&then.due, rules.calendars);
    // An open promise past the last year cannot come about by adding holidays to a year, but nothing is taken on trust.
    if due == then.due || within_reach(due.on).is_err() {
        return None;
    }
    Some(DeadlineRecomputed { due, calendar_year: Some(calendar_year) })
}

/// What another level of its major issue means for an escalated issue: a later outer limit, or nothing (C-3.6). A due date
/// is never shortened.
///
/// Errors: [`Code::DueTooFar`].
pub fn moved_by_level(issue: &Issue, rules: &Rules<'_>, level: Level) -> Result<Option<DeadlineRecomputed>, Refusal> {
    let issue = rules.standing(issue);
    let due = outer_limit(rules, rules.town_date(issue.cycle_began_at), level)?;
    Ok((due.on > issue.due.on).then_some(DeadlineRecomputed { due, calendar_year: None }))
}

/// What a corrected day of its reception means for an issue's due date: the date that is counted from that day anew,
/// where it is later than the one in force, else nothing (T20). Only an open issue in its first cycle moves, and only
/// while its date counts from the reception: the answer's own, an extension of it, or the outer limit.
///
/// Errors: [`Code::DueTooFar`].
pub fn moved_by_reception(issue: &Issue, rules: &Rules<'_>, held_on: NaiveDate) -> Result<Option<Due>, Refusal> {
    let issue = rules.standing(issue);
    if !issue.is_open() || issue.cycle != 1 {
        return Ok(None);
    }
    let new = match (issue.due.rule, issue.level) {
        (DueRule::FinalAnswer | DueRule::Extension, _) => final_answer(rules, held_on)?,
        // Months are what the highest level gives, however the issue came to it.
        (DueRule::OuterLimit, Some(_)) if issue.due.months.is_some() => outer_limit(rules, held_on, Level::L4)?,
        (DueRule::OuterLimit, Some(level)) => outer_limit(rules, held_on, level)?,
        (DueRule::OuterLimit, None)
        | (
            DueRule::AfterReturn | DueRule::AfterReportBack | DueRule::Rework | DueRule::Resumption | DueRule::Handling,
            _,
        ) => return Ok(None),
    };
    Ok((new.on > issue.due.on).then_some(new))
}

#[cfg(test)]
mod tests;
