//! How an issue stands: what the issue board shows and the dashboards count, decided once for both.

use crate::reference::Reference;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::deadline::{Marks, marks};
use domain::issue::Issue;
use domain::vocabulary::IssueState;

/// After every day of the service, and still a date of ten characters.
const NEVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");

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

/// Of an answered, closed or referred issue (API §5): whether that was by the due date.
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
