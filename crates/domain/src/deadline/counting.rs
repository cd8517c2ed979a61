//! Days, working days and months counted through the calendars, from a due date's stored inputs alone (C-4.4).

use crate::calendar::{Calendars, Counted};
use crate::issue::Due;
use crate::vocabulary::DueRule;
use chrono::{Datelike as _, NaiveDate};
use std::ops::RangeInclusive;

/// How long, in which unit.
#[derive(Clone, Copy)]
pub(super) enum Given {
    WorkingDays(u32),
    CalendarDays(u32),
    Months(u32),
}

fn count(calendars: &Calendars, from: NaiveDate, given: Given) -> Counted {
    match given {
        // No working day left: due today, or on the next day that is worked.
        Given::WorkingDays(0) => calendars.working_day_on_or_after(from),
        Given::WorkingDays(days) => calendars.after(from, days),
        Given::CalendarDays(days) => calendars.after_calendar_days(from, days),
        Given::Months(months) => calendars.after_months(from, months),
    }
}

pub(super) fn due_of(calendars: &Calendars, rule: DueRule, from: NaiveDate, given: Given) -> Due {
    let counted = count(calendars, from, given);
    let (working_days, calendar_days, months) = match given {
        Given::WorkingDays(days) => (Some(days), None, None),
        Given::CalendarDays(days) => (None, Some(days), None),
        Given::Months(months) => (None, None, Some(months)),
    };
    Due { rule, from, on: counted.on, working_days, calendar_days, months, provisional: counted.provisional }
}

/// Rule `resumption` where a suspension ends by itself: nobody is there to be refused.
pub(crate) fn resumed(calendars: &Calendars, last_day: NaiveDate, remaining_working_days: u32) -> Due {
    due_of(calendars, DueRule::Resumption, last_day, Given::WorkingDays(remaining_working_days))
}

/// A due date is never shortened: the later of a new one and what was promised.
pub fn later(new: Due, promised: &Due) -> Due {
    if new.on < promised.on { promised.clone() } else { new }
}

/// Counts a stored due date again, from its inputs alone.
pub fn recount(stored: &Due, calendars: &Calendars) -> Due {
    let given = match (stored.working_days, stored.calendar_days, stored.months) {
        (Some(days), _, _) => Given::WorkingDays(days),
        (None, Some(days), _) => Given::CalendarDays(days),
        (None, None, Some(months)) => Given::Months(months),
        // Not a shape that is ever written; nothing to count means that nothing moves.
        (None, None, None) => return stored.clone(),
    };
    let counted = count(calendars, stored.from, given);
    Due { on: counted.on, provisional: counted.provisional, ..stored.clone() }
}

/// The years whose calendars a due date was counted through: a decision checks their streams.
pub fn years(due: &Due) -> RangeInclusive<i32> {
    due.from.year()..=due.on.year()
}

/// The later of what was promised and what the calendars now say, with the promise's inputs.
pub fn later_recounted(promised: &Due, calendars: &Calendars) -> Due {
    let recounted = recount(promised, calendars);
    Due { on: recounted.on.max(promised.on), ..recounted }
}

/// A new date, or what was promised where that is later, as the calendars now say it: a promise kept is no longer
/// provisional once its year is published.
pub fn not_before(new: Due, promised: &Due, calendars: &Calendars) -> Due {
    later(new, &later_recounted(promised, calendars))
}
