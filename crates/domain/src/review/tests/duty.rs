//! Answered, and in time: who owed the answer by when.

use super::*;
use crate::issue::fixture::SUCCESSOR;
use crate::issue::{Due, IssueCorrected, Referred, Reopened};
use crate::vocabulary::{DueRule, Level, ReopeningGround, StatutoryChannel};
use Indicator::{AnswerRate, OnTime, OnTimeOriginal};

#[test]
fn an_answer_by_the_due_date_is_counted_three_times_over() {
    let given = Given::answered();
    for indicator in [AnswerRate, OnTime, OnTimeOriginal] {
        assert_eq!(share(&given, indicator, "2026-11-26"), (1, 1));
        // On the day before, nothing was due yet.
        assert_eq!(share(&given, indicator, "2026-11-25"), (0, 0));
    }
}

#[test]
fn the_target_of_answering_is_all() {
    let tally = tally_of(&Given::answered(), RECEIVER, seen("2026-12-31"));
    assert!(matches!(measure(&tally, AnswerRate), Measure::Targeted(_, 1000)));
}

#[test]
fn an_answer_after_the_due_date_is_an_answer_and_late() {
    let given = Given::in_hand().and_answered("2026-11-27 09:00");
    assert_eq!(share(&given, AnswerRate, "2026-11-27"), (1, 1));
    assert_eq!(share(&given, OnTime, "2026-11-27"), (0, 1));
    // As seen the day before it was none.
    assert_eq!(share(&given, AnswerRate, "2026-11-26"), (0, 1));
}

#[test]
fn nothing_is_late_that_is_not_due_and_no_other_year_is_counted() {
    let given = Given::in_hand();
    assert_eq!(share(&given, AnswerRate, "2026-11-26"), (0, 1));
    let next = Period::of(2027, day("2027-03-01")).unwrap();
    assert_eq!(measure(&tally_of(&given, RECEIVER, next), AnswerRate), Measure::Targeted(Default::default(), 1000));
    assert_eq!(Period::of(2027, day("2026-12-31")), None);
}

#[test]
fn back_dating_gains_nothing() {
    // Recorded on the next working day: counts from the day it was delivered.
    let soon = Given::in_hand().and_answered_but_recorded("2026-11-26 17:00", "2026-11-27 09:00");
    assert_eq!(share(&soon, OnTime, "2026-12-31"), (1, 1));
    // Two working days later: counts from then.
    let late = Given::in_hand().and_answered_but_recorded("2026-11-26 17:00", "2026-11-30 09:00");
    assert_eq!(share(&late, OnTime, "2026-12-31"), (0, 1));
    assert_eq!(share(&late, AnswerRate, "2026-11-29"), (0, 1));
    assert_eq!(share(&late, AnswerRate, "2026-11-30"), (1, 1));
}

#[test]
fn a_referral_told_in_time_is_an_answer_and_a_late_one_is_none() {
    let referred = |when| {
        let referred = Referred { statutory_channel: StatutoryChannel::Court };
        Given::in_hand().then(when, IssueEvent::Referred(referred))
    };
    assert_eq!(share(&referred("2026-11-26 10:00"), AnswerRate, "2026-12-31"), (1, 1));
    assert_eq!(share(&referred("2026-11-26 10:00"), OnTime, "2026-12-31"), (1, 1));
    assert_eq!(share(&referred("2026-11-27 10:00"), AnswerRate, "2026-12-31"), (0, 1));
}

#[test]
fn withdrawn_before_its_due_date_it_is_no_member_later_it_is() {
    assert_eq!(share(&Given::in_hand().and_withdrawn("2026-11-25 10:00"), AnswerRate, "2026-12-31"), (0, 0));
    assert!(findings(&Given::in_hand().and_withdrawn("2026-11-25 10:00"), seen("2026-12-31")).is_empty());
    assert_eq!(share(&Given::in_hand().and_withdrawn("2026-11-26 10:00"), AnswerRate, "2026-12-31"), (0, 1));
}

#[test]
fn who_is_responsible_on_the_due_date_is_responsible_for_all_of_it() {
    let before = Given::in_hand().and_handed_over("2026-11-26 09:00", SUCCESSOR);
    assert_eq!(share_of(&before, SUCCESSOR, AnswerRate, "2026-12-31"), (0, 1));
    assert_eq!(share(&before, AnswerRate, "2026-12-31"), (0, 0));
    let after = Given::in_hand().and_handed_over("2026-11-27 09:00", SUCCESSOR);
    assert_eq!(share(&after, AnswerRate, "2026-12-31"), (0, 1));
    assert_eq!(share_of(&after, SUCCESSOR, AnswerRate, "2026-12-31"), (0, 0));
}

#[test]
fn an_escalation_in_time_moves_the_due_date_and_a_late_one_does_not() {
    // The outer limit lies in January; as seen in 2026 nothing is due.
    assert_eq!(share(&Given::escalated(), AnswerRate, "2026-12-31"), (0, 0));
    let late = Given::in_hand().and_escalated_on("2026-11-27 09:00", Level::L3);
    assert_eq!(share(&late, AnswerRate, "2026-12-31"), (0, 1));
}

#[test]
fn after_the_outcome_is_back_the_delegate_has_three_days_of_their_own() {
    let given = Given::awaiting_answer().and_answered("2026-12-15 10:00");
    assert_eq!(share(&given, OnTime, "2026-12-31"), (1, 1));
    // The first due date of the cycle was 2026-11-26.
    assert_eq!(share(&given, OnTimeOriginal, "2026-12-31"), (0, 1));
    let late = Given::awaiting_answer().and_answered("2026-12-16 10:00");
    assert_eq!(share(&late, OnTime, "2026-12-31"), (0, 1));
}

#[test]
fn while_the_clock_stands_still_no_date_passes() {
    let suspended = Given::in_hand().and_suspended("2026-11-25 10:00", "2026-12-10");
    // One working day was left: it is due on Friday 2026-12-11, unless it is resumed before.
    assert_eq!(share(&suspended, AnswerRate, "2026-12-10"), (0, 0));
    assert_eq!(share(&suspended, AnswerRate, "2026-12-11"), (0, 1));
    let resumed = suspended.clone().and_resumed("2026-12-07 10:00");
    // One working day was left.
    assert_eq!(share(&resumed, AnswerRate, "2026-12-07"), (0, 0));
    assert_eq!(share(&resumed, AnswerRate, "2026-12-08"), (0, 1));
    let answered = suspended.clone().and_answered("2026-12-01 10:00");
    assert_eq!(share(&answered, OnTime, "2026-12-31"), (1, 1));
    let after_it = suspended.clone().and_answered("2026-12-11 10:00");
    assert_eq!(share(&after_it, OnTime, "2026-12-31"), (1, 1));
    let late = suspended.and_answered("2026-12-14 10:00");
    assert_eq!(share(&late, OnTime, "2026-12-31"), (0, 1));
}

#[test]
fn a_resumption_recorded_late_gains_nothing() {
    // Held on 2025-11-05 and due on 11-12; suspended from 11-06 until 11-20; running again since 11-11, so due on 11-17.
    let suspended =
        Given::raised("2025-11-05 14:00", "2025-11-05 15:00").and_suspended("2025-11-06 10:00", "2025-11-20");
    let resumed = |recorded: &str| {
        let given = suspended.clone();
        let claimed = at("2025-11-11 09:00");
        let resumed = suspension::resume(&given.issue, &rules(recorded), claimed).unwrap();
        given.event(IssueEvent::ClockResumed(resumed), claimed, at(recorded))
    };
    for recorded in ["2025-11-11 10:00", "2025-11-14 10:00", "2025-11-19 10:00"] {
        let given = resumed(recorded);
        assert_eq!(given.issue.due.on, day("2025-11-17"));
        assert_eq!(share(&given, AnswerRate, "2025-12-01"), (0, 1), "recorded on {recorded}");
        let answered = given.and_answered("2025-12-15 10:00");
        assert_eq!(share(&answered, OnTime, "2025-12-31"), (0, 1), "recorded on {recorded}");
    }
}

#[test]
fn withdrawn_while_the_clock_stood_still_it_is_no_member() {
    let suspended =
        Given::raised("2025-11-05 14:00", "2025-11-05 15:00").and_suspended("2025-11-06 10:00", "2025-11-20");
    let withdrawn = |when: &str| {
        let given = suspended.clone();
        let withdrawn = withdrawal::withdraw(&given.issue, &rules(when), false, at(when)).unwrap();
        given.then(when, IssueEvent::Withdrawn(withdrawn))
    };
    for when in ["2025-11-10 10:00", "2025-11-14 10:00", "2025-11-20 10:00", "2025-11-21 10:00"] {
        assert_eq!(share(&withdrawn(when), AnswerRate, "2025-12-31"), (0, 0), "withdrawn on {when}");
    }
    // Four days were left after its end: until Wednesday 2025-11-26. On that day it is one.
    assert_eq!(share(&withdrawn("2025-11-26 10:00"), AnswerRate, "2025-12-31"), (0, 1));
}

#[test]
fn a_date_missed_before_the_clock_stood_still_is_not_made_good_by_a_withdrawal() {
    // Due on 2026-11-26, escalated after it, returned on 12-07, suspended from the next day.
    let suspended = Given::in_hand()
        .and_escalated_on("2026-11-30 09:00", Level::L3)
        .and_returned("2026-12-07 09:00")
        .and_suspended("2026-12-08 10:00", "2026-12-28");
    assert_eq!(share(&suspended, AnswerRate, "2026-12-31"), (0, 1));
    assert_eq!(share(&suspended.and_withdrawn("2026-12-12 10:00"), AnswerRate, "2026-12-31"), (0, 1));
}

#[test]
fn a_promise_counted_again_replaces_the_date_even_when_it_has_passed() {
    let due = Due { on: day("2026-11-30"), ..Given::in_hand().issue.due };
    let recomputed = crate::issue::DeadlineRecomputed { due, calendar_year: Some(2026) };
    let given = Given::in_hand()
        .then("2026-11-28 10:00", IssueEvent::DeadlineRecomputed(recomputed))
        .and_answered("2026-11-30 10:00");
    assert_eq!(share(&given, OnTime, "2026-12-31"), (1, 1));
    assert_eq!(share(&given, OnTimeOriginal, "2026-12-31"), (0, 1));
}

#[test]
fn a_corrected_delivery_is_the_one_that_counts() {
    let late = Given::in_hand().and_answered("2026-11-27 09:00");
    let version = late.issue.version;
    let correct = |to: &str| IssueCorrected {
        event_version: version,
        pointer: "/occurred_at".to_owned(),
        value: Some(crate::correction::CorrectedValue::Whole(at(to).timestamp_millis())),
        due: None,
    };
    let corrected = late.clone().then("2026-12-01 09:00", IssueEvent::Corrected(correct("2026-11-26 16:00")));
    assert_eq!(share(&corrected, OnTime, "2026-12-31"), (1, 1));
    // Still no further back than it was recorded for: it counts from the day of its leaf.
    let far = late.then("2026-12-01 09:00", IssueEvent::Corrected(correct("2026-11-23 16:00")));
    assert_eq!(share(&far, OnTime, "2026-12-31"), (0, 1));
}

#[test]
fn each_cycle_is_a_member_of_its_own() {
    let due = Due {
        rule: DueRule::Rework,
        from: day("2026-12-01"),
        on: day("2026-12-08"),
        working_days: Some(5),
        calendar_days: None,
        months: None,
        provisional: false,
    };
    let reopened = Reopened { ground: ReopeningGround::NewFacts, cycle: 2, due };
    let given = Given::answered().then("2026-12-01 10:00", IssueEvent::Reopened(reopened));
    assert_eq!(share(&given, AnswerRate, "2026-12-31"), (1, 2));
    let again = given.and_handed_over("2026-12-02 10:00", SUCCESSOR).and_answered("2026-12-08 10:00");
    assert_eq!(share(&again, OnTime, "2026-12-31"), (1, 1));
    assert_eq!(share_of(&again, SUCCESSOR, OnTime, "2026-12-31"), (1, 1));
}
