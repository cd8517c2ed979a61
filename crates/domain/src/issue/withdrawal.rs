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
    if issue.state == IssueState::Withdrawn || issue.on_own_motion {
        return Err(Refusal::new(Code::AlreadyWithdrawn));
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
    Ok(Withdrawn { on_own_motion })
}
