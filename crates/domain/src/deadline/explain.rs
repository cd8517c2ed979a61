//! Why a date is due: every counted and every skipped day with its reason (`GET …/deadline`).

use crate::calendar::{Calendars, Day};
use crate::issue::{Due, DueChange, Issue};
use crate::policy::Policy;
use crate::vocabulary::DueRule;
use chrono::NaiveDate;
use std::borrow::Cow;

/// The most days one explanation lists, about three years.
const MAX_DAYS: usize = 1_100;

/// The steps by which the date came about, oldest first. One that left date and rule as they were is none: an escalation
/// in the cycle that it begins, or under a promise that is later than its own limit.
pub fn moves(issue: &Issue) -> Vec<&DueChange> {
    let mut moves: Vec<&DueChange> = Vec::new();
    for change in &issue.due_changes {
        let stands = moves.last().is_some_and(|before| {
            let recounted = change.calendar_year.is_some() || change.corrected;
            !recounted
                && before.cycle == change.cycle
                && (before.due.on, before.due.rule) == (change.due.on, change.due.rule)
        });
        if !stands {
            moves.push(change);
        }
    }
    moves
}

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

/// How the due date in force is counted: from the day `from`, `working_days` working days where it is counted in those, each
/// of them among `days` with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Day from which is counted: that of the clock, also after a resumption.
    pub from: NaiveDate,
    /// Working days given, days in suspension not counted; absent where calendar days or months were given.
    pub working_days: Option<u32>,
    /// Position of the newest calendar that it is counted by: what its event knew.
    pub calendar: Option<u64>,
    /// Every day from the start to the due date.
    pub days: Vec<ExplainedDay>,
    /// False where the list was cut off at its bound.
    pub complete: bool,
}

/// Explains the due date in force of an issue as it stands, by the calendars that the date was counted by. How it came about
/// is [`Issue::due_changes`].
pub fn explain(issue: &Issue, policy: &Policy, calendars: &Calendars) -> Explanation {
    let due = &issue.due;
    let calendar = issue.due_changes.last().and_then(|change| change.calendar);
    let calendars = &*if calendars.newest() <= calendar {
        Cow::Borrowed(calendars)
    } else {
        Cow::Owned(calendars.as_of(calendar.unwrap_or(0)))
    };
    // After a resumption the old clock goes on: the days before the suspension count, those in it do not. More time is
    // counted from the clock's start too.
    let (from, stood_still) = match due.rule {
        DueRule::Resumption => (issue.clock_from, true),
        DueRule::Extension => (due.from, true),
        DueRule::FinalAnswer
        | DueRule::OuterLimit
        | DueRule::AfterReturn
        | DueRule::AfterReportBack
        | DueRule::Rework
        | DueRule::Handling => (due.from, false),
    };
    let spans = issue.suspended_spans.iter().filter(|_| stood_still);
    let spans = spans.map(|span| (policy.town_date(span.suspension.since), policy.town_date(span.until)));
    let mut walk = Walk { calendars, due, spans: spans.collect(), given: 0, n: 0 };
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
    let working_days = due.working_days.map(|_| walk.n);
    Explanation { from, working_days, calendar, days, complete }
}

struct Walk<'a> {
    calendars: &'a Calendars,
    due: &'a Due,
    spans: Vec<(NaiveDate, NaiveDate)>,
    /// How much of what the date was given is used up, whether the clock stood still or not.
    given: u32,
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
        let working = self.calendars.is_working(date);
        let counts = (working || self.counts_every_day()) && !self.full(date);
        // What lies before the day from which the date is counted is the clock's, not of what was given.
        if counts && date > self.due.from {
            self.given += 1;
        }
        if self.spans.iter().any(|(since, until)| *since < date && date <= *until) {
            return not_counted(Why::Suspended);
        }
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
        if date <= self.due.from {
            return false;
        }
        match (self.due.working_days, self.due.calendar_days, self.due.months) {
            (Some(days), _, _) | (None, Some(days), _) => self.given >= days,
            (None, None, Some(months)) => {
                self.due.from.checked_add_months(chrono::Months::new(months)).is_some_and(|last| date > last)
            }
            (None, None, None) => true,
        }
    }
}
