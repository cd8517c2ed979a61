//! Interim dates, escalations, and where the days went.

use super::*;
use crate::issue::InterimReplyGiven;
use crate::issue::escalation::return_escalation;
use crate::vocabulary::WordChannel;
use Indicator::{EscalationQuality, Interim, MedianWd, PostReturn};

fn told(given: Given, when: &str, next: &str) -> Given {
    let reply = InterimReplyGiven { channel: WordChannel::Phone, next_word_on: day(next) };
    given.then(when, IssueEvent::InterimReplyGiven(reply))
}

#[test]
fn a_date_is_kept_by_a_word_and_missed_by_silence() {
    // Escalated on Friday 2026-11-20: the visitor is to hear by Monday 2026-11-23.
    let silent = Given::escalated();
    assert_eq!(share(&silent, Interim, "2026-11-22"), (0, 0));
    assert_eq!(share(&silent, Interim, "2026-11-23"), (0, 1));
    // Fifteen working days on: 2026-12-14.
    assert_eq!(share(&silent, Interim, "2026-12-13"), (0, 1));
    assert_eq!(share(&silent, Interim, "2026-12-14"), (0, 2));
    let kept = told(Given::escalated(), "2026-11-23 17:00", "2026-12-01");
    assert_eq!(share(&kept, Interim, "2026-11-30"), (1, 1));
    assert_eq!(share(&kept, Interim, "2026-12-01"), (1, 2));
}

#[test]
fn a_late_word_keeps_the_date_that_followed_the_silent_one() {
    let late = told(Given::escalated(), "2026-11-24 09:00", "2026-12-10");
    assert_eq!(share(&late, Interim, "2026-12-09"), (0, 1));
    assert_eq!(share(&late, Interim, "2026-12-14"), (1, 3));
}

#[test]
fn an_end_lets_the_date_ahead_fall_and_no_date_before_it() {
    let answered = told(Given::in_hand(), "2026-11-20 09:00", "2026-11-25").and_answered("2026-11-25 10:00");
    assert_eq!(share(&answered, Interim, "2026-12-31"), (0, 0));
    let late = told(Given::in_hand(), "2026-11-20 09:00", "2026-11-23").and_answered("2026-11-25 10:00");
    assert_eq!(share(&late, Interim, "2026-12-31"), (0, 1));
    assert_eq!(share(&Given::awaiting_answer(), Interim, "2026-12-31"), (0, 1));
}

#[test]
fn an_escalation_that_comes_back_could_have_been_answered() {
    assert_eq!(share(&Given::escalated(), EscalationQuality, "2026-12-31"), (1, 1));
    let given = Given::escalated();
    let when = "2026-11-25 10:00";
    let returned = return_escalation(&given.issue, &rules(when), at(when)).unwrap();
    let returned = given.then(when, IssueEvent::EscalationReturned(returned));
    assert_eq!(share(&returned, EscalationQuality, "2026-12-31"), (0, 1));
    assert_eq!(share(&returned, EscalationQuality, "2026-11-19"), (0, 0));
}

#[test]
fn after_an_outcome_three_working_days_are_given() {
    // Reported back on Thursday 2026-12-10.
    let waiting = Given::awaiting_answer();
    assert_eq!(share(&waiting, PostReturn, "2026-12-14"), (0, 0));
    assert_eq!(share(&waiting, PostReturn, "2026-12-15"), (0, 1));
    assert_eq!(share(&waiting.clone().and_answered("2026-12-15 10:00"), PostReturn, "2026-12-31"), (1, 1));
    assert_eq!(share(&waiting.and_answered("2026-12-16 10:00"), PostReturn, "2026-12-31"), (0, 1));
}

#[test]
fn working_days_are_counted_from_the_start_and_told_apart() {
    assert_eq!(share(&Given::answered(), MedianWd, "2026-12-31"), (3, 1));
    assert_eq!(share(&Given::answered(), MedianWd, "2026-11-23"), (0, 0));
    let tally = tally_of(&Given::awaiting_answer().and_answered("2026-12-15 10:00"), RECEIVER, seen("2026-12-31"));
    // 2026-11-19 to 2026-12-15; with the process from 2026-11-20 to 2026-12-10.
    let expected = Measure::WorkingDays { n: 18, of: 1, delegate: 4, unit: 14, suspended: 0 };
    assert_eq!(measure(&tally, MedianWd), expected);
}

#[test]
fn days_in_which_the_clock_stood_still_are_nobody_s() {
    let given = Given::in_hand()
        .and_suspended("2026-11-23 10:00", "2026-12-10")
        .and_resumed("2026-11-30 10:00")
        .and_answered("2026-12-01 10:00");
    let expected = Measure::WorkingDays { n: 8, of: 1, delegate: 3, unit: 0, suspended: 5 };
    assert_eq!(measure(&tally_of(&given, RECEIVER, seen("2026-12-31")), MedianWd), expected);
}
