//! T4: referral to a statutory channel (告知法定途径). Told in time, it counts as an answer.

use super::step::{after_turn, in_cycle, require};
use super::{Issue, Referred};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, StatutoryChannel};
use chrono::{DateTime, Utc};

/// Refers an issue (T4, C-3.6).
///
/// Errors: [`Code::AlreadyReferred`]; a state other than registered, in hand or awaiting answer; a time in the future or
/// before what it follows.
pub fn refer(
    issue: &Issue,
    rules: &Rules<'_>,
    statutory_channel: StatutoryChannel,
    told_at: DateTime<Utc>,
) -> Result<Referred, Refusal> {
    in_cycle(issue, rules, told_at).map_err(|refusal| refusal.at("/told_at"))?;
    if issue.state == IssueState::Referred {
        return Err(Refusal::new(Code::AlreadyReferred));
    }
    require(issue, &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer])?;
    after_turn(issue, rules, told_at).map_err(|refusal| refusal.at("/told_at"))?;
    Ok(Referred { statutory_channel })
}

/// Refers an escalated issue because triage referred its major issue.
///
/// Errors: [`Code::NotEscalated`]; a time in the future or before the escalation.
pub fn refer_escalated(
    issue: &Issue,
    rules: &Rules<'_>,
    statutory_channel: StatutoryChannel,
    at: DateTime<Utc>,
) -> Result<Referred, Refusal> {
    if issue.state != IssueState::Escalated {
        return Err(Refusal::new(Code::NotEscalated));
    }
    after_turn(issue, rules, at)?;
    Ok(Referred { statutory_channel })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::fixture::{Given, at, refused, rules};
    use super::*;
    use crate::vocabulary::{ClockState, LastWordKind};

    const WHEN: &str = "2026-12-20 10:00";

    fn code(given: &Given, told: &str) -> Code {
        refused(refer(&given.issue, &rules(WHEN), StatutoryChannel::Petition, at(told)))
    }

    #[test]
    fn a_referral_told_ends_the_duty_and_is_the_last_word() {
        for given in [Given::registered(), Given::in_hand(), Given::awaiting_answer()] {
            let referred = refer(&given.issue, &rules(WHEN), StatutoryChannel::Court, at(WHEN)).unwrap();
            let then = given.then(WHEN, IssueEvent::Referred(referred)).issue;
            assert_eq!((then.state, then.clock), (IssueState::Referred, ClockState::Stopped));
            assert_eq!((then.last_word.kind, then.stopped_at), (LastWordKind::Referral, Some(at(WHEN))));
            assert!(!then.is_open());
        }
    }

    #[test]
    fn what_is_escalated_answered_or_referred_is_not_referred() {
        assert_eq!(code(&Given::escalated(), WHEN), Code::AlreadyEscalated);
        assert_eq!(code(&Given::answered(), WHEN), Code::AlreadyAnswered);
        assert_eq!(code(&Given::closed(), WHEN), Code::IssueClosed);
        let given = Given::in_hand();
        let referred = refer(&given.issue, &rules(WHEN), StatutoryChannel::Court, at(WHEN)).unwrap();
        assert_eq!(code(&given.then(WHEN, IssueEvent::Referred(referred)), WHEN), Code::AlreadyReferred);
    }

    #[test]
    fn a_referral_is_told_after_the_reception_and_not_in_the_future() {
        assert_eq!(code(&Given::in_hand(), "2026-11-19 14:09"), Code::BeforeReception);
        assert_eq!(code(&Given::in_hand(), "2026-12-20 10:01"), Code::InTheFuture);
    }
}
