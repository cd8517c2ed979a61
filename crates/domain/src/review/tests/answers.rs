//! What an answer was, and what came of it.

use super::*;
use crate::issue::answering::{AnswerDraft, answer};
use crate::issue::fixture::oral;
use crate::issue::{CommitmentVerified, IssueCorrected, Reopened};
use crate::vocabulary::{DueRule, Outcome, ReopeningGround, Satisfaction};
use Indicator::{
    OnTheSpot, Promises, Reopened as ReopenedRate, ResolutionExplained, ResolutionPlanned, ResolutionResolved,
};

fn planned() -> Given {
    let given = Given::in_hand();
    let when = "2026-11-24 10:00";
    let draft = AnswerDraft { outcome: Outcome::Planned, commitment_on: Some(day("2026-12-10")), ..oral(when) };
    let answered = answer(&given.issue, &rules(when), &draft).unwrap();
    given.then(when, IssueEvent::FinalAnswerGiven(answered))
}

fn verified(given: Given, when: &str, kept: bool) -> Given {
    given.then(when, IssueEvent::CommitmentVerified(CommitmentVerified { kept, verified_on: at(when).date_naive() }))
}

#[test]
fn an_answer_on_the_spot_is_one_of_the_issues_raised() {
    let given = Given::registered();
    let when = "2026-11-19 14:30";
    let spot = answer(&given.issue, &rules("2026-11-19 15:00"), &AnswerDraft { on_the_spot: true, ..oral(when) });
    let given = given.event(IssueEvent::FinalAnswerGiven(spot.unwrap()), at(when), at("2026-11-19 15:00"));
    assert_eq!(share(&given, OnTheSpot, "2026-11-19"), (1, 1));
    assert_eq!(share(&Given::answered(), OnTheSpot, "2026-11-19"), (0, 1));
    assert_eq!(share(&given, OnTheSpot, "2026-11-18"), (0, 0));
}

#[test]
fn each_outcome_is_a_share_of_the_answers() {
    assert_eq!(share(&Given::answered(), ResolutionResolved, "2026-12-31"), (1, 1));
    assert_eq!(share(&Given::answered(), ResolutionExplained, "2026-12-31"), (0, 1));
    assert_eq!(share(&planned(), ResolutionPlanned, "2026-12-31"), (1, 1));
    assert_eq!(share(&planned(), ResolutionPlanned, "2026-11-23"), (0, 0));
    assert_eq!(share(&Given::in_hand(), ResolutionResolved, "2026-12-31"), (0, 0));
}

#[test]
fn a_corrected_outcome_takes_the_place_of_the_first() {
    let given = Given::answered();
    let corrected = IssueCorrected {
        event_version: given.issue.version,
        pointer: "/public/outcome".to_owned(),
        value: Some(crate::correction::CorrectedValue::Text("explained".to_owned())),
        due: None,
    };
    let given = given.then("2026-12-01 09:00", IssueEvent::Corrected(corrected));
    assert_eq!(share(&given, ResolutionResolved, "2026-12-31"), (0, 1));
    assert_eq!(share(&given, ResolutionExplained, "2026-12-31"), (1, 1));
}

#[test]
fn a_commitment_is_kept_when_somebody_looked_and_found_it_so() {
    assert_eq!(share(&planned(), Promises, "2026-12-09"), (0, 0));
    assert_eq!(share(&planned(), Promises, "2026-12-10"), (0, 1));
    assert_eq!(share(&verified(planned(), "2026-12-11 10:00", true), Promises, "2026-12-31"), (1, 1));
    let broken = verified(planned(), "2026-12-11 10:00", false);
    assert_eq!(share(&broken, Promises, "2026-12-31"), (0, 1));
    // The newest look decides.
    assert_eq!(share(&verified(broken, "2026-12-20 10:00", true), Promises, "2026-12-31"), (1, 1));
}

#[test]
fn a_reopening_counts_against_the_answer_before_it() {
    let due = crate::issue::Due { rule: DueRule::Rework, from: day("2026-12-01"), ..Given::answered().issue.due };
    let reopened = Reopened { ground: ReopeningGround::NewFacts, cycle: 2, due };
    let given = Given::answered().then("2026-12-01 10:00", IssueEvent::Reopened(reopened));
    assert_eq!(share(&given, ReopenedRate, "2026-12-31"), (1, 1));
    assert_eq!(share(&Given::answered(), ReopenedRate, "2026-12-31"), (0, 1));
}

#[test]
fn silence_is_no_response_and_counts_once_the_time_for_it_is_over() {
    let silent = tally_of(&Given::answered(), RECEIVER, seen("2026-12-08"));
    let Measure::Satisfied(said) = measure(&silent, Indicator::Satisfaction) else { panic!("of another kind") };
    assert_eq!((said.responses.n, said.responses.of, said.content.of, said.weighted.of), (0, 1, 0, 0));
    assert_eq!((said.wilson_95_permille, said.ranked), (None, false));
    // Delivered on 2026-11-24, ten working days end on 2026-12-08.
    let early = tally_of(&Given::answered(), RECEIVER, seen("2026-12-07"));
    assert!(matches!(measure(&early, Indicator::Satisfaction), Measure::Satisfied(said) if said.responses.of == 0));
}

#[test]
fn what_was_said_last_counts_with_the_weights_of_the_policy() {
    let given = Given::answered()
        .and_feedback("2026-11-25 10:00", Satisfaction::Dissatisfied)
        .and_feedback("2026-11-30 10:00", Satisfaction::BasicallySatisfied);
    let tally = tally_of(&given, RECEIVER, seen("2026-12-31"));
    let Measure::Satisfied(said) = measure(&tally, Indicator::Satisfaction) else { panic!("of another kind") };
    assert_eq!((said.content.n, said.content.of, said.responses.n), (1, 1, 1));
    assert_eq!((said.weighted.n, said.weighted.of), (800, 1000));
    assert_eq!(said.wilson_95_permille, Some((207, 1000)));
}
