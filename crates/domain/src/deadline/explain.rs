//! Why a date is due: every counted and every skipped day with its reason (API §3, `GET …/deadline`).

use crate::calendar::{Calendars, Day};
use crate::issue::{Due, Issue};
use crate::policy::Policy;
use crate::vocabulary::DueRule;
use chrono::NaiveDate;

/// The most days one explanation lists, about three years.
const MAX_DAYS: usize = 1_100;

/// Why a day is counted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The clock starts; the day itself is not counted.
    StartDay,
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday.
    PublicHoliday,
    /// The town's offices were closed.
    LocalClosure,
    /// The clock stood still.
    Suspended,
    /// A weekend day that is worked: counted.
    MakeUpDay,
    /// Beyond the days given: an earlier promise, or a later calendar, keeps the later date.
    Promised,
}

impl Why {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::StartDay => "start_day",
            Why::Weekend => "weekend",
            Why::PublicHoliday => "public_holiday",
            Why::LocalClosure => "local_closure",
            Why::Suspended => "suspended",
            Why::MakeUpDay => "make_up_day",
            Why::Promised => "promised",
        }
    }
}

/// One day of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedDay {
    /// The day.
    pub date: NaiveDate,
    /// Its number, where it is counted.
    pub n: Option<u32>,
    /// Why, where that needs saying.
    pub why: Option<Why>,
    /// Name of the holiday or closure.
    pub name: Option<String>,
}

impl ExplainedDay {
    /// Whether the day is counted.
    pub const fn counted(&self) -> bool {
        self.n.is_some()
    }
}

/// How the due date in force is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Day from which is counted: that of the clock, also after a resumption.
    pub from: NaiveDate,
    /// Every day from the start to the due date.
    pub days: Vec<ExplainedDay>,
    /// False where the list was cut off at its bound.
    pub complete: bool,
}

/// Explains the due date in force of an issue. How it came about is [`Issue::due_changes`].
pub fn explain(issue: &Issue, policy: &Policy, calendars: &Calendars) -> Explanation {
    let due = &issue.due;
    // After a resumption the old clock goes on: the days before the suspension count, those in it do not.
    let resumed = due.rule == DueRule::Resumption;
    let from = if resumed { issue.clock_from } else { due.from };
    let spans: Vec<(NaiveDate, NaiveDate)> = if resumed {
        issue.suspended_spans.iter().map(|span| (policy.town_date(span.since), policy.town_date(span.until))).collect()
    } else {
        Vec::new()
    };
    let mut walk = Walk { calendars, due, resumed, spans, n: 0 };
    let mut days = Vec::new();
    let mut complete = true;
    for date in from.iter_days().take_while(|date| *date <= due.on) {
        if days.len() == MAX_DAYS {
            complete = false;
            break;
        }
        let day = if date == from {
            ExplainedDay { date, n: None, why: Some(Why::StartDay), name: None }
        } else {
            walk.day(date)
        };
        days.push(day);
    }
    Explanation { from, days, complete }
}

struct Walk<'a> {
    calendars: &'a Calendars,
    due: &'a Due,
    resumed: bool,
    spans: Vec<(NaiveDate, NaiveDate)>,
    n: u32,
}

impl Walk<'_> {
    fn day(&mut self, date: NaiveDate) -> ExplainedDay {
        let (why, name) = match self.calendars.day(date) {
            Day::Working => (None, None),
            Day::MakeUp(name) => (Some(Why::MakeUpDay), Some(name.to_owned())),
            Day::Weekend => (Some(Why::Weekend), None),
            Day::PublicHoliday(name) => (Some(Why::PublicHoliday), Some(name.to_owned())),
            Day::LocalClosure(name) => (Some(Why::LocalClosure), Some(name.to_owned())),
        };
        let not_counted = |why| ExplainedDay { date, n: None, why: Some(why), name: None };
        if self.spans.iter().any(|(since, until)| *since < date && date <= *until) {
            return not_counted(Why::Suspended);
        }
        let working = self.calendars.is_working(date);
        let counts = if self.counts_every_day() { !self.full(date) } else { working && !self.full(date) };
        if counts {
            self.n += 1;
            // A day counted whatever it is needs no reason.
            let (why, name) = if self.counts_every_day() { (None, None) } else { (why, name) };
            return ExplainedDay { date, n: Some(self.n), why, name };
        }
        if working {
            return not_counted(Why::Promised);
        }
        ExplainedDay { date, n: None, why, name }
    }

    fn counts_every_day(&self) -> bool {
        self.due.working_days.is_none()
    }

    /// Whether all that was given is counted before `date`.
    fn full(&self, date: NaiveDate) -> bool {
        if self.resumed {
            return false;
        }
        match (self.due.working_days, self.due.calendar_days, self.due.months) {
            (Some(days), _, _) | (None, Some(days), _) => self.n >= days,
            (None, None, Some(months)) => {
                self.due.from.checked_add_months(chrono::Months::new(months)).is_some_and(|last| date > last)
            }
            (None, None, None) => true,
        }
    }
}
