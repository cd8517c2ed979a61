//! T15: taken up again (重办): asked for on a ground, and decided.

use super::escalation::escalated;
use super::step::answered;
use super::{Escalated, Issue, Reopened, ReopeningRefused, ReopeningRequested};
use crate::deadline;
use crate::ids::{IssueId, MajorIssueId};
use crate::major_issue::Submitted;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{Level, ReopeningGround};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// Asks for an answered or closed issue to be reopened (T15, C-3.6). The state stays until it is decided.
///
/// Errors: [`Code::NotAnswered`], [`Code::IssueNotOpen`], [`Code::ReopeningPending`], [`Code::ReopeningGroundRefused`],
/// [`Code::ReopeningWindowOver`], [`Code::CommitmentNotDue`]; a time in the future or before the answer.
pub fn request(
    issue: &Issue,
    rules: &Rules<'_>,
    ground: ReopeningGround,
    at: DateTime<Utc>,
) -> Result<ReopeningRequested, Refusal> {
    let answer = answered(issue)?;
    rules.claimed(at, answer.delivered_at, Code::BeforeAnswer).map_err(|refusal| refusal.at("/occurred_at"))?;
    if issue.reopening_pending.is_some() {
        return Err(Refusal::new(Code::ReopeningPending));
    }
    let at_ground = |code| Refusal::new(code).at("/ground");
    if issue.refused_grounds.contains(&ground) {
        return Err(at_ground(Code::ReopeningGroundRefused));
    }
    let asked_on = rules.town_date(at);
    match ground {
        ReopeningGround::Dissatisfied | ReopeningGround::WrongOutcome => {
            let window = Days::new(rules.policy.reopening.window_calendar_days.into());
            let last = rules.town_date(answer.delivered_at).checked_add_days(window).unwrap_or(NaiveDate::MAX);
            if asked_on > last {
                return Err(at_ground(Code::ReopeningWindowOver).because(
                    format!("以此理由申请重办的期限至 {last}。"),
                    format!("On this ground the time was over after {last}."),
                ));
            }
        }
        ReopeningGround::CommitmentBroken => match answer.given.commitment_on {
            Some(promised_on) if asked_on > promised_on => {}
            Some(_) | None => return Err(at_ground(Code::CommitmentNotDue)),
        },
        ReopeningGround::NewFacts => {}
    }
    Ok(ReopeningRequested { ground })
}

/// Refuses the reopening asked for (T15); the refusal is itself told to the visitor.
///
/// Errors: [`Code::NoReopeningPending`], [`Code::LevelUnexpected`]; a time in the future or before the request.
pub fn refuse(
    issue: &Issue,
    rules: &Rules<'_>,
    level: Option<Level>,
    at: DateTime<Utc>,
) -> Result<ReopeningRefused, Refusal> {
    pending(issue, rules, at)?;
    match level {
        Some(_) => Err(Refusal::new(Code::LevelUnexpected).at("/level")),
        None => Ok(ReopeningRefused {}),
    }
}

/// An acceptance as it comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptanceDraft {
    /// The level to which a second dissatisfaction is escalated; nothing else has one.
    pub level: Option<Level>,
    /// The id that a major issue gets, if one is made.
    pub major_issue_id: MajorIssueId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What accepting a reopening brings: a new cycle, and for a second dissatisfaction an escalation at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Acceptance {
    /// First for the issue's stream.
    pub reopened: Reopened,
    /// Then, where it is escalated: for the issue's stream and for the new major issue's.
    pub escalation: Option<(Escalated, Submitted)>,
}

/// Accepts the reopening asked for (T15, C-3.6): a new cycle with its own due date under the policy handed in.
///
/// Errors: [`Code::NoReopeningPending`], [`Code::LevelNeeded`], [`Code::LevelUnexpected`], [`Code::DueTooFar`]; a time in
/// the future or before the request.
pub fn accept(
    issue: &Issue,
    issue_id: IssueId,
    rules: &Rules<'_>,
    draft: &AcceptanceDraft,
) -> Result<Acceptance, Refusal> {
    let ground = pending(issue, rules, draft.at)?;
    let again_dissatisfied = ground == ReopeningGround::Dissatisfied && issue.dissatisfied_reopenings > 0;
    let due = deadline::rework(rules, rules.town_date(draft.at))?;
    let reopened = Reopened { ground, cycle: issue.cycle.saturating_add(1), due };
    let escalation = match (again_dissatisfied, draft.level) {
        (false, None) => None,
        (false, Some(_)) => return Err(Refusal::new(Code::LevelUnexpected).at("/level")),
        (true, None) => return Err(Refusal::new(Code::LevelNeeded).at("/level")),
        (true, Some(level)) => {
            // The new cycle as the escalation finds it: it counts from the day of reopening.
            let renewed = Issue { cycle_from: reopened.due.from, due: reopened.due.clone(), ..issue.clone() };
            Some((
                escalated(&renewed, rules, level, draft.major_issue_id, draft.at)?,
                Submitted { grid_id: issue.grid_id, level, issue_id },
            ))
        }
    };
    Ok(Acceptance { reopened, escalation })
}

fn pending(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<ReopeningGround, Refusal> {
    let Some(pending) = issue.reopening_pending else {
        return Err(Refusal::new(Code::NoReopeningPending));
    };
    rules.claimed(at, pending.requested_at, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))?;
    Ok(pending.ground)
}
