//! Changes of level: raised when the level cannot decide, lowered when it was asked too much.

use super::step::{after_turn, no_refusal_pending, require};
use super::{LevelChanged, MajorIssue, MajorIssueEvent};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{Level, MajorIssueState};
use chrono::{DateTime, Utc};

/// Raises or lowers the level, from deliberation on. The state stays; it may be deliberated again.
///
/// Errors: [`Code::MajorIssueWrongState`], [`Code::MajorIssueConcluded`], [`Code::AlreadyAtLevel`]; a time in the future
/// or before the last step.
pub fn change(major: &MajorIssue, rules: &Rules<'_>, to: Level, at: DateTime<Utc>) -> Result<MajorIssueEvent, Refusal> {
    after_turn(major, rules, at)?;
    require(
        major,
        &[
            MajorIssueState::Deliberated,
            MajorIssueState::Assigned,
            MajorIssueState::Handling,
            MajorIssueState::ReportedBack,
            MajorIssueState::Verified,
            MajorIssueState::ReturnedForRework,
        ],
        Code::MajorIssueWrongState,
    )?;
    no_refusal_pending(major)?;
    let changed = LevelChanged { to };
    match to.cmp(&major.level) {
        std::cmp::Ordering::Greater => Ok(MajorIssueEvent::LevelRaised(changed)),
        std::cmp::Ordering::Less => Ok(MajorIssueEvent::LevelLowered(changed)),
        std::cmp::Ordering::Equal => Err(Refusal::new(Code::AlreadyAtLevel).at("/to")),
    }
}
