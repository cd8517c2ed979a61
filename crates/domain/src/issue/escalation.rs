//! T9–T11: to the grid's major-issue process (网格重大问题处理流程) and back. The duty to answer stays with the delegate
//! who received.

use super::step::{after_turn, require};
use super::{Due, Escalated, EscalationReturned, Issue, OutcomeReportedBack};
use crate::deadline;
use crate::ids::{IssueId, MajorIssueId};
use crate::major_issue::{self, MajorIssue, MajorIssueEvent};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, Level, Outcome};
use chrono::{DateTime, Utc};

/// An escalation as it comes in.
#[derive(Clone, Copy, Debug)]
pub struct EscalationDraft<'a> {
    /// To which level.
    pub level: Level,
    /// The id of the major issue: a new one, or the one that `join` is.
    pub major_issue_id: MajorIssueId,
    /// The major issue to join; without it a new one is submitted.
    pub join: Option<&'a MajorIssue>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Two facts of one escalation, one for each stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Escalation {
    /// For the issue.
    pub issue: Escalated,
    /// For the major issue.
    pub major_issue: MajorIssueEvent,
}

/// Escalates an issue, to a new major issue or one that it joins (T9, C-3.6). A late escalation is allowed.
///
/// Errors: a state other than registered or in hand; for joining [`Code::MajorIssueConcluded`],
/// [`Code::MajorIssueOfOtherGrid`], [`Code::MajorIssueOfOtherLevel`], [`Code::MajorIssueFull`]; [`Code::DueTooFar`];
/// a time in the future or before what it follows.
pub fn escalate(
    issue: &Issue,
    issue_id: IssueId,
    rules: &Rules<'_>,
    draft: &EscalationDraft<'_>,
) -> Result<Escalation, Refusal> {
    after_turn(issue, rules, draft.at).map_err(|refusal| refusal.at("/occurred_at"))?;
    require(issue, &[IssueState::Registered, IssueState::InHand])?;
    let major_issue = match draft.join {
        Some(joined) => MajorIssueEvent::IssueJoined(major_issue::join(
            joined,
            rules,
            &major_issue::JoinDraft { issue_id, grid_id: issue.grid_id, level: draft.level },
        )?),
        None => {
            MajorIssueEvent::Submitted(major_issue::Submitted { grid_id: issue.grid_id, level: draft.level, issue_id })
        }
    };
    Ok(Escalation { issue: escalated(issue, rules, draft.level, draft.major_issue_id, draft.at)?, major_issue })
}

/// The issue's side of an escalation, whatever its state: a second dissatisfaction escalates as it reopens.
pub(super) fn escalated(
    issue: &Issue,
    rules: &Rules<'_>,
    level: Level,
    major_issue_id: MajorIssueId,
    at: DateTime<Utc>,
) -> Result<Escalated, Refusal> {
    let outer_limit = deadline::outer_limit(rules, issue.cycle_from, level)?;
    let first_word = rules.policy.escalation.interim_first_working_days;
    Ok(Escalated {
        level,
        major_issue_id,
        due: deadline::later(outer_limit, &issue.due),
        interim_due_on: rules.calendars.after(rules.town_date(at), first_word).on,
    })
}

/// Returns an escalated issue to its delegate: it can be answered there (T10, C-3.6).
///
/// Errors: [`Code::NotEscalated`], [`Code::DueTooFar`]; a time in the future or before the escalation.
pub fn return_escalation(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<EscalationReturned, Refusal> {
    require_escalated(issue)?;
    after_turn(issue, rules, at).map_err(|refusal| refusal.at("/occurred_at"))?;
    let new = deadline::after_return(rules, rules.town_date(at))?;
    Ok(EscalationReturned { due: not_before_promise(issue, rules, new) })
}

/// Reports the outcome of the concluded major issue back to an issue, whose delegate now owes the answer (T11, R-3).
///
/// Errors: [`Code::NotEscalated`], [`Code::DueTooFar`]; a time in the future or before the escalation.
pub fn report_back(
    issue: &Issue,
    rules: &Rules<'_>,
    major_issue_id: MajorIssueId,
    outcome: Outcome,
    at: DateTime<Utc>,
) -> Result<OutcomeReportedBack, Refusal> {
    if issue.major_issue_id != Some(major_issue_id) {
        return Err(Refusal::new(Code::NotEscalated));
    }
    require_escalated(issue)?;
    after_turn(issue, rules, at)?;
    let new = deadline::after_report_back(rules, rules.town_date(at))?;
    Ok(OutcomeReportedBack { major_issue_id, outcome, due: not_before_promise(issue, rules, new) })
}

/// The outer limit holds only while escalated. What was promised before it holds again, moved where a calendar
/// published meanwhile moves it.
fn not_before_promise(issue: &Issue, rules: &Rules<'_>, new: Due) -> Due {
    match &issue.promised_due {
        Some(promised) => deadline::later(new, &deadline::later_recounted(promised, rules.calendars)),
        None => new,
    }
}

fn require_escalated(issue: &Issue) -> Result<(), Refusal> {
    if issue.state == IssueState::Escalated { Ok(()) } else { Err(Refusal::new(Code::NotEscalated)) }
}
