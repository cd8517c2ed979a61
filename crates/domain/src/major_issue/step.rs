//! Whether a major issue's state allows a step, and what is said when it does not.

use super::MajorIssue;
use crate::ids::{IssueId, MajorIssueId};
use crate::issue::Issue;
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::MajorIssueState;
use chrono::{DateTime, Utc};

/// A linked issue as it is now, with the policy version that its cycle runs under.
#[derive(Clone, Copy, Debug)]
pub struct LinkedNow<'a> {
    /// Its id.
    pub id: IssueId,
    /// Its state.
    pub issue: &'a Issue,
    /// Its policy.
    pub policy: &'a Policy,
}

impl LinkedNow<'_> {
    /// Whether it still stands linked: escalated to this major issue, by its own stream.
    pub(super) fn stands_linked(&self, id: MajorIssueId) -> bool {
        MajorIssue::holds(id, self.issue)
    }
}

/// The state is one of those allowed; what has ended allows nothing.
///
/// Errors: [`Code::MajorIssueConcluded`], else `otherwise`.
pub(super) fn require(major: &MajorIssue, allowed: &[MajorIssueState], otherwise: Code) -> Result<(), Refusal> {
    if major.is_over() {
        Err(Refusal::new(Code::MajorIssueConcluded))
    } else if allowed.contains(&major.state) {
        Ok(())
    } else {
        Err(Refusal::new(otherwise))
    }
}

/// A claimed instant is not in the future and not before the step that it follows.
///
/// Errors: [`Code::InTheFuture`], [`Code::BeforePrevious`].
pub(super) fn after_turn(major: &MajorIssue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    rules.claimed(at, major.turned_at, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))
}

/// A dispatch that was refused waits for its decision; nothing else happens meanwhile.
///
/// Errors: [`Code::MajorIssueWrongState`].
pub(super) fn no_refusal_pending(major: &MajorIssue) -> Result<(), Refusal> {
    if major.refusal_pending {
        Err(Refusal::new(Code::MajorIssueWrongState)
            .because("退单尚待决定。", "The refused dispatch awaits its decision."))
    } else {
        Ok(())
    }
}
