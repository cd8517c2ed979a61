//! Changes of level: raised when the level cannot decide, lowered when it was asked too much.

use super::step::{LinkedNow, after_turn, no_refusal_pending, require};
use super::{LevelChanged, MajorIssue, MajorIssueEvent};
use crate::deadline;
use crate::ids::{IssueId, MajorIssueId};
use crate::issue::IssueEvent;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{Level, MajorIssueState};
use chrono::{DateTime, Utc};

/// What another level means for the major issue and for each issue that stands linked to it.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelChange {
    /// For the major issue's stream.
    pub major_issue: MajorIssueEvent,
    /// For the streams of linked issues: a later outer limit.
    pub issues: Vec<(IssueId, IssueEvent)>,
}

/// Raises or lowers the level, from deliberation on. The state stays; it may be deliberated again. Where the new level gives
/// its issues a later outer limit, they get it.
///
/// `linked` holds every issue that was ever linked, as it is now.
///
/// Errors: [`Code::MajorIssueWrongState`], [`Code::MajorIssueConcluded`], [`Code::AlreadyAtLevel`], [`Code::DueTooFar`]; a
/// time in the future or before the last step.
pub fn change(
    major: &MajorIssue,
    id: MajorIssueId,
    rules: &Rules<'_>,
    to: Level,
    at: DateTime<Utc>,
    linked: &[LinkedNow<'_>],
) -> Result<LevelChange, Refusal> {
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
    let major_issue = match to.cmp(&major.level) {
        std::cmp::Ordering::Greater => MajorIssueEvent::LevelRaised(changed),
        std::cmp::Ordering::Less => MajorIssueEvent::LevelLowered(changed),
        std::cmp::Ordering::Equal => return Err(Refusal::new(Code::AlreadyAtLevel).at("/to")),
    };
    Ok(LevelChange { major_issue, issues: outer_limits(id, rules, to, linked)? })
}

/// The outer limits that move with a level: later ones, never earlier.
///
/// Errors: [`Code::DueTooFar`].
pub(super) fn outer_limits(
    id: MajorIssueId,
    rules: &Rules<'_>,
    level: Level,
    linked: &[LinkedNow<'_>],
) -> Result<Vec<(IssueId, IssueEvent)>, Refusal> {
    let mut moved = Vec::new();
    for one in linked.iter().filter(|one| one.stands_linked(id)) {
        if let Some(recomputed) = deadline::moved_by_level(one.issue, &rules.under(one.policy), level)? {
            moved.push((one.id, IssueEvent::DeadlineRecomputed(recomputed)));
        }
    }
    Ok(moved)
}
