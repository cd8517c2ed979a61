//! T19: the duty to answer passes to another delegate (移交). At every instant exactly one owes it; past answers keep
//! their author.

use super::step::{in_cycle, require};
use super::{Issue, ResponsibilityHandedOver};
use crate::delegate::Delegates;
use crate::ids::DelegateId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{HandoverReason, IssueState};
use chrono::{DateTime, Utc};

/// A handover as it comes in, but for the reason's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandoverDraft {
    /// To whom.
    pub to_delegate_id: DelegateId,
    /// Why.
    pub reason_code: HandoverReason,
    /// When.
    pub at: DateTime<Utc>,
}

/// Hands the duty to answer over (T19, C-4.4). On a registered issue it implies taking.
///
/// Errors: [`Code::UnknownId`], [`Code::DelegateWithoutMandate`]; an issue that is not open; [`Code::AlreadyResponsible`]; a time in the
/// future or before the cycle.
pub fn hand_over(
    issue: &Issue,
    rules: &Rules<'_>,
    delegates: &Delegates,
    draft: &HandoverDraft,
) -> Result<ResponsibilityHandedOver, Refusal> {
    in_cycle(issue, rules, draft.at).map_err(|refusal| refusal.at("/occurred_at"))?;
    delegates
        .holding(draft.to_delegate_id, rules.town_date(draft.at))
        .map_err(|refusal| refusal.at("/to_delegate_id"))?;
    require(issue, &IssueState::OPEN)?;
    if draft.to_delegate_id == issue.responsible_delegate_id {
        return Err(Refusal::new(Code::AlreadyResponsible).at("/to_delegate_id"));
    }
    Ok(ResponsibilityHandedOver {
        from_delegate_id: issue.responsible_delegate_id,
        to_delegate_id: draft.to_delegate_id,
        reason_code: draft.reason_code,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::answering::{AnswerDraft, answer};
    use super::super::fixture::{Given, LATER, RECEIVER, SUCCESSOR, at, delegates, oral, refused, rules};
    use super::*;
    use uuid::Uuid;

    const WHEN: &str = "2026-11-23 10:00";

    fn to(delegate: DelegateId) -> HandoverDraft {
        HandoverDraft { to_delegate_id: delegate, reason_code: HandoverReason::LongLeave, at: at(WHEN) }
    }

    #[test]
    fn after_a_handover_the_successor_alone_answers() {
        let given = Given::registered();
        let handed = hand_over(&given.issue, &rules(WHEN), &delegates(), &to(SUCCESSOR)).unwrap();
        assert_eq!(handed.from_delegate_id, RECEIVER);
        let given = given.then(WHEN, IssueEvent::ResponsibilityHandedOver(handed));
        assert_eq!((given.issue.state, given.issue.responsible_delegate_id), (IssueState::InHand, SUCCESSOR));
        let now = rules("2026-11-24 10:00");
        let by = |who| answer(&given.issue, &now, &AnswerDraft { answered_by: Some(who), ..oral("2026-11-24 10:00") });
        assert_eq!(refused(by(RECEIVER)), Code::NotTheResponsibleDelegate);
        assert!(by(SUCCESSOR).is_ok());
    }

    #[test]
    fn the_successor_is_another_delegate_with_a_mandate_on_the_day() {
        let code = |who| refused(hand_over(&Given::in_hand().issue, &rules(WHEN), &delegates(), &to(who)));
        assert_eq!(code(RECEIVER), Code::AlreadyResponsible);
        assert_eq!(code(LATER), Code::DelegateWithoutMandate);
        assert_eq!(code(DelegateId(Uuid::from_u128(0x99))), Code::UnknownId);
    }

    #[test]
    fn an_escalated_issue_is_handed_over_an_answered_one_is_not() {
        assert!(hand_over(&Given::escalated().issue, &rules(WHEN), &delegates(), &to(SUCCESSOR)).is_ok());
        let now = rules("2026-11-26 10:00");
        let code = |given: Given| refused(hand_over(&given.issue, &now, &delegates(), &to(SUCCESSOR)));
        assert_eq!(code(Given::answered()), Code::AlreadyAnswered);
        assert_eq!(code(Given::closed()), Code::IssueClosed);
    }

    #[test]
    fn a_handover_is_not_in_the_future() {
        let draft = HandoverDraft { at: at("2026-11-23 10:01"), ..to(SUCCESSOR) };
        let early = hand_over(&Given::in_hand().issue, &rules(WHEN), &delegates(), &draft);
        assert_eq!(refused(early), Code::InTheFuture);
    }
}
