//! Another issue joins a major issue that is under way.

use super::{IssueJoined, MajorIssue};
use crate::ids::{AreaId, IssueId};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::Level;

/// The issue that would join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinDraft {
    /// Which.
    pub issue_id: IssueId,
    /// Its grid.
    pub grid_id: AreaId,
    /// The level it is escalated to.
    pub level: Level,
}

/// Links an issue (T9, C-3.6): same grid, not ended, its level, and room for one more.
///
/// Errors: [`Code::MajorIssueConcluded`], [`Code::MajorIssueOfOtherGrid`], [`Code::MajorIssueOfOtherLevel`],
/// [`Code::MajorIssueFull`].
pub fn join(major: &MajorIssue, rules: &Rules<'_>, draft: &JoinDraft) -> Result<IssueJoined, Refusal> {
    let refuse = |code, pointer: &str| Err(Refusal::new(code).at(pointer));
    if major.is_over() {
        return refuse(Code::MajorIssueConcluded, "/major_issue_id");
    }
    if major.grid_id != draft.grid_id {
        return refuse(Code::MajorIssueOfOtherGrid, "/major_issue_id");
    }
    if major.level != draft.level {
        return refuse(Code::MajorIssueOfOtherLevel, "/level");
    }
    let most = usize::try_from(rules.policy.handling.issues_per_major_issue_max).unwrap_or(usize::MAX);
    let comes_back = major.issue_ids().any(|id| id == draft.issue_id);
    if !comes_back && major.linked.len() >= most {
        return refuse(Code::MajorIssueFull, "/major_issue_id");
    }
    Ok(IssueJoined { issue_id: draft.issue_id })
}
