#![allow(clippy::unwrap_used)]
use super::super::fixture::{Given, ISSUE, MAJOR, at, refused, rules};
use super::super::reopening::{AcceptanceDraft, accept, refuse};
use super::*;
use crate::fixtures::day;
use crate::vocabulary::IssueState;

const ANSWERED_ON: &str = "2026-11-24 10:00";
const NEXT_DAY: &str = "2026-11-25 10:00";

fn acts(issue: &Issue, when: &str) -> Vec<ReceiptAct> {
    can(issue, &rules(when)).into_iter().map(|can| can.what).collect()
}

#[test]
fn a_visitor_says_what_they_think_and_the_later_word_holds() {
    let mut given = Given::answered();
    for (when, satisfaction) in [(NEXT_DAY, Satisfaction::Satisfied), ("2026-11-26 10:00", Satisfaction::Dissatisfied)]
    {
        let said = give_feedback(&given.issue, &rules(when), satisfaction).unwrap();
        assert_eq!(said.by, FeedbackBy::Visitor);
        given = given.then(when, IssueEvent::FeedbackRecorded(said));
    }
    assert_eq!(given.issue.satisfaction(), Some(Satisfaction::Dissatisfied));
    let late = give_feedback(&given.issue, &rules("2026-12-09 10:00"), Satisfaction::Satisfied).unwrap_err();
    assert_eq!((late.code, late.pointer), (Code::FeedbackWindowOver, None));
    let early = give_feedback(&Given::in_hand().issue, &rules(NEXT_DAY), Satisfaction::Satisfied);
    assert_eq!(refused(early), Code::NotAnswered);
}

#[test]
fn words_of_visitors_are_bounded() {
    let issue = Issue { version: crate::step::EVENTS_MAX, ..Given::answered().issue };
    assert_eq!(refused(give_feedback(&issue, &rules(NEXT_DAY), Satisfaction::Satisfied)), Code::TooMany);
    assert_eq!(refused(reissue(&issue)), Code::TooMany);
}

#[test]
fn a_reopening_is_asked_for_once_a_cycle() {
    let ask = |given: &Given, when: &str| ask_reopening(&given.issue, &rules(when), ReopeningGround::Dissatisfied);
    let given = Given::answered();
    let asked = ask(&given, NEXT_DAY).unwrap();
    let given = given.then(NEXT_DAY, IssueEvent::ReopeningRequested(asked));
    assert_eq!(refused(ask(&given, NEXT_DAY)), Code::AlreadyRequested);

    // Refused, it is not asked again on another ground either.
    let when = "2026-11-26 10:00";
    let no = refuse(&given.issue, &rules(when), None, at(when)).unwrap();
    let refused_given = given.clone().then(when, IssueEvent::ReopeningRefused(no));
    let other = ask_reopening(&refused_given.issue, &rules(when), ReopeningGround::NewFacts);
    assert_eq!(refused(other), Code::AlreadyRequested);
    // The service may still be asked, on the visitor's word.
    assert!(reopening::request(&refused_given.issue, &rules(when), ReopeningGround::NewFacts, at(when)).is_ok());

    // Accepted, the next cycle has its own.
    let draft = AcceptanceDraft { level: None, major_issue_id: MAJOR, at: at(when) };
    let accepted = accept(&given.issue, ISSUE, &rules(when), &draft).unwrap();
    let given = given.then(when, IssueEvent::Reopened(accepted.reopened));
    assert_eq!(refused(ask(&given, when)), Code::NotAnswered);
    let given = given.and_answered("2026-11-27 10:00");
    assert!(ask(&given, "2026-11-27 11:00").is_ok());
}

#[test]
fn what_the_service_was_asked_on_the_visitors_word_counts() {
    let given = Given::answered().and_reopening_asked(NEXT_DAY, ReopeningGround::WrongOutcome);
    let asked = ask_reopening(&given.issue, &rules(NEXT_DAY), ReopeningGround::NewFacts);
    assert_eq!(refused(asked), Code::AlreadyRequested);
}

#[test]
fn a_wrong_outcome_is_no_ground_of_a_visitor() {
    let refusal = ask_reopening(&Given::answered().issue, &rules(NEXT_DAY), ReopeningGround::WrongOutcome).unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::InvalidValue, Some("/ground")));
    assert!(refusal.detail.en.contains("dissatisfied, new_facts, commitment_broken"), "{refusal}");
}

#[test]
fn only_an_open_issue_is_taken_back() {
    let given = Given::in_hand();
    let withdrawn = take_back(&given.issue, &rules(NEXT_DAY)).unwrap();
    assert!(!withdrawn.on_own_motion);
    let given = given.then(NEXT_DAY, IssueEvent::Withdrawn(withdrawn));
    assert_eq!(refused(take_back(&given.issue, &rules(NEXT_DAY))), Code::AlreadyWithdrawn);
    assert_eq!(refused(take_back(&Given::answered().issue, &rules(NEXT_DAY))), Code::AlreadyAnswered);
}

#[test]
fn another_code_is_given_in_any_state_and_is_remembered() {
    let given = Given::closed();
    let version = given.issue.version + 1;
    let event = IssueEvent::ReceiptReissued(reissue(&given.issue).unwrap());
    let then = given.then("2026-12-20 10:00", event).issue;
    assert_eq!((then.state, then.receipt_version), (IssueState::Closed, Some(version)));
}

#[test]
fn what_can_be_done_is_what_would_not_be_refused() {
    use ReceiptAct::{Feedback, Files, Reopening, Withdrawal};
    assert_eq!(acts(&Given::in_hand().issue, NEXT_DAY), [Withdrawal, Files]);
    let given = Given::answered();
    assert_eq!(acts(&given.issue, ANSWERED_ON), [Feedback, Reopening, Files]);
    let now = can(&given.issue, &rules(ANSWERED_ON));
    assert_eq!(now[0].until, Some(day("2026-12-08")));
    let grounds = [(ReopeningGround::Dissatisfied, Some(day("2026-12-24"))), (ReopeningGround::NewFacts, None)];
    assert_eq!(now[1].grounds, grounds);
    assert_eq!(now[2].left, Some(3));
    // Later only what has no time remains.
    let later = can(&given.issue, &rules("2027-01-20 10:00"));
    assert_eq!(later[0].grounds, [(ReopeningGround::NewFacts, None)]);
    let asked = given.and_reopening_asked(NEXT_DAY, ReopeningGround::Dissatisfied);
    assert_eq!(acts(&asked.issue, NEXT_DAY), [Feedback, Files]);
    let taken_back = take_back(&Given::in_hand().issue, &rules(NEXT_DAY)).unwrap();
    assert!(acts(&Given::in_hand().then(NEXT_DAY, IssueEvent::Withdrawn(taken_back)).issue, NEXT_DAY).is_empty());
}

#[test]
fn the_course_tells_steps_and_days_and_an_outcome() {
    let given = Given::answered().and_feedback(NEXT_DAY, Satisfaction::Satisfied);
    let course = course(&given.issue, &given.events, &rules("2026-12-01 10:00"));
    let told = |kind, on, outcome| Told { kind, on: day(on), outcome };
    let expected = [
        told(ReceiptStep::Registered, "2026-11-19", None),
        told(ReceiptStep::Taken, "2026-11-19", None),
        told(ReceiptStep::Answered, "2026-11-24", Some(Outcome::Resolved)),
        told(ReceiptStep::Feedback, "2026-11-25", None),
    ];
    assert_eq!(course, expected);
    let proved: Vec<_> = given.events.iter().map(|(event, _)| is_proved(event)).collect();
    assert_eq!(proved, [true, false, true, false]);
}
