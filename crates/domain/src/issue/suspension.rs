//! T8: the clock stands still (中止计时) and runs again. The working days left are kept, never a made-up date.

use super::step::{after_turn, in_cycle, require};
use super::{ClockResumed, ClockSuspended, Issue, Suspension};
use crate::deadline;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{DueRule, IssueState, SuspensionReason};
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
    let at = |refusal: Refusal| refusal.at("/occurred_at");
    in_cycle(issue, rules, draft.at).map_err(at)?;
    let since_on = rules.town_date(draft.at);
    last_day_fits(since_on, draft.until_on)?;
    require(issue, &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer])?;
    after_turn(issue, rules, draft.at).map_err(at)?;
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

/// A suspension ends after the day on which it begins, whatever the issue.
///
/// Errors: [`Code::NotLater`].
pub fn last_day_fits(since_on: NaiveDate, until_on: NaiveDate) -> Result<(), Refusal> {
    if until_on > since_on {
        return Ok(());
    }
    Err(Refusal::new(Code::NotLater)
        .at("/until_on")
        .because("中止的截止日期须晚于中止之日。", "The last day must be later than the day of suspension."))
}

/// Lets the clock run again with the working days that were left (T8), or that are left of a date promised since: an
/// extension told, a corrected day of the reception.
///
/// Errors: an issue that is not open; [`Code::NotSuspended`], [`Code::DueTooFar`]; a time in the future or before the
/// suspension.
pub fn resume(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<ClockResumed, Refusal> {
    require(issue, &IssueState::OPEN)?;
    let Some(suspension) = issue.suspension else {
        return Err(Refusal::new(Code::NotSuspended));
    };
    rules.claimed(at, suspension.since, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))?;
    let new = deadline::resumption(rules, rules.town_date(at), left(issue, rules, &suspension))?;
    Ok(ClockResumed { due: deadline::later(new, &issue.due) })
}

/// Dates of other rules do not count from the clock that was stopped: an outer limit, or what a return promised, stands by
/// itself.
fn left(issue: &Issue, rules: &Rules<'_>, suspension: &Suspension) -> u32 {
    let kept = suspension.remaining_working_days;
    match issue.due.rule {
        DueRule::FinalAnswer | DueRule::Extension => {
            kept.max(rules.calendars.working_days(rules.town_date(suspension.since), issue.due.on))
        }
        DueRule::OuterLimit
        | DueRule::AfterReturn
        | DueRule::AfterReportBack
        | DueRule::Rework
        | DueRule::Resumption
        | DueRule::Handling => kept,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::escalation::report_back;
    use super::super::extension::{self, ExtensionDraft};
    use super::super::given::{CALENDARS, Given, MAJOR, POLICY, at, refused, rules};
    use super::*;
    use crate::deadline::lateness;
    use crate::fixtures::day;
    use crate::vocabulary::{ClockState, ExtensionReason, Lateness, Level, Outcome, WordChannel};

    fn draft(when: &str, until: &str) -> SuspensionDraft {
        SuspensionDraft { reason_code: SuspensionReason::VisitorFacts, until_on: day(until), at: at(when) }
    }

    fn suspended() -> Given {
        let given = Given::registered();
        let when = "2026-11-23 10:00";
        let stopped = suspend(&given.issue, &rules(when), &draft(when, "2026-12-20")).unwrap();
        given.then(when, IssueEvent::ClockSuspended(stopped))
    }

    #[test]
    fn the_remaining_working_days_are_kept_and_given_again() {
        let given = suspended();
        assert_eq!((given.issue.state, given.issue.clock), (IssueState::InHand, ClockState::Suspended));
        // Tuesday to Thursday.
        assert_eq!(given.issue.suspension.unwrap().remaining_working_days, 3);
        assert_eq!(given.issue.due.on, day("2026-11-26"));
        let when = "2026-12-04 10:00";
        let resumed = resume(&given.issue, &rules(when), at(when)).unwrap();
        let then = given.then(when, IssueEvent::ClockResumed(resumed)).issue;
        assert_eq!((then.due.rule, then.due.on), (DueRule::Resumption, day("2026-12-09")));
        assert_eq!((then.clock, then.suspension), (ClockState::Running, None));
        assert_eq!(then.clock_from, day("2026-11-19"));
    }

    #[test]
    fn what_was_promised_while_the_clock_stood_still_is_given_with_it() {
        let ask = "2026-11-20 10:00";
        let draft_of =
            ExtensionDraft { reason_code: ExtensionReason::Complex, new_due_on: day("2026-12-10"), at: at(ask) };
        let given = Given::registered();
        let asked = extension::request(&given.issue, &rules(ask), &draft_of).unwrap();
        let given = given.then(ask, IssueEvent::ExtensionRequested(asked));
        let granted = extension::grant(&given.issue, &rules(ask), at(ask)).unwrap();
        let given = given.then(ask, IssueEvent::ExtensionGranted(granted));
        let stops = "2026-11-23 10:00";
        let stopped = suspend(&given.issue, &rules(stops), &draft(stops, "2026-12-20")).unwrap();
        let given = given.then(stops, IssueEvent::ClockSuspended(stopped));
        let tells = "2026-11-24 10:00";
        let told = extension::notify(&given.issue, &rules(tells), WordChannel::Phone, at(tells)).unwrap();
        let given = given.then(tells, IssueEvent::VisitorToldOfExtension(told));
        // Thirteen working days from Monday 11-23 to Thursday 12-10, not the three of the date before.
        let when = "2026-12-04 10:00";
        let resumed = resume(&given.issue, &rules(when), at(when)).unwrap();
        assert_eq!((resumed.due.working_days, resumed.due.on), (Some(13), day("2026-12-23")));
    }

    #[test]
    fn an_outer_limit_is_not_longer_for_a_suspension() {
        let given = suspended().and_escalated_on("2026-11-24 10:00", Level::L3);
        let limit = given.issue.due.clone();
        assert_eq!(limit.rule, DueRule::OuterLimit);
        let when = "2026-12-04 10:00";
        assert_eq!(resume(&given.issue, &rules(when), at(when)).unwrap().due, limit);
    }

    #[test]
    fn lateness_stands_still_while_suspended() {
        let issue = suspended().issue;
        assert_eq!(lateness(&issue, &POLICY, &CALENDARS, day("2027-03-01")), Lateness::OnTime);
    }

    #[test]
    fn with_no_day_left_the_issue_is_due_on_the_day_of_resumption() {
        let given = Given::in_hand();
        let when = "2026-11-26 10:00";
        let stopped = suspend(&given.issue, &rules(when), &draft(when, "2026-12-20")).unwrap();
        assert_eq!(stopped.remaining_working_days, 0);
        let given = given.then(when, IssueEvent::ClockSuspended(stopped));
        // Resumed on a Saturday, due on the Monday.
        let resumed = resume(&given.issue, &rules("2026-12-05 10:00"), at("2026-12-05 10:00")).unwrap();
        assert_eq!(resumed.due.on, day("2026-12-07"));
    }

    #[test]
    fn an_overdue_issue_is_not_suspended_also_not_backdated() {
        let late = rules("2026-11-27 09:00");
        let backdated = suspend(&Given::in_hand().issue, &late, &draft("2026-11-25 09:00", "2026-12-01"));
        assert_eq!(refused(backdated), Code::SuspensionAfterDue);
    }

    #[test]
    fn a_suspension_has_an_end_within_thirty_days() {
        let issue = Given::in_hand().issue;
        let when = "2026-11-23 10:00";
        let until = |on| suspend(&issue, &rules(when), &draft(when, on));
        assert!(until("2026-12-23").is_ok());
        assert_eq!(refused(until("2026-12-24")), Code::SuspensionTooLong);
        assert_eq!(refused(until("2026-11-23")), Code::NotLater);
    }

    #[test]
    fn a_clock_is_stopped_once_and_started_once() {
        let when = "2026-11-24 10:00";
        let again = suspend(&suspended().issue, &rules(when), &draft(when, "2026-12-01"));
        assert_eq!(refused(again), Code::AlreadySuspended);
        assert_eq!(refused(resume(&Given::in_hand().issue, &rules(when), at(when))), Code::NotSuspended);
        assert_eq!(refused(resume(&suspended().issue, &rules(when), at("2026-11-23 09:59"))), Code::BeforePrevious);
        assert_eq!(refused(resume(&Given::answered().issue, &rules(when), at(when))), Code::AlreadyAnswered);
    }

    #[test]
    fn an_escalated_issue_is_not_suspended_nor_one_that_is_no_longer_open() {
        let when = "2026-11-25 12:00";
        for (given, code) in [
            (Given::escalated(), Code::AlreadyEscalated),
            (Given::answered(), Code::AlreadyAnswered),
            (Given::closed(), Code::IssueClosed),
        ] {
            assert_eq!(refused(suspend(&given.issue, &rules(when), &draft(when, "2026-12-01"))), code);
        }
    }

    #[test]
    fn an_outcome_reported_back_ends_the_suspension() {
        let given = suspended().and_escalated_on("2026-11-24 10:00", Level::L2);
        assert_eq!(given.issue.clock, ClockState::Suspended);
        let when = "2026-12-10 10:00";
        let back = report_back(&given.issue, &rules(when), MAJOR, Outcome::Resolved, at(when)).unwrap();
        let then = given.then(when, IssueEvent::OutcomeReportedBack(back)).issue;
        assert_eq!((then.clock, then.suspension), (ClockState::Running, None));
    }

    #[test]
    fn every_answer_remains_possible_while_the_clock_stands_still() {
        let then = suspended().and_answered("2026-12-01 10:00").issue;
        assert_eq!((then.state, then.clock), (IssueState::Answered, ClockState::Stopped));
        // It was on time when the clock stopped, and the days that stood still are not its delay.
        assert_eq!(lateness(&then, &POLICY, &CALENDARS, day("2027-01-01")), Lateness::OnTime);
    }
}
