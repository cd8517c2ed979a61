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
    let Some(successor) = delegates.get(draft.to_delegate_id) else {
        return Err(Refusal::new(Code::UnknownId).at("/to_delegate_id"));
    };
    if !successor.holds_any(rules.town_date(draft.at)) {
        return Err(Refusal::new(Code::DelegateWithoutMandate).at("/to_delegate_id"));
    }
    require(
        issue,
        &[
            IssueState::Registered,
            IssueState::InHand,
            IssueState::Escalated,
            IssueState::AwaitingAnswer,
            IssueState::Merged,
        ],
    )?;
    if draft.to_delegate_id == issue.responsible_delegate_id {
        return Err(Refusal::new(Code::AlreadyResponsible).at("/to_delegate_id"));
    }
    Ok(ResponsibilityHandedOver {
        from_delegate_id: issue.responsible_delegate_id,
        to_delegate_id: draft.to_delegate_id,
        reason_code: draft.reason_code,
    })
}
