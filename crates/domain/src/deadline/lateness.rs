//! How an issue stands against its due date, and the days on which that changes.

use crate::calendar::Calendars;
use crate::claims::counted_within;
use crate::issue::Issue;
use crate::policy::Policy;
use crate::vocabulary::Lateness;
use chrono::{DateTime, NaiveDate, Utc};

/// After every day of the service, and still a date of ten characters.
pub const NEVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");

/// The days from which an issue counts as due soon, overdue, long overdue: comparing them with a day is all that a
/// board has to do. They are those of the issue as it was handed in: a suspension that ends by itself brings others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// First day on which it is due soon.
    pub due_soon_from: NaiveDate,
    /// First day on which it is overdue: the day after the due date.
    pub overdue_from: NaiveDate,
    /// First day on which it is long overdue; not before `overdue_from`.
    pub long_overdue_from: NaiveDate,
    /// The day by which it is judged whatever today is: that from which its answer counts, that of its suspension.
    pub judged_on: Option<NaiveDate>,
}

impl Marks {
    /// How the issue stands on `today`.
    pub fn lateness(&self, today: NaiveDate) -> Lateness {
        let day = self.judged_on.unwrap_or(today);
        if day >= self.long_overdue_from {
            Lateness::LongOverdue
        } else if day >= self.overdue_from {
            Lateness::Overdue
        } else if day >= self.due_soon_from {
            Lateness::DueSoon
        } else {
            Lateness::OnTime
        }
    }
}

/// How an issue stands on `today`, straight from the rule (docs/API.md).
///
/// Days in suspension do not count as passed. What was answered, or ended otherwise, was on time or it was not.
pub fn lateness(issue: &Issue, policy: &Policy, calendars: &Calendars, today: NaiveDate) -> Lateness {
    let issue = &*issue.on(today, policy.time_zone(), calendars);
    let day = judged_on(issue, policy, calendars).unwrap_or(today);
    let due_on = issue.due.on;
    if issue.stopped_at.is_some() {
        if day > due_on { Lateness::Overdue } else { Lateness::OnTime }
    } else if day > due_on {
        if passed(issue, policy, calendars, day) > long_overdue_after(issue, policy, calendars) {
            Lateness::LongOverdue
        } else {
            Lateness::Overdue
        }
    } else if calendars.working_days(day, due_on) <= policy.lateness.due_soon_working_days {
        Lateness::DueSoon
    } else {
        Lateness::OnTime
    }
}

/// The days on which the lateness of an issue changes, as it stands.
pub fn marks(issue: &Issue, policy: &Policy, calendars: &Calendars) -> Marks {
    let due_on = issue.due.on;
    let overdue_from = due_on.succ_opt().unwrap_or(due_on);
    let judged_on = judged_on(issue, policy, calendars);
    if issue.stopped_at.is_some() {
        return Marks { due_soon_from: overdue_from, overdue_from, long_overdue_from: NEVER, judged_on };
    }

    let mut due_soon_from = due_on;
    while let Some(day_before) = due_soon_from.pred_opt()
        && calendars.working_days(day_before, due_on) <= policy.lateness.due_soon_working_days
    {
        due_soon_from = day_before;
    }

    let limit = long_overdue_after(issue, policy, calendars);
    let mut long_overdue_from = overdue_from;
    loop {
        let passed = passed(issue, policy, calendars, long_overdue_from);
        if passed > limit {
            break;
        }
        // Exact where no suspension lies ahead, else too early; each round gains at least one working day.
        let day = calendars.after(long_overdue_from, limit.saturating_add(1) - passed).on;
        if day <= long_overdue_from {
            break; // the end of the program's calendar
        }
        long_overdue_from = day;
    }
    Marks { due_soon_from, overdue_from, long_overdue_from, judged_on }
}

/// The day from which a fact counts that is claimed for one instant and recorded at another: the claimed day if it was
/// recorded within the working days that the policy gives, else the day of recording.
pub fn counted_on(
    policy: &Policy,
    calendars: &Calendars,
    claimed_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
) -> NaiveDate {
    let within = policy.answer.delivery_recorded_within_working_days;
    counted_within(policy, calendars, within, claimed_at, recorded_at)
}

/// The day by which an issue is judged, where that is not today. An answer delivered while the clock stood still is
/// judged as the clock was: lateness stands still with it.
fn judged_on(issue: &Issue, policy: &Policy, calendars: &Calendars) -> Option<NaiveDate> {
    match (issue.stopped_at, issue.suspension, issue.suspended_spans.last()) {
        (Some(stopped_at), _, Some(span)) if span.until == stopped_at => Some(policy.town_date(span.suspension.since)),
        (Some(stopped_at), _, _) => {
            let recorded_at = issue.stop_recorded_at.unwrap_or(stopped_at);
            Some(counted_on(policy, calendars, stopped_at, recorded_at))
        }
        (None, Some(suspension), _) => Some(policy.town_date(suspension.since)),
        (None, None, _) => None,
    }
}

fn long_overdue_after(issue: &Issue, policy: &Policy, calendars: &Calendars) -> u32 {
    let given = passed(issue, policy, calendars, issue.due.on);
    given.saturating_mul(policy.lateness.long_overdue_factor)
}

/// Working days from the clock's start to `day`, but for those in which the clock stood still.
pub(crate) fn passed(issue: &Issue, policy: &Policy, calendars: &Calendars, day: NaiveDate) -> u32 {
    let all = calendars.working_days(issue.clock_from, day);
    let suspended = issue.suspended_spans.iter().map(|span| {
        let since = policy.town_date(span.suspension.since).max(issue.clock_from);
        let until = policy.town_date(span.until).min(day);
        calendars.working_days(since, until)
    });
    all.saturating_sub(suspended.sum())
}

/// When the visitor of an issue is to hear next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterimDue {
    /// The next date.
    pub on: NaiveDate,
    /// Dates that passed in silence since the last word.
    pub missed: u32,
}

/// The interim date in force on `today`: a silent date counts one miss, and the next is so many working days on. Nothing for an issue that promised no next word or is no longer open.
pub fn interim_due(issue: &Issue, policy: &Policy, calendars: &Calendars, today: NaiveDate) -> Option<InterimDue> {
    if !issue.is_open() {
        return None;
    }
    let mut due = InterimDue { on: issue.interim_due_on?, missed: 0 };
    // A policy of 0 days would never move on.
    let every = policy.escalation.interim_every_working_days.max(1);
    while today > due.on {
        let next = calendars.after(due.on, every).on;
        due = InterimDue { on: next, missed: due.missed.saturating_add(1) };
    }
    Some(due)
}
