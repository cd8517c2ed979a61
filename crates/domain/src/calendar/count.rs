//! Counting working days, calendar days and months: the start day is not counted, and a last day that
//! is not worked moves to the next working day.

use super::{Calendars, Special, is_weekend};
use chrono::{Datelike, Days, Months, NaiveDate};
use std::ops::Bound;

/// The most working days that one count walks, about eighty years; more are counted as this many. Far above what a
/// policy may ask for, it bounds the work that a wrong number can cause.
pub const MAX_WORKING_DAYS: u32 = 20_000;

/// A date that was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The date.
    pub on: NaiveDate,
    /// True where a day of a year without a published calendar was looked at.
    pub provisional: bool,
}

impl Calendars {
    /// The `working_days`-th working day after `from`, which is not counted itself. Zero days is `from`, whatever
    /// day it is.
    pub fn after(&self, from: NaiveDate, working_days: u32) -> Counted {
        let mut on = from;
        let mut first_looked_at = from;
        let mut left = working_days.min(MAX_WORKING_DAYS);
        if left > 0 {
            first_looked_at = next(from);
        }
        while left > 0 {
            let day = next(on);
            if day == on {
                break; // the end of the calendar of the program itself, in the year 262142
            }
            on = day;
            if self.is_working(on) {
                left -= 1;
            }
        }
        self.counted(first_looked_at, on)
    }

    /// The `working_days`-th working day before `to`, which is not counted itself.
    pub fn before(&self, to: NaiveDate, working_days: u32) -> Counted {
        let mut on = to;
        for _ in 0..working_days.min(MAX_WORKING_DAYS) {
            let Some(day) = on.pred_opt() else { break };
            on = self.working_day_on_or_before(day).on;
        }
        Counted { on, provisional: self.provisional(on, to) }
    }

    /// `d` itself when it is worked, else the next day that is.
    pub fn working_day_on_or_after(&self, d: NaiveDate) -> Counted {
        let mut on = d;
        // No published year can close more than a year: the walk is bounded by what a calendar may hold.
        while !self.is_working(on) {
            let day = next(on);
            if day == on {
                break;
            }
            on = day;
        }
        self.counted(d, on)
    }

    /// `d` itself when it is worked, else the last day before it that is.
    pub fn working_day_on_or_before(&self, d: NaiveDate) -> Counted {
        let mut on = d;
        while !self.is_working(on)
            && let Some(day) = on.pred_opt()
        {
            on = day;
        }
        Counted { on, provisional: self.provisional(on, d) }
    }

    /// `calendar_days` after `from`, moved to a working day.
    pub fn after_calendar_days(&self, from: NaiveDate, calendar_days: u32) -> Counted {
        let on = from.checked_add_days(Days::new(calendar_days.into())).unwrap_or(NaiveDate::MAX);
        self.working_day_on_or_after(on)
    }

    /// `months` after `from`, moved to a working day. Where the month has no such day, its last one (民法典 §202).
    pub fn after_months(&self, from: NaiveDate, months: u32) -> Counted {
        let on = from.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX);
        self.working_day_on_or_after(on)
    }

    /// How many working days lie in `(after, to]`; 0 where `to` is not later. Costs as many steps as special days
    /// lie between, not days.
    pub fn working_days(&self, after: NaiveDate, to: NaiveDate) -> u32 {
        if to <= after {
            return 0;
        }
        let mut count = weekdays_up_to(to) - weekdays_up_to(after);
        for (day, (special, _)) in self.days.range((Bound::Excluded(after), Bound::Included(to))) {
            count += match (special, is_weekend(*day)) {
                (Special::MakeUp, true) => 1,
                (Special::Closure | Special::Holiday, false) => -1,
                (Special::MakeUp, false) | (Special::Closure | Special::Holiday, true) => 0,
            };
        }
        u32::try_from(count).unwrap_or(0)
    }

    /// Whether a count over `first..=last` looks at a year without a published calendar.
    pub fn provisional(&self, first: NaiveDate, last: NaiveDate) -> bool {
        (first.year()..=last.year()).any(|year| !self.published(year))
    }

    fn counted(&self, first: NaiveDate, on: NaiveDate) -> Counted {
        Counted { on, provisional: self.provisional(first, on) }
    }
}

/// Mondays to Fridays from a fixed Monday up to and including `d`; only differences of it mean anything.
fn weekdays_up_to(d: NaiveDate) -> i64 {
    // Day 1 of the common era was a Monday.
    let days = i64::from(d.num_days_from_ce());
    let (weeks, rest) = (days.div_euclid(7), days.rem_euclid(7));
    weeks * 5 + rest.min(5)
}

fn next(d: NaiveDate) -> NaiveDate {
    d.succ_opt().unwrap_or(d)
}
