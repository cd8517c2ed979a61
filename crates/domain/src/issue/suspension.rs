//! T8: the clock stands still (中止计时) and runs again. The working days left are kept, never a made-up date.

use super::step::{after_turn, require};
use super::{ClockResumed, ClockSuspended, Issue};
use crate::deadline;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, SuspensionReason};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// A suspension as it comes in, but for the reason's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuspensionDraft {
    /// Why: nothing but waiting for the visitor's facts, or force majeure.
    pub reason_code: SuspensionReason,
    /// Until when at the latest.
    pub until_on: NaiveDate,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// Suspends the clock (T8, C-4.4). On a registered issue it implies taking.
///
/// Whether the due date has passed is judged today, not by the time claimed: back-dating gains nothing.
///
/// Errors: [`Code::NotLater`]; a state that cannot be suspended; [`Code::AlreadySuspended`],
/// [`Code::SuspensionAfterDue`], [`Code::SuspensionTooLong`]; a time in the future or before what it follows.
pub fn suspend(issue: &Issue, rules: &Rules<'_>, draft: &SuspensionDraft) -> Result<ClockSuspended, Refusal> {
    after_turn(issue, rules, draft.at).map_err(|refusal| refusal.at("/occurred_at"))?;
    let since_on = rules.town_date(draft.at);
    if draft.until_on <= since_on {
        return Err(Refusal::new(Code::NotLater)
            .at("/until_on")
            .because("中止的截止日期须晚于中止之日。", "The last day must be later than the day of suspension."));
    }
    require(issue, &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer])?;
    if issue.suspension.is_some() {
        return Err(Refusal::new(Code::AlreadySuspended));
    }
    if rules.today > issue.due.on {
        return Err(Refusal::new(Code::SuspensionAfterDue));
    }
    let most = rules.policy.suspension.days_max;
    let latest = since_on.checked_add_days(Days::new(most.into())).unwrap_or(NaiveDate::MAX);
    if draft.until_on > latest {
        return Err(Refusal::new(Code::SuspensionTooLong).at("/until_on").because(
            format!("中止最长 {most} 日，即至 {latest}。"),
            format!("A suspension lasts {most} days at most, that is until {latest}."),
        ));
    }
    Ok(ClockSuspended {
        reason_code: draft.reason_code,
        until_on: draft.until_on,
        remaining_working_days: rules.calendars.working_days(since_on, issue.due.on),
    })
}

/// Lets the clock run again with the working days that were left (T8).
///
/// Errors: an issue that is not open; [`Code::NotSuspended`], [`Code::DueTooFar`]; a time in the future or before the
/// suspension.
pub fn resume(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<ClockResumed, Refusal> {
    require(
        issue,
        &[
            IssueState::Registered,
            IssueState::InHand,
            IssueState::Escalated,
            IssueState::AwaitingAnswer,
            IssueState::Merged,
        ],
    )?;
    let Some(suspension) = issue.suspension else {
        return Err(Refusal::new(Code::NotSuspended));
    };
    rules.claimed(at, suspension.since, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))?;
    let new = deadline::resumption(rules, rules.town_date(at), suspension.remaining_working_days)?;
    Ok(ClockResumed { due: deadline::later(new, &issue.due) })
}
