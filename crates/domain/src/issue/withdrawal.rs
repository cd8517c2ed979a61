//! T16: the visitor withdraws (撤回); the service may go on of its own motion.

use super::step::{in_cycle, require};
use super::{Issue, Withdrawn};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::IssueState;
use chrono::{DateTime, Utc};

/// Withdraws an open issue (T16, C-3.6). On own motion it stays open.
///
/// Errors: [`Code::AlreadyWithdrawn`]; an issue that is not open; a time in the future or before the cycle.
pub fn withdraw(
    issue: &Issue,
    rules: &Rules<'_>,
    on_own_motion: bool,
    at: DateTime<Utc>,
) -> Result<Withdrawn, Refusal> {
    in_cycle(issue, rules, at).map_err(|refusal| refusal.at("/occurred_at"))?;
    // Whoever withdrew may still say that nothing more is wanted: a plain withdrawal ends what went on of its own motion.
    if issue.state == IssueState::Withdrawn || (on_own_motion && issue.on_own_motion) {
        return Err(Refusal::new(Code::AlreadyWithdrawn));
    }
    require(issue, &IssueState::OPEN)?;
    Ok(Withdrawn { on_own_motion })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::fixture::{Given, at, refused, rules};
    use super::*;
    use crate::vocabulary::ClockState;

    const WHEN: &str = "2026-12-20 10:00";

    #[test]
    fn an_open_issue_in_any_state_can_be_withdrawn() {
        for given in [Given::registered(), Given::in_hand(), Given::escalated(), Given::awaiting_answer()] {
            let withdrawn = withdraw(&given.issue, &rules(WHEN), false, at(WHEN)).unwrap();
            let given = given.then(WHEN, IssueEvent::Withdrawn(withdrawn));
            assert_eq!((given.issue.state, given.issue.clock), (IssueState::Withdrawn, ClockState::Stopped));
            assert_eq!(refused(withdraw(&given.issue, &rules(WHEN), false, at(WHEN))), Code::AlreadyWithdrawn);
        }
    }

    #[test]
    fn on_own_motion_it_stays_open_and_its_clock_runs() {
        let given = Given::in_hand();
        let withdrawn = withdraw(&given.issue, &rules(WHEN), true, at(WHEN)).unwrap();
        let given = given.then(WHEN, IssueEvent::Withdrawn(withdrawn));
        assert!(given.issue.is_open() && given.issue.on_own_motion);
        assert_eq!(given.issue.clock, ClockState::Running);
        assert_eq!(refused(withdraw(&given.issue, &rules(WHEN), true, at(WHEN))), Code::AlreadyWithdrawn);
    }

    #[test]
    fn a_plain_withdrawal_ends_what_went_on_of_its_own_motion() {
        let given = Given::in_hand();
        let withdrawn = withdraw(&given.issue, &rules(WHEN), true, at(WHEN)).unwrap();
        let given = given.then(WHEN, IssueEvent::Withdrawn(withdrawn));
        let withdrawn = withdraw(&given.issue, &rules(WHEN), false, at(WHEN)).unwrap();
        let given = given.then(WHEN, IssueEvent::Withdrawn(withdrawn));
        assert_eq!((given.issue.state, given.issue.clock), (IssueState::Withdrawn, ClockState::Stopped));
    }

    #[test]
    fn what_is_answered_is_not_withdrawn() {
        assert_eq!(refused(withdraw(&Given::answered().issue, &rules(WHEN), false, at(WHEN))), Code::AlreadyAnswered);
        assert_eq!(refused(withdraw(&Given::closed().issue, &rules(WHEN), false, at(WHEN))), Code::IssueClosed);
    }

    #[test]
    fn a_withdrawal_is_not_before_the_reception() {
        let early = withdraw(&Given::in_hand().issue, &rules(WHEN), false, at("2026-11-19 14:00"));
        assert_eq!(refused(early), Code::BeforeReception);
    }
}
