//! Conclusion (办结): every linked issue gets the outcome, and its own delegate answers it (T11, R-3).

use super::step::{LinkedNow, after_turn, require};
use super::{Concluded, MajorIssue};
use crate::ids::{IssueId, MajorIssueId};
use crate::issue::{OutcomeReportedBack, escalation};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{MajorIssueState, Outcome};
use chrono::{DateTime, Utc};

/// What concluding means for the major issue and for each issue that stands linked to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    /// For the major issue's stream.
    pub major_issue: Concluded,
    /// For the streams of linked issues.
    pub issues: Vec<(IssueId, OutcomeReportedBack)>,
}

/// Concludes a verified major issue, or one with no issue left (C-3.6).
///
/// `linked` holds every issue that was ever linked, as it is now.
///
/// Errors: [`Code::AlreadyConcluded`], [`Code::MajorIssueConcluded`], [`Code::MajorIssueWrongState`],
/// [`Code::DueTooFar`]; a time in the future or before the last step or an issue's escalation.
pub fn conclude(
    major: &MajorIssue,
    id: MajorIssueId,
    rules: &Rules<'_>,
    outcome: Outcome,
    at: DateTime<Utc>,
    linked: &[LinkedNow<'_>],
) -> Result<Conclusion, Refusal> {
    after_turn(major, rules, at)?;
    if major.state == MajorIssueState::Concluded {
        return Err(Refusal::new(Code::AlreadyConcluded));
    }
    let left: Vec<&LinkedNow<'_>> = linked.iter().filter(|one| one.stands_linked(id)).collect();
    if left.is_empty() {
        if major.is_over() {
            return Err(Refusal::new(Code::MajorIssueConcluded));
        }
    } else {
        require(major, &[MajorIssueState::Verified], Code::MajorIssueWrongState)?;
    }
    let issues = left
        .into_iter()
        .map(|one| {
            let rules = rules.under(one.policy);
            Ok((one.id, escalation::report_back(one.issue, &rules, id, outcome, at)?))
        })
        .collect::<Result<_, Refusal>>()?;
    Ok(Conclusion { major_issue: Concluded { outcome }, issues })
}
