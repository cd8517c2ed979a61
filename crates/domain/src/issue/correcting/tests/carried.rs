//! A corrected reception, carried to the issues that were raised in it.

use super::*;

fn carry(given: &Given, held: &str) -> Result<IssueCorrected, Refusal> {
    carry_on(NOW, given, held)
}

fn carry_on(now: &str, given: &Given, held: &str) -> Result<IssueCorrected, Refusal> {
    carried(&given.issue, &given.events, &rules(now), at(held))
}

#[test]
fn a_corrected_reception_moves_an_open_due_date_later_and_both_stay_readable() {
    // Held on Thursday 11-19, recorded on Monday 11-23; in truth it was Friday 11-20.
    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00");
    let corrected = carry(&given, "2026-11-20 15:00").unwrap();
    assert_eq!(corrected.due.as_ref().unwrap().on, day("2026-11-27"));
    let then = given.then(NOW, IssueEvent::Corrected(corrected)).issue;
    assert_eq!((then.raised_at, then.cycle_began_at), (at("2026-11-20 15:00"), at("2026-11-20 15:00")));
    assert_eq!((then.due.on, then.original_due.on), (day("2026-11-27"), day("2026-11-26")));
    let change = then.due_changes.last().unwrap();
    assert_eq!((change.corrected, change.from, change.due.on), (true, Some(day("2026-11-26")), day("2026-11-27")));
    assert!(!then.due_changes[0].corrected);
}

#[test]
fn the_days_left_of_a_clock_that_stands_still_are_those_of_the_corrected_date() {
    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00");
    let stops = "2026-11-23 10:00";
    let (reason_code, until_on) = (SuspensionReason::VisitorFacts, day("2026-12-20"));
    let draft = suspension::SuspensionDraft { reason_code, until_on, at: at(stops) };
    let stopped = suspension::suspend(&given.issue, &rules(stops), &draft).unwrap();
    assert_eq!(stopped.remaining_working_days, 3);
    let given = given.then(stops, IssueEvent::ClockSuspended(stopped));
    let corrected = carry_on("2026-11-25 10:00", &given, "2026-11-20 15:00").unwrap();
    let given = given.then("2026-11-25 10:00", IssueEvent::Corrected(corrected));
    // The four days are those left when it ends by itself, too.
    assert_eq!(given.on("2026-12-21").due.on, day("2026-12-24"));
    assert_eq!((given.issue.clock, given.issue.due.on), (ClockState::Suspended, day("2026-11-27")));
    let when = "2026-12-04 10:00";
    let resumed = suspension::resume(&given.issue, &rules(when), at(when)).unwrap();
    assert_eq!((resumed.due.working_days, resumed.due.on), (Some(4), day("2026-12-10")));
}

#[test]
fn a_corrected_reception_never_shortens_a_promise_and_leaves_what_is_answered() {
    let corrected = carry(&Given::registered(), "2026-11-18 10:00").unwrap();
    assert_eq!(corrected.due, None);
    let then = Given::registered().then(NOW, IssueEvent::Corrected(corrected)).issue;
    assert_eq!((then.raised_at, then.due.on), (at("2026-11-18 10:00"), day("2026-11-26")));

    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00").and_answered("2026-11-24 10:00");
    let corrected = carry(&given, "2026-11-20 15:00").unwrap();
    assert_eq!(corrected.due, None);
    let then = given.then(NOW, IssueEvent::Corrected(corrected)).issue;
    assert_eq!((then.state, then.raised_at), (IssueState::Answered, at("2026-11-20 15:00")));
}

#[test]
fn while_escalated_the_outer_limit_follows_the_reception() {
    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00").and_escalated_on("2026-11-24 09:00", Level::L3);
    let before = given.issue.due.clone();
    let corrected = carry(&given, "2026-11-20 15:00").unwrap();
    let due = corrected.due.clone().unwrap();
    assert_eq!((due.rule, due.calendar_days, due.from), (before.rule, before.calendar_days, day("2026-11-20")));
    assert!(due.on > before.on);
    let then = given.then(NOW, IssueEvent::Corrected(corrected)).issue;
    assert_eq!((then.state, then.due.on), (IssueState::Escalated, due.on));
    // Back with its delegate, the date counts from the report, and no reception moves it.
    assert_eq!(carry(&Given::awaiting_answer(), "2026-11-19 15:00").unwrap().due, None);
}

#[test]
fn a_reception_was_held_before_what_followed_it() {
    let refusal = carry(&Given::in_hand(), "2026-11-19 16:01").unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::ContradictsLaterFact, Some("/value")));
    assert!(carry(&Given::in_hand(), "2026-11-19 16:00").is_ok());
    let given = Given::raised("2026-11-19 14:10", "2026-11-19 18:00");
    let draft = AnswerDraft { on_the_spot: true, ..oral("2026-11-19 14:30") };
    let answered = answer(&given.issue, &rules("2026-11-19 18:00"), &draft).unwrap();
    let given = given.event(IssueEvent::FinalAnswerGiven(answered), at("2026-11-19 14:30"), at("2026-11-19 18:00"));
    assert_eq!(carry(&given, "2026-11-18 14:10").unwrap_err().code, Code::ContradictsLaterFact);
    assert!(carry(&given, "2026-11-19 14:00").is_ok());
}

#[test]
fn an_answer_is_still_held_against_the_corrected_reception() {
    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00");
    let corrected = carry(&given, "2026-11-20 15:00").unwrap();
    let given = given.then("2026-11-23 12:00", IssueEvent::Corrected(corrected)).and_answered("2026-11-24 10:00");
    assert_eq!(code(&given, 3, OCCURRED_AT, instant("2026-11-20 14:00")), at_value(Code::BeforeReception));
    assert!(asked(&given, 3, OCCURRED_AT, instant("2026-11-20 15:00")).is_ok());
}
