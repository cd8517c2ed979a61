//! Whether an issue's state allows a step, and what is said when it does not.

use super::Issue;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::IssueState;
use chrono::{DateTime, Utc};

/// The state is one of those allowed.
///
/// Errors: what the state itself says against the step.
pub(super) fn require(issue: &Issue, allowed: &[IssueState]) -> Result<(), Refusal> {
    if allowed.contains(&issue.state) { Ok(()) } else { Err(Refusal::new(objection(issue.state))) }
}

const fn objection(state: IssueState) -> Code {
    match state {
        // Nothing was done yet: what cannot be done to a registered issue needs an answer first.
        IssueState::Registered => Code::NotAnswered,
        IssueState::InHand => Code::AlreadyTaken,
        IssueState::Escalated => Code::AlreadyEscalated,
        IssueState::AwaitingAnswer => Code::OutcomeAlreadyReported,
        IssueState::Answered => Code::AlreadyAnswered,
        IssueState::Closed => Code::IssueClosed,
        IssueState::Withdrawn | IssueState::Referred => Code::IssueNotOpen,
        IssueState::Merged => Code::IssueMerged,
    }
}

/// A claimed instant lies in the issue's present cycle, and is not in the future.
///
/// Errors: [`Code::InTheFuture`], [`Code::BeforeReception`], [`Code::BeforePrevious`].
pub(super) fn in_cycle(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    rules.claimed(at, issue.raised_at, Code::BeforeReception)?;
    rules.claimed(at, issue.cycle_began_at, Code::BeforePrevious)
}

/// A claimed instant is not before the turn that put the duty where it is, and not in the future. To be asked after the
/// state: who does not know of the turn is to hear of it, not that a time is too early.
///
/// Errors: [`Code::InTheFuture`], [`Code::BeforeReception`], [`Code::BeforePrevious`].
pub(super) fn after_turn(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    in_cycle(issue, rules, at)?;
    rules.claimed(at, issue.turned_at, Code::BeforePrevious)
}

/// An answer was given in this cycle, and the issue is still where it left it: answered or closed.
///
/// Errors: [`Code::NotAnswered`], [`Code::IssueNotOpen`].
pub(super) fn answered(issue: &Issue) -> Result<&super::Answer, Refusal> {
    let code = match issue.state {
        IssueState::Answered | IssueState::Closed => Code::NotAnswered,
        IssueState::Registered
        | IssueState::InHand
        | IssueState::Escalated
        | IssueState::AwaitingAnswer
        | IssueState::Merged => return Err(Refusal::new(Code::NotAnswered)),
        IssueState::Withdrawn | IssueState::Referred => return Err(Refusal::new(Code::IssueNotOpen)),
    };
    issue.answer.as_ref().ok_or_else(|| Refusal::new(code))
}
