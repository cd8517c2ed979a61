//! T8: the clock stands still (中止计时) and runs again, at the latest by itself after the last day named. The working days
//! left are kept, never a made-up date.

use super::state::working_days_left;
use super::step::{after_turn, in_cycle, require};
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
    /// Its last day: after it the clock runs again by itself.
    pub until_on: NaiveDate,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// Suspends the clock (T8, C-4.4). On a registered issue it implies taking.
///
/// All suspensions of a cycle together last no longer than the policy allows. Whether the due date has passed is judged by
/// the claimed day only if that was recorded soon enough: back-dating gains nothing.
///
/// Errors: [`Code::NotLater`]; a state that cannot be suspended; [`Code::AlreadySuspended`],
/// [`Code::SuspensionAfterDue`], [`Code::SuspensionTooLong`]; a time in the future or before what it follows.
pub fn suspend(issue: &Issue, rules: &Rules<'_>, draft: &SuspensionDraft) -> Result<ClockSuspended, Refusal> {
    let issue = &*rules.standing(issue);
    let at = |refusal: Refusal| refusal.at("/occurred_at");
    in_cycle(issue, rules, draft.at).map_err(at)?;
    let since_on = rules.town_date(draft.at);
    last_day_fits(since_on, rules.today, draft.until_on)?;
    require(issue, &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer])?;
    after_turn(issue, rules, draft.at).map_err(at)?;
    if issue.suspension.is_some() {
        return Err(Refusal::new(Code::AlreadySuspended));
    }
    if let Some(before) = issue.suspended_spans.last() {
        rules.claimed(draft.at, before.until, Code::BeforePrevious).map_err(at)?;
    }
    if rules.counted_on(draft.at) > issue.due.on {
        return Err(Refusal::new(Code::SuspensionAfterDue));
    }
    let most = rules.policy.suspension.days_max;
    let used = days_suspended(issue, rules);
    let latest = since_on.checked_add_days(Days::new(u64::from(most).saturating_sub(used))).unwrap_or(NaiveDate::MAX);
    if draft.until_on > latest {
        return Err(Refusal::new(Code::SuspensionTooLong).at("/until_on").because(
            format!("同一轮办理的中止合计最长 {most} 日，已用 {used} 日，本次最迟至 {latest}。"),
            format!(
                "All suspensions of a cycle last {most} days at most; {used} are used, so this one ends by {latest}."
            ),
        ));
    }
    Ok(ClockSuspended {
        reason_code: draft.reason_code,
        until_on: draft.until_on,
        remaining_working_days: rules.calendars.working_days(since_on, issue.due.on),
    })
}

/// A suspension ends after the day on which it begins and not before today, whatever the issue (C-4.4).
///
/// Errors: [`Code::NotLater`] at `/until_on`.
pub fn last_day_fits(since_on: NaiveDate, today: NaiveDate, until_on: NaiveDate) -> Result<(), Refusal> {
    let refusal = Refusal::new(Code::NotLater).at("/until_on");
    if until_on <= since_on {
        Err(refusal.because("中止的截止日期须晚于中止之日。", "The last day must be later than the day of suspension."))
    } else if until_on < today {
        Err(refusal.because("中止的截止日期不得早于今天。", "The last day must not be before today."))
    } else {
        Ok(())
    }
}

/// Calendar days that the suspensions of the cycle lasted.
fn days_suspended(issue: &Issue, rules: &Rules<'_>) -> u64 {
    let each = issue.suspended_spans.iter().map(|span| {
        let (since, until) = (rules.town_date(span.suspension.since), rules.town_date(span.until));
        u64::try_from((until - since).num_days()).unwrap_or(0)
    });
    each.sum()
}

/// Lets the clock run again with the working days that were left (T8), or that are left of a date promised since: an
/// extension told, a corrected day of the reception. It counts from the claimed day, however late it is recorded.
///
/// Errors: an issue that is not open; [`Code::NotSuspended`], also of a suspension that has ended by itself;
/// [`Code::DueTooFar`]; a time in the future or before the suspension.
pub fn resume(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<ClockResumed, Refusal> {
    let issue = &*rules.standing(issue);
    require(issue, &IssueState::OPEN)?;
    let Some(suspension) = issue.suspension else {
        return Err(Refusal::new(Code::NotSuspended));
    };
    rules.claimed(at, suspension.since, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))?;
    let left = working_days_left(&suspension, &issue.due, rules.policy.time_zone(), rules.calendars);
    let new = deadline::resumption(rules, rules.town_date(at), left)?;
    Ok(ClockResumed { due: deadline::not_before(new, &issue.due, rules.calendars) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::escalation::{EscalationDraft, escalate, report_back};
    use super::super::extension::{self, ExtensionDraft};
    use super::super::fixture::{CALENDARS, Given, ISSUE, MAJOR, POLICY, at, refused, rules};
    use super::*;
    use crate::Fold;
    use crate::calendar::{CalendarEvent, CalendarSource, CalendarYear, Calendars, NamedDay};
    use crate::deadline::lateness;
    use crate::fixtures::{day, stamp};
    use crate::vocabulary::{ClockState, DueRule, ExtensionReason, Lateness, Level, Outcome, WordChannel};

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
    fn lateness_stands_still_through_the_last_day_of_a_suspension() {
        let issue = suspended().issue;
        let stands = |on| lateness(&issue, &POLICY, &CALENDARS, day(on));
        assert_eq!(stands("2026-12-20"), Lateness::OnTime);
        // Three working days were left: until Wednesday 2026-12-23, of which two lie ahead on Monday.
        assert_eq!(stands("2026-12-21"), Lateness::DueSoon);
        assert_eq!((stands("2026-12-23"), stands("2026-12-24")), (Lateness::DueSoon, Lateness::Overdue));
        assert_eq!(stands("2027-03-01"), Lateness::LongOverdue);
    }

    #[test]
    fn after_its_last_day_the_clock_runs_again_by_itself() {
        let given = suspended();
        let shown = given.on("2026-12-20");
        assert_eq!((shown.clock, shown.due.on), (ClockState::Suspended, day("2026-11-26")));
        let then = given.on("2026-12-21");
        assert_eq!((then.clock, then.suspension), (ClockState::Running, None));
        assert_eq!((then.due.rule, then.due.on), (DueRule::Resumption, day("2026-12-23")));
        assert_eq!((then.due.from, then.due.working_days), (day("2026-12-20"), Some(3)));
        assert_eq!(then.clock_from, day("2026-11-19"));
        let change = then.due_changes.last().unwrap();
        assert_eq!((change.from, change.position), (Some(day("2026-11-26")), given.issue.suspension.unwrap().position));
        // Whoever looks again sees the same, and nobody can start it a second time.
        let zone = POLICY.time_zone();
        assert_eq!(*then.on(day("2027-01-08"), zone, &CALENDARS), then);
        let late = "2026-12-21 09:00";
        assert_eq!(refused(resume(&given.issue, &rules(late), at("2026-12-18 09:00"))), Code::NotSuspended);
    }

    #[test]
    fn what_comes_after_the_last_day_finds_the_date_that_holds_then() {
        let given = suspended();
        // Escalated when the clock ran again: the promise is the date after the suspension.
        let escalated = given.clone().and_escalated_on("2026-12-22 10:00", Level::L3).on("2026-12-22");
        assert_eq!(escalated.promised_due.as_ref().map(|due| due.on), Some(day("2026-12-23")));
        let dates =
            |issue: &Issue| issue.due_changes.iter().map(|change| (change.from, change.due.on)).collect::<Vec<_>>();
        let (first, then, limit) = (day("2026-11-26"), day("2026-12-23"), day("2027-01-18"));
        assert_eq!(dates(&escalated), [(None, first), (Some(first), then), (Some(then), limit)]);
        // Answered after it: judged by that date, for ever.
        let answered = |when| lateness(&given.clone().and_answered(when).issue, &POLICY, &CALENDARS, day("2027-03-01"));
        assert_eq!(answered("2026-12-23 10:00"), Lateness::OnTime);
        assert_eq!(answered("2026-12-24 10:00"), Lateness::Overdue);
        let late = "2026-12-24 10:00";
        let again = suspend(&given.issue, &rules(late), &draft(late, "2026-12-28"));
        assert_eq!(refused(again), Code::SuspensionAfterDue);
    }

    #[test]
    fn the_suspensions_of_a_cycle_together_have_one_limit() {
        let when = "2026-11-23 10:00";
        let stopped = suspend(&Given::in_hand().issue, &rules(when), &draft(when, "2026-12-13")).unwrap();
        let given = Given::in_hand().then(when, IssueEvent::ClockSuspended(stopped));
        // Twenty days are over by themselves; ten are left.
        let again = "2026-12-14 10:00";
        let until = |on| suspend(&given.issue, &rules(again), &draft(again, on));
        assert_eq!(until("2026-12-24").unwrap().remaining_working_days, 2);
        assert_eq!(refused(until("2026-12-25")), Code::SuspensionTooLong);
        // Not while it stood still, of which nobody knew anything then.
        let within = suspend(&given.issue, &rules(again), &draft("2026-12-11 10:00", "2026-12-20"));
        assert_eq!(refused(within), Code::BeforePrevious);
        let given = given.clone().then(again, IssueEvent::ClockSuspended(until("2026-12-24").unwrap()));
        let shown = given.on("2026-12-24");
        assert_eq!((shown.clock, shown.due.on), (ClockState::Suspended, day("2026-12-16")));
        assert_eq!(given.on("2026-12-25").due.on, day("2026-12-28"));
        // Ended early, only the days that it lasted are used.
        let resumed = resume(&given.issue, &rules("2026-12-16 10:00"), at("2026-12-16 10:00")).unwrap();
        let given = given.then("2026-12-16 10:00", IssueEvent::ClockResumed(resumed));
        let third = "2026-12-17 10:00";
        assert!(suspend(&given.issue, &rules(third), &draft(third, "2026-12-25")).is_ok());
        assert_eq!(refused(suspend(&given.issue, &rules(third), &draft(third, "2026-12-26"))), Code::SuspensionTooLong);
    }

    #[test]
    fn a_calendar_published_later_moves_what_holds_after_the_suspension_by_an_event() {
        let given = Given::raised("2026-12-28 14:00", "2026-12-28 15:00");
        let when = "2026-12-29 10:00";
        let stopped = suspend(&given.issue, &rules(when), &draft(when, "2027-01-04")).unwrap();
        assert_eq!(stopped.remaining_working_days, 4);
        let given = given.then(when, IssueEvent::ClockSuspended(stopped));
        assert_eq!(given.on("2027-01-05").due.on, day("2027-01-08"));

        let calendars = with_holiday("2027-01-06");
        let now = Rules::at(&POLICY, &calendars, at("2026-12-30 09:00"));
        let on = |given: &Given, text| given.issue.on(day(text), POLICY.time_zone(), &calendars).into_owned();
        assert_eq!(on(&given, "2027-01-05").due.on, day("2027-01-08"), "no date moves without an event");
        let moved = deadline::recompute(&given.issue, &now, 2027).unwrap();
        assert_eq!((moved.due.on, moved.due.from), (day("2027-01-11"), day("2027-01-04")));
        let given = given.knowing(calendars.newest()).then("2026-12-30 09:00", IssueEvent::DeadlineRecomputed(moved));
        assert_eq!(deadline::recompute(&given.issue, &now, 2027), None);
        let shown = on(&given, "2027-01-04");
        assert_eq!((shown.clock, shown.due.on), (ClockState::Suspended, day("2027-01-04")));
        let then = on(&given, "2027-01-05");
        assert_eq!((then.due.on, then.due_changes.last().unwrap().calendar_year), (day("2027-01-11"), Some(2027)));
    }

    #[test]
    fn a_date_that_is_kept_is_counted_by_the_calendar_published_meanwhile() {
        // Escalated while its clock stood still: the outer limit, in a year that nobody has published, is the later date.
        let when = "2026-11-24 10:00";
        let given = suspended();
        let escalation = escalate(&given.issue, ISSUE, &rules(when), &escalation_draft(when)).unwrap();
        let given = given.then(when, IssueEvent::Escalated(escalation.issue));
        assert!(given.issue.due.provisional);
        let calendars = with_holiday("2027-01-18");
        let now = Rules::at(&POLICY, &calendars, at("2026-12-01 11:00"));
        let resumed = resume(&given.issue, &now, at("2026-12-01 11:00")).unwrap();
        assert_eq!((resumed.due.on, resumed.due.provisional), (day("2027-01-19"), false));
    }

    fn escalation_draft(when: &str) -> EscalationDraft<'static> {
        EscalationDraft { level: Level::L3, major_issue_id: MAJOR, join: None, at: at(when) }
    }

    fn with_holiday(on: &str) -> Calendars {
        let named = |on: &str| NamedDay { date: day(on), name: "节日".to_owned() };
        let year = CalendarYear {
            year: 2027,
            source: CalendarSource { title: "通知".to_owned(), document: None, published_on: day("2026-12-30") },
            public_holidays: vec![named(on)],
            make_up_days: Vec::new(),
            local_closures: Vec::new(),
        };
        let mut calendars = CALENDARS.clone();
        calendars.apply(&CalendarEvent::Published(year), &stamp(140, 1));
        calendars
    }

    #[test]
    fn whether_a_suspension_came_in_time_is_judged_by_the_day_of_recording_if_that_is_late() {
        let issue = Given::in_hand().issue;
        let claimed = draft("2026-11-26 10:00", "2026-12-10");
        assert!(suspend(&issue, &rules("2026-11-27 09:00"), &claimed).is_ok(), "recorded within a working day");
        assert_eq!(refused(suspend(&issue, &rules("2026-11-30 09:00"), &claimed)), Code::SuspensionAfterDue);
        // One that would be over already is none.
        let over = suspend(&issue, &rules("2026-11-26 09:00"), &draft("2026-11-23 09:00", "2026-11-25"));
        assert_eq!(refused(over), Code::NotLater);
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
        let backdated = suspend(&Given::in_hand().issue, &late, &draft("2026-11-24 09:00", "2026-12-01"));
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
