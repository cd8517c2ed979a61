//! T3: the responsible delegate takes an issue in hand.

use super::step::after_turn;
use super::{Issue, Taken, step};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::IssueState;
use chrono::{DateTime, Utc};

/// Takes a registered issue in hand (T3, C-3.6).
///
/// Errors: [`Code::AlreadyTaken`]; a state that is no longer `registered`; a time in the future or before the reception.
pub fn take(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<Taken, Refusal> {
    after_turn(issue, rules, at).map_err(|refusal| refusal.at("/occurred_at"))?;
    if issue.state == IssueState::AwaitingAnswer {
        return Err(Refusal::new(Code::AlreadyTaken));
    }
    step::require(issue, &[IssueState::Registered])?;
    Ok(Taken {})
}
