//! O-17: whether the promise of a planned answer was kept. Closing an issue closes no commitment (T14).

use super::step::answered;
use super::{CommitmentVerified, Issue};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, NaiveDate, Utc};

/// A look at a commitment as it comes in, but for the note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerificationDraft {
    /// Whether what was promised is done.
    pub kept: bool,
    /// The day on which somebody looked.
    pub verified_on: NaiveDate,
    /// When it is said to have been recorded; not earlier than the look.
    pub at: DateTime<Utc>,
}

/// Records whether the commitment of the present cycle's answer was kept (O-17, C-3.6), once. A mistake is corrected
/// by a correction of the record.
///
/// Errors: [`Code::NotAnswered`], [`Code::IssueNotOpen`], [`Code::NoCommitment`], [`Code::AlreadyVerified`]; for
/// `verified_on` [`Code::InTheFuture`], [`Code::BeforeAnswer`], and [`Code::CommitmentNotDue`] of a broken promise whose
/// day has not passed; a time in the future or before the answer.
pub fn verify(issue: &Issue, rules: &Rules<'_>, draft: &VerificationDraft) -> Result<CommitmentVerified, Refusal> {
    let answer = answered(issue)?;
    rules.claimed(draft.at, answer.delivered_at, Code::BeforeAnswer).map_err(|refusal| refusal.at("/occurred_at"))?;
    let Some(promised_on) = answer.given.commitment_on else {
        return Err(Refusal::new(Code::NoCommitment));
    };
    let at_day = |code| Refusal::new(code).at("/verified_on");
    // What is recorded was seen before.
    if draft.verified_on > rules.town_date(draft.at) {
        return Err(at_day(Code::InTheFuture));
    }
    if draft.verified_on < rules.town_date(answer.delivered_at) {
        return Err(at_day(Code::BeforeAnswer));
    }
    if issue.commitment_check.is_some() {
        return Err(Refusal::new(Code::AlreadyVerified));
    }
    // The look is of the past; it is the promise that still has its time. Kept may be said early, broken may not.
    if !draft.kept && draft.verified_on <= promised_on {
        return Err(at_day(Code::CommitmentNotDue).because(
            format!("承诺日期为 {promised_on}，过后方可核实为未兑现。"),
            format!("The commitment is for {promised_on}; it can be broken only after that day."),
        ));
    }
    Ok(CommitmentVerified { kept: draft.kept, verified_on: draft.verified_on })
}

/// The commitment of an answer is broken on a day: its day has passed, and nobody verified that it was kept.
///
/// Errors: [`Code::CommitmentNotDue`], also without a commitment; [`Code::CommitmentKept`].
pub(super) fn broken(issue: &Issue, promised_on: Option<NaiveDate>, on: NaiveDate) -> Result<(), Refusal> {
    match promised_on {
        Some(promised_on) if on > promised_on => {}
        Some(_) | None => return Err(Refusal::new(Code::CommitmentNotDue)),
    }
    match issue.commitment_check {
        Some(check) if check.kept => Err(Refusal::new(Code::CommitmentKept)),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::answering::{AnswerDraft, answer};
    use super::super::fixture::{Given, ISSUE, MAJOR, at, oral, refused, rules};
    use super::super::reopening::{AcceptanceDraft, accept, request};
    use super::super::{IssueEvent, closing};
    use super::*;
    use crate::fixtures::day;
    use crate::vocabulary::{IssueState, Outcome, ReopeningGround, Satisfaction};

    const LATER: &str = "2026-12-20 10:00";

    /// Answered on 2026-11-24: it is to be done by 2026-12-10.
    fn planned() -> Given {
        let given = Given::in_hand();
        let when = "2026-11-24 10:00";
        let draft = AnswerDraft { outcome: Outcome::Planned, commitment_on: Some(day("2026-12-10")), ..oral(when) };
        let answered = answer(&given.issue, &rules(when), &draft).unwrap();
        given.then(when, IssueEvent::FinalAnswerGiven(answered))
    }

    fn look(given: &Given, kept: bool, on: &str) -> Result<CommitmentVerified, Refusal> {
        verify(&given.issue, &rules(LATER), &VerificationDraft { kept, verified_on: day(on), at: at(LATER) })
    }

    fn looked(given: Given, kept: bool, on: &str) -> Given {
        let verified = look(&given, kept, on).unwrap();
        given.then(LATER, IssueEvent::CommitmentVerified(verified))
    }

    #[test]
    fn a_commitment_is_looked_at_once_and_the_state_stays() {
        let given = looked(planned(), true, "2026-12-11");
        let check = given.issue.commitment_check.unwrap();
        assert_eq!((check.kept, check.verified_on, check.version), (true, day("2026-12-11"), 4));
        assert_eq!(given.issue.state, IssueState::Answered);
        assert_eq!(refused(look(&given, false, "2026-12-12")), Code::AlreadyVerified);
    }

    #[test]
    fn closing_the_issue_closes_no_commitment() {
        let given = planned().and_feedback("2026-11-25 10:00", Satisfaction::Satisfied);
        let closed = closing::close(&given.issue, &rules("2026-11-25 11:00"), at("2026-11-25 11:00")).unwrap();
        let given = looked(given.then("2026-11-25 11:00", IssueEvent::Closed(closed)), false, "2026-12-11");
        assert_eq!(given.issue.state, IssueState::Closed);
        assert!(!given.issue.commitment_check.unwrap().kept);
    }

    #[test]
    fn kept_may_be_said_early_and_broken_only_after_the_day() {
        assert!(look(&planned(), true, "2026-11-24").is_ok());
        let refusal = look(&planned(), false, "2026-12-10").unwrap_err();
        assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::CommitmentNotDue, Some("/verified_on")));
        assert!(look(&planned(), false, "2026-12-11").is_ok());
    }

    #[test]
    fn a_look_is_neither_before_the_answer_nor_in_the_future() {
        assert_eq!(refused(look(&planned(), true, "2026-11-23")), Code::BeforeAnswer);
        assert_eq!(refused(look(&planned(), true, "2026-12-21")), Code::InTheFuture);
        let draft = VerificationDraft { kept: true, verified_on: day("2026-12-01"), at: at("2026-11-30 10:00") };
        assert_eq!(refused(verify(&planned().issue, &rules(LATER), &draft)), Code::InTheFuture);
        let draft = VerificationDraft { kept: true, verified_on: day("2026-11-24"), at: at("2026-11-24 09:00") };
        assert_eq!(refused(verify(&planned().issue, &rules(LATER), &draft)), Code::BeforeAnswer);
    }

    #[test]
    fn only_an_answer_that_promised_something_can_be_looked_at() {
        assert_eq!(refused(look(&Given::answered(), true, "2026-12-11")), Code::NoCommitment);
        assert_eq!(refused(look(&Given::in_hand(), true, "2026-12-11")), Code::NotAnswered);
        let asked = planned().and_reopening_asked("2026-12-12 10:00", ReopeningGround::NewFacts);
        let when = "2026-12-13 10:00";
        let draft = AcceptanceDraft { level: None, major_issue_id: MAJOR, at: at(when) };
        let accepted = accept(&asked.issue, ISSUE, &rules(when), &draft).unwrap();
        // The answer of an earlier cycle is no longer the issue's.
        let again = asked.then(when, IssueEvent::Reopened(accepted.reopened));
        assert_eq!(refused(look(&again, true, "2026-12-14")), Code::NotAnswered);
    }

    #[test]
    fn what_was_verified_as_kept_is_not_reopened_as_broken() {
        let ask = |given: &Given| request(&given.issue, &rules(LATER), ReopeningGround::CommitmentBroken, at(LATER));
        assert!(ask(&planned()).is_ok());
        assert!(ask(&looked(planned(), false, "2026-12-11")).is_ok());
        let refusal = ask(&looked(planned(), true, "2026-12-11")).unwrap_err();
        assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::CommitmentKept, Some("/ground")));
    }
}
