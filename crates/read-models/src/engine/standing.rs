//! How an issue stands: what the issue board shows and the dashboards count, decided once for both.

use crate::engine::reference::Reference;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::deadline::{Marks, NEVER, marks};
use domain::issue::Issue;
use domain::vocabulary::IssueState;
use std::borrow::Cow;

/// The days on which an issue's lateness changes, under the policy that its cycle runs under.
///
/// An open issue follows the calendars as they are now. One that is no longer open keeps those known when it was
/// touched last, whatever was published since: what is written then depends on the log alone, not on how far a batch
/// reached.
pub(crate) fn marks_of(issue: &Issue, reference: &Reference, zone: Tz) -> Marks {
    let raised_on = issue.raised_at.with_timezone(&zone).date_naive();
    let Some(policy) = reference.policy_of(issue, raised_on) else {
        // Recorded under no policy: nothing says what soon or long means.
        return Marks {
            due_soon_from: issue.due.on.succ_opt().unwrap_or(issue.due.on),
            overdue_from: issue.due.on.succ_opt().unwrap_or(issue.due.on),
            long_overdue_from: NEVER,
            judged_on: issue.stopped_at.map(|at| at.with_timezone(&zone).date_naive()),
        };
    };
    let calendars = &reference.calendars;
    if issue.is_open() || calendars.newest() <= Some(issue.position) {
        marks(issue, policy, calendars)
    } else {
        marks(issue, policy, &calendars.as_of(issue.position))
    }
}

/// An issue as it stands from its newest event on.
///
/// Nothing is written at midnight: a clock that stands still now runs again by itself after the suspension's last day, so
/// that what is kept of the issue is kept twice, as it is shown until then and as it is shown from then on.
pub(crate) struct Standing<'a> {
    pub now: Cow<'a, Issue>,
    /// The last day of a suspension, and the issue as it stands after it.
    pub then: Option<(NaiveDate, Cow<'a, Issue>)>,
}

impl<'a> Standing<'a> {
    pub(crate) fn of(issue: &'a Issue, reference: &Reference, zone: Tz) -> Self {
        let until_on = issue.stands_still().map(|suspension| suspension.until_on);
        // On that day, or before, whatever else has ended by itself has ended.
        let now = issue.on(until_on.unwrap_or(NaiveDate::MAX), zone, &reference.calendars);
        let then = until_on.map(|until_on| (until_on, issue.after_suspension(zone, &reference.calendars)));
        Self { now, then }
    }
}

/// Of an answered, closed or referred issue: whether that was by the due date.
pub(crate) fn answered_on_time(issue: &Issue, marks: &Marks) -> Option<bool> {
    match issue.state {
        IssueState::Answered | IssueState::Closed | IssueState::Referred => {
            marks.judged_on.map(|on| on <= issue.due.on)
        }
        IssueState::Registered
        | IssueState::InHand
        | IssueState::Escalated
        | IssueState::AwaitingAnswer
        | IssueState::Withdrawn
        | IssueState::Merged => None,
    }
}
