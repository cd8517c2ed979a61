//! T3: the responsible delegate takes an issue in hand.

use super::step::{after_turn, in_cycle};
use super::{Issue, Taken, step};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::IssueState;
use chrono::{DateTime, Utc};

/// Takes a registered issue in hand (T3, C-3.6).
///
/// Errors: [`Code::AlreadyTaken`]; a state that is no longer `registered`; a time in the future or before the reception.
pub fn take(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<Taken, Refusal> {
    in_cycle(issue, rules, at).map_err(|refusal| refusal.at("/occurred_at"))?;
    if issue.state == IssueState::AwaitingAnswer {
        return Err(Refusal::new(Code::AlreadyTaken));
    }
    step::require(issue, &[IssueState::Registered])?;
    after_turn(issue, rules, at).map_err(|refusal| refusal.at("/occurred_at"))?;
    Ok(Taken {})
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::fixture::{Given, at, refused, rules};
    use super::*;

    #[test]
    fn a_registered_issue_is_taken_in_hand_and_its_clock_runs_on() {
        let given = Given::registered();
        let taken = take(&given.issue, &rules("2026-11-19 16:00"), at("2026-11-19 16:00")).unwrap();
        let then = given.clone().then("2026-11-19 16:00", IssueEvent::Taken(taken)).issue;
        assert_eq!(then.state, IssueState::InHand);
        assert_eq!(then.due, given.issue.due);
    }

    #[test]
    fn what_is_in_hand_is_not_taken_again() {
        let now = rules("2026-12-15 09:00");
        for (given, code) in [
            (Given::in_hand(), Code::AlreadyTaken),
            (Given::awaiting_answer(), Code::AlreadyTaken),
            (Given::escalated(), Code::AlreadyEscalated),
            (Given::answered(), Code::AlreadyAnswered),
            (Given::closed(), Code::IssueClosed),
        ] {
            assert_eq!(refused(take(&given.issue, &now, now.now)), code);
        }
    }

    #[test]
    fn taking_is_neither_before_the_reception_nor_in_the_future() {
        let given = Given::registered();
        let now = rules("2026-11-19 16:00");
        let early = take(&given.issue, &now, at("2026-11-19 14:09")).unwrap_err();
        assert_eq!((early.code, early.pointer.as_deref()), (Code::BeforeReception, Some("/occurred_at")));
        assert_eq!(refused(take(&given.issue, &now, at("2026-11-19 16:01"))), Code::InTheFuture);
    }
}
