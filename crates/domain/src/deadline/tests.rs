//! Due dates by the rules of the notice, counted through published calendars; lateness, silence, and explanations.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::Fold;
use crate::calendar::{CalendarEvent, CalendarSource, CalendarYear, NamedDay};
use crate::fixtures::{calendars, day, stamp};
use crate::issue::fixture::{CALENDARS, Given, MAJOR, POLICY, at, refused, rules};
use crate::issue::suspension::{SuspensionDraft, resume, suspend};
use crate::issue::{IssueEvent, escalation};
use crate::policy::Policy;
use crate::vocabulary::{IssueState, Lateness, Outcome, SuspensionReason};
use proptest::prelude::*;

fn final_answer_on(held_on: &str) -> Due {
    final_answer(&rules("2026-11-24 10:00"), day(held_on)).unwrap()
}

/// The calendars shipped, and 2027 as published at position 40.
fn with_2027(holidays: &[&str], make_up: &[&str]) -> Calendars {
    let named = |days: &[&str]| days.iter().map(|text| NamedDay { date: day(text), name: "元旦".to_owned() }).collect();
    let year = CalendarYear {
        year: 2027,
        source: CalendarSource { title: "通知".to_owned(), document: None, published_on: day("2026-11-20") },
        public_holidays: named(holidays),
        make_up_days: named(make_up),
        local_closures: Vec::new(),
    };
    let mut calendars = calendars();
    calendars.apply(&CalendarEvent::Published(year), &stamp(40, 1));
    calendars
}

/// The rules of New Year's Day 2027, with other calendars.
fn by(calendars: &Calendars) -> Rules<'_> {
    Rules::at(&POLICY, calendars, at("2027-01-01 09:00"))
}

#[test]
fn an_answer_is_due_five_working_days_after_the_reception_make_up_days_included() {
    for (held_on, due_on) in [
        ("2024-03-28", "2024-04-07"),
        ("2024-09-26", "2024-10-09"),
        ("2025-01-23", "2025-02-06"),
        ("2025-04-24", "2025-04-30"),
        ("2025-12-25", "2026-01-04"),
        ("2026-02-12", "2026-02-26"),
        ("2026-09-24", "2026-10-09"),
        ("2026-11-19", "2026-11-26"),
    ] {
        let due = final_answer_on(held_on);
        assert_eq!((due.on, due.from, due.working_days, due.provisional), (day(due_on), day(held_on), Some(5), false));
    }
}

#[test]
fn each_rule_keeps_its_own_inputs() {
    let rules = rules("2026-11-24 10:00");
    let on = day("2026-11-19");
    let shape = |due: Due| (due.rule, due.on, due.working_days, due.calendar_days, due.months);
    let expected = (DueRule::OuterLimit, day("2027-01-18"), None, Some(60), None);
    assert_eq!(shape(outer_limit(&rules, on, Level::L3).unwrap()), expected);
    let expected = (DueRule::OuterLimit, day("2027-05-19"), None, None, Some(6));
    assert_eq!(shape(outer_limit(&rules, on, Level::L4).unwrap()), expected);
    let expected = (DueRule::AfterReturn, day("2026-11-24"), Some(3), None, None);
    assert_eq!(shape(after_return(&rules, on).unwrap()), expected);
    let expected = (DueRule::AfterReportBack, day("2026-11-24"), Some(3), None, None);
    assert_eq!(shape(after_report_back(&rules, on).unwrap()), expected);
    let expected = (DueRule::Rework, day("2026-11-26"), Some(5), None, None);
    assert_eq!(shape(rework(&rules, on).unwrap()), expected);
    let expected = (DueRule::Extension, day("2026-12-07"), Some(12), None, None);
    assert_eq!(shape(extension(&rules, on, day("2026-12-05")).unwrap()), expected);
}

#[test]
fn handling_is_due_by_level() {
    let rules = rules("2026-11-24 10:00");
    let on = |level| handling(&rules, level, day("2026-11-02")).unwrap();
    assert_eq!((on(Level::L1).working_days, on(Level::L1).on), (Some(30), day("2026-12-14")));
    assert_eq!((on(Level::L2).working_days, on(Level::L2).on), (Some(15), day("2026-11-23")));
    assert_eq!((on(Level::L3).working_days, on(Level::L3).on), (Some(30), day("2026-12-14")));
    assert_eq!((on(Level::L4).months, on(Level::L4).on), (Some(3), day("2027-02-02")));
}

#[test]
fn a_month_limit_that_ends_in_a_holiday_moves_to_the_next_working_day() {
    let due = handling(&rules("2026-11-24 10:00"), Level::L4, day("2025-07-08")).unwrap();
    assert_eq!(due.on, day("2025-10-09"));
}

#[test]
fn a_count_through_a_year_without_a_calendar_is_provisional() {
    assert!(final_answer_on("2026-12-28").provisional);
    assert!(!final_answer_on("2026-12-24").provisional);
}

#[test]
fn nothing_is_due_past_2100() {
    let rules = rules("2026-11-24 10:00");
    assert_eq!(refused(final_answer(&rules, day("2100-12-29"))), Code::DueTooFar);
    assert!(final_answer(&rules, day("2100-12-23")).is_ok());
    assert_eq!(refused(extension(&rules, day("2026-11-19"), day("2101-01-01"))), Code::DueTooFar);
    assert_eq!(refused(outer_limit(&rules, day("2100-11-15"), Level::L3)), Code::DueTooFar);
}

#[test]
fn a_due_date_is_counted_again_from_its_inputs_alone() {
    let rules = rules("2026-11-24 10:00");
    let on = day("2026-09-24");
    for due in [
        final_answer(&rules, on),
        outer_limit(&rules, on, Level::L3),
        outer_limit(&rules, on, Level::L4),
        resumption(&rules, day("2026-09-26"), 0),
        extension(&rules, on, day("2026-10-15")),
        handling(&rules, Level::L2, on),
    ] {
        let due = due.unwrap();
        assert_eq!(recount(&due, &CALENDARS), due);
    }
}

#[test]
fn a_newly_published_calendar_moves_an_open_promise_to_the_later_date_only() {
    // Held on Tuesday 2026-12-29: by weekdays alone due on 2027-01-05.
    let given = Given::raised("2026-12-29 14:00", "2026-12-29 15:00");
    assert_eq!((given.issue.due.on, given.issue.due.provisional), (day("2027-01-05"), true));
    let holiday = with_2027(&["2027-01-01", "2027-01-02", "2027-01-03"], &[]);
    let moved = recompute(&given.issue, &by(&holiday), 2027).unwrap();
    assert_eq!((moved.due.on, moved.due.provisional, moved.due.rule), (day("2027-01-06"), false, DueRule::FinalAnswer));

    let then = given.clone().then("2027-01-01 09:00", IssueEvent::DeadlineRecomputed(moved)).issue;
    assert_eq!(then.original_due.on, day("2027-01-05"));
    let change = then.due_changes.last().unwrap();
    assert_eq!(
        (change.from, change.due.on, change.calendar_year),
        (Some(day("2027-01-05")), day("2027-01-06"), Some(2027))
    );
    assert_eq!(recompute(&then, &by(&holiday), 2027), None, "running it twice changes nothing");
}

#[test]
fn an_earlier_recomputed_date_leaves_the_promise_but_no_longer_provisional() {
    let given = Given::raised("2026-12-29 14:00", "2026-12-29 15:00");
    let make_up = with_2027(&[], &["2027-01-02"]);
    let kept = recompute(&given.issue, &by(&make_up), 2027).unwrap();
    assert_eq!((kept.due.on, kept.due.provisional), (day("2027-01-05"), false));
    let given = given.knowing(make_up.newest());
    let then = given.then("2027-01-01 09:00", IssueEvent::DeadlineRecomputed(kept)).issue;
    assert_eq!(recompute(&then, &by(&make_up), 2027), None);
    let last = explain(&then, &POLICY, &make_up).days.pop().unwrap();
    assert_eq!((last.date, last.counted(), last.why), (day("2027-01-05"), false, Some(Why::Promised)));
}

#[test]
fn a_calendar_moves_neither_closed_issues_nor_those_that_do_not_count_through_its_year() {
    let holiday = with_2027(&["2027-01-01"], &[]);
    let given = Given::raised("2026-12-29 14:00", "2026-12-29 15:00");
    assert_eq!(recompute(&given.issue, &by(&holiday), 2025), None);
    let answered = given.and_answered("2026-12-30 10:00");
    assert_eq!(recompute(&answered.issue, &by(&holiday), 2027), None);
    assert_eq!(recompute(&Given::registered().issue, &by(&holiday), 2027), None);
    assert_eq!(recompute(&Issue::default(), &by(&holiday), 2027), None);
}

#[test]
fn a_promise_made_before_an_escalation_moves_with_the_calendar_too() {
    let given = Given::raised("2026-12-29 14:00", "2026-12-29 15:00").and_escalated_on("2026-12-30 09:00", Level::L3);
    let holiday = with_2027(&["2027-01-01"], &[]);
    let when = "2026-12-30 10:00";
    let now = Rules::at(&POLICY, &holiday, at(when));
    let back = escalation::return_escalation(&given.issue, &now, at(when)).unwrap();
    assert_eq!(back.due.on, day("2027-01-06"));
}

#[test]
fn the_years_counted_through_are_those_from_start_to_due_date() {
    assert_eq!(years(&final_answer_on("2026-12-29")), 2026..=2027);
}

#[test]
fn an_open_issue_is_due_soon_then_overdue_then_long_overdue() {
    let issue = Given::registered().issue;
    let marks = marks(&issue, &POLICY, &CALENDARS);
    // Due on Thursday 2026-11-26: two working days before, the day after, and more than ten working days.
    assert_eq!(marks.due_soon_from, day("2026-11-24"));
    assert_eq!(marks.overdue_from, day("2026-11-27"));
    assert_eq!(marks.long_overdue_from, day("2026-12-04"));
    let stands = |on| lateness(&issue, &POLICY, &CALENDARS, day(on));
    assert_eq!(stands("2026-11-23"), Lateness::OnTime);
    assert_eq!(stands("2026-11-24"), Lateness::DueSoon);
    assert_eq!(stands("2026-11-26"), Lateness::DueSoon);
    assert_eq!(stands("2026-11-27"), Lateness::Overdue);
    assert_eq!(stands("2026-12-03"), Lateness::Overdue);
    assert_eq!(stands("2026-12-04"), Lateness::LongOverdue);
}

#[test]
fn an_answered_issue_is_judged_at_the_delivery_of_its_answer_for_ever() {
    let today = day("2028-01-01");
    let judged = |when| lateness(&Given::in_hand().and_answered(when).issue, &POLICY, &CALENDARS, today);
    assert_eq!(judged("2026-11-20 10:00"), Lateness::OnTime);
    // What is answered is not due any more, soon or long ago.
    assert_eq!(judged("2026-11-26 23:59"), Lateness::OnTime);
    assert_eq!(judged("2026-11-27 00:00"), Lateness::Overdue);
    assert_eq!(judged("2026-12-04 00:00"), Lateness::Overdue);
}

#[test]
fn an_answer_recorded_late_counts_from_the_day_of_recording() {
    let judged = |recorded: &str| {
        let given = Given::in_hand();
        let answer = Given::in_hand().and_answered("2026-11-26 10:00").events.pop().unwrap().0;
        let issue = given.event(answer, at("2026-11-26 10:00"), at(recorded)).issue;
        lateness(&issue, &POLICY, &CALENDARS, day("2027-01-01"))
    };
    assert_eq!(judged("2026-11-27 23:59"), Lateness::OnTime, "recorded within a working day");
    assert_eq!(judged("2026-11-30 00:00"), Lateness::Overdue);
}

#[test]
fn days_in_suspension_do_not_make_an_issue_long_overdue() {
    let given = suspended_and_resumed("2026-11-23 09:00", "2026-12-07 09:00");
    assert_eq!(given.issue.due.on, day("2026-12-10"));
    let marks = marks(&given.issue, &POLICY, &CALENDARS);
    // Two working days ran before the suspension; eight more after the resumption make ten, the next is too many.
    assert_eq!(marks.long_overdue_from, day("2026-12-18"));
}

fn suspended_and_resumed(since: &str, until: &str) -> Given {
    let given = Given::in_hand();
    let draft =
        SuspensionDraft { reason_code: SuspensionReason::ForceMajeure, until_on: day("2026-12-20"), at: at(since) };
    let stopped = suspend(&given.issue, &rules(since), &draft).unwrap();
    let given = given.then(since, IssueEvent::ClockSuspended(stopped));
    let resumed = resume(&given.issue, &rules(until), at(until)).unwrap();
    given.then(until, IssueEvent::ClockResumed(resumed))
}

#[test]
fn a_silent_interim_date_counts_one_miss_and_the_next_is_fifteen_working_days_on() {
    let issue = Given::escalated().issue;
    let due = |today| interim_due(&issue, &POLICY, &CALENDARS, day(today)).unwrap();
    assert_eq!(due("2026-11-23"), InterimDue { on: day("2026-11-23"), missed: 0 });
    assert_eq!(due("2026-11-24"), InterimDue { on: day("2026-12-14"), missed: 1 });
    assert_eq!(due("2026-12-15"), InterimDue { on: day("2027-01-04"), missed: 2 });
    assert_eq!(interim_due(&Given::in_hand().issue, &POLICY, &CALENDARS, day("2026-12-15")), None);
}

#[test]
fn an_explanation_lists_every_day_with_its_reason() {
    let days = |given: &Given| explain(&given.issue, &POLICY, &CALENDARS).days;
    let short: Vec<_> = days(&Given::registered())
        .into_iter()
        .map(|explained| (explained.date.to_string(), explained.n, explained.why.map(Why::as_str)))
        .collect();
    let expected = [
        ("2026-11-19", None, Some("start_day")),
        ("2026-11-20", Some(1), None),
        ("2026-11-21", None, Some("weekend")),
        ("2026-11-22", None, Some("weekend")),
        ("2026-11-23", Some(2), None),
        ("2026-11-24", Some(3), None),
        ("2026-11-25", Some(4), None),
        ("2026-11-26", Some(5), None),
    ];
    assert_eq!(short, expected.map(|(date, n, why)| (date.to_owned(), n, why)));
}

#[test]
fn an_explanation_names_holidays_and_make_up_days() {
    let given = Given::raised("2026-09-24 14:00", "2026-09-24 15:00");
    let days = explain(&given.issue, &POLICY, &CALENDARS).days;
    let on = |date: &str| days.iter().find(|explained| explained.date == day(date)).unwrap().clone();
    let holiday = on("2026-10-01");
    assert_eq!((holiday.why, holiday.counted(), holiday.name.is_some()), (Some(Why::PublicHoliday), false, true));
    assert_eq!(days.last().unwrap().n, Some(5));
    let given = Given::raised("2025-12-25 14:00", "2025-12-25 15:00");
    let last = explain(&given.issue, &POLICY, &CALENDARS).days.pop().unwrap();
    assert_eq!((last.date, last.n, last.why), (day("2026-01-04"), Some(5), Some(Why::MakeUpDay)));
}

#[test]
fn an_explanation_after_a_resumption_shows_the_whole_clock_and_where_it_stood_still() {
    let given = suspended_and_resumed("2026-11-23 09:00", "2026-11-25 09:00");
    let explanation = explain(&given.issue, &POLICY, &CALENDARS);
    let counted: Vec<_> =
        explanation.days.iter().filter_map(|explained| explained.n.map(|n| (n, explained.date.to_string()))).collect();
    let expected = [(1, "2026-11-20"), (2, "2026-11-23"), (3, "2026-11-26"), (4, "2026-11-27"), (5, "2026-11-30")];
    assert_eq!(counted, expected.map(|(n, date)| (n, date.to_owned())));
    let still: Vec<_> = explanation.days.iter().filter(|explained| explained.why == Some(Why::Suspended)).collect();
    assert_eq!(still.len(), 2);
    assert!(explanation.complete);
}

#[test]
fn an_explanation_of_calendar_days_counts_each_and_ends_on_a_working_day() {
    // Held on 2026-07-16 and 60 days: Monday 2026-09-14. Held on 2026-07-15: Sunday 2026-09-13, moved to Monday.
    let given = Given::raised("2026-07-15 14:00", "2026-07-15 15:00").and_escalated_on("2026-07-16 09:00", Level::L3);
    let days = explain(&given.issue, &POLICY, &CALENDARS).days;
    let counted = days.iter().filter(|explained| explained.counted()).count();
    let last = days.last().unwrap();
    let sunday = &days[days.len() - 2];
    assert_eq!((sunday.n, sunday.why), (Some(60), None));
    assert_eq!((last.date, counted), (given.issue.due.on, 60));
}

#[test]
fn an_explanation_is_bounded() {
    let mut given = Given::registered();
    given.issue.due.on = day("2099-01-01");
    let explanation = explain(&given.issue, &POLICY, &CALENDARS);
    assert!(explanation.days.len() <= 1_100 && !explanation.complete);
}

fn policies() -> impl Strategy<Value = Policy> {
    (0_u32..4, 1_u32..4, 1_u32..8).prop_map(|(soon, factor, days)| {
        let mut policy = POLICY.clone();
        policy.lateness.due_soon_working_days = soon;
        policy.lateness.long_overdue_factor = factor;
        policy.answer.final_working_days = days;
        policy
    })
}

/// An issue that was suspended and resumed up to twice, then perhaps escalated, and perhaps reported back.
fn lives(policy: &Policy, held: i64, pauses: &[(i64, i64)], escalated: bool, back: bool) -> Given {
    let hours = |hours: i64| at("2026-01-05 10:00") + chrono::Duration::hours(hours);
    let under = |now| Rules::at(policy, &CALENDARS, now);
    let mut now = hours(held * 24);
    let mut given = Given::registered();
    let due = final_answer(&under(now), policy.town_date(now)).unwrap();
    let IssueEvent::Raised(raised) = given.events[0].0.clone() else {
        unreachable!("the first event raises the issue");
    };
    let raised = crate::issue::Raised { due, ..raised };
    given = Given::nothing().event(IssueEvent::Raised(raised), now, now);
    for (run, stand) in pauses {
        now += chrono::Duration::hours(run * 24);
        let draft = SuspensionDraft {
            reason_code: SuspensionReason::ForceMajeure,
            until_on: policy.town_date(now) + chrono::Days::new(30),
            at: now,
        };
        let Ok(stopped) = suspend(&given.issue, &under(now), &draft) else { break };
        given = given.event(IssueEvent::ClockSuspended(stopped), now, now);
        now += chrono::Duration::hours(stand * 24);
        let resumed = resume(&given.issue, &under(now), now).unwrap();
        given = given.event(IssueEvent::ClockResumed(resumed), now, now);
    }
    if escalated && given.issue.state == IssueState::InHand {
        let draft = escalation::EscalationDraft { level: Level::L3, major_issue_id: MAJOR, join: None, at: now };
        let up = escalation::escalate(&given.issue, crate::issue::fixture::ISSUE, &under(now), &draft).unwrap();
        given = given.event(IssueEvent::Escalated(up.issue), now, now);
        if back {
            now += chrono::Duration::hours(24 * 9);
            let down = escalation::report_back(&given.issue, &under(now), MAJOR, Outcome::Planned, now).unwrap();
            given = given.event(IssueEvent::OutcomeReportedBack(down), now, now);
        }
    }
    given
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn comparing_marks_with_a_day_is_the_rule_itself(
        policy in policies(),
        held in 0_i64..330,
        pauses in prop::collection::vec((0_i64..3, 0_i64..25), 0..3),
        escalated: bool,
        back: bool,
        answered in prop::option::of(0_i64..40),
    ) {
        let mut given = lives(&policy, held, &pauses, escalated, back);
        if let Some(days) = answered {
            let last = given.events.last().unwrap().1.occurred_at + chrono::Duration::days(days);
            given.issue.stopped_at = Some(last);
        }
        let before_its_end = marks(&given.issue, &policy, &CALENDARS);
        let after_it = given.issue.after_suspension(policy.time_zone(), &CALENDARS);
        let after_it = marks(&after_it, &policy, &CALENDARS);
        let last_day = given.issue.suspension.map(|suspension| suspension.until_on);
        let marks_on = |today| if last_day.is_some_and(|last_day| last_day < today) { after_it } else { before_its_end };
        let marks = before_its_end;
        prop_assert!(marks.due_soon_from <= marks.overdue_from && marks.overdue_from <= marks.long_overdue_from);
        for today in POLICY.town_date(given.issue.cycle_began_at).iter_days().take(240) {
            prop_assert_eq!(
                marks_on(today).lateness(today),
                lateness(&given.issue, &policy, &CALENDARS, today),
                "on {}", today
            );
        }
    }
}
