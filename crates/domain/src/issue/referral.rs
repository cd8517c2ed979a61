//! T4: referral to a statutory channel (告知法定途径). Told in time, it counts as an answer.

use super::step::{after_turn, require};
use super::{Issue, Referred};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, StatutoryChannel};
use chrono::{DateTime, Utc};

/// Refers an issue (T4, C-3.6).
///
/// Errors: [`Code::AlreadyReferred`]; a state other than registered, in hand or awaiting answer; a time in the future or
/// before what it follows.
pub fn refer(
    issue: &Issue,
    rules: &Rules<'_>,
    statutory_channel: StatutoryChannel,
    told_at: DateTime<Utc>,
) -> Result<Referred, Refusal> {
    after_turn(issue, rules, told_at).map_err(|refusal| refusal.at("/told_at"))?;
    if issue.state == IssueState::Referred {
        return Err(Refusal::new(Code::AlreadyReferred));
    }
    require(issue, &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer])?;
    Ok(Referred { statutory_channel })
}

/// Refers an escalated issue because triage referred its major issue (domain §4.3).
///
/// Errors: [`Code::NotEscalated`]; a time in the future or before the escalation.
pub fn refer_escalated(
    issue: &Issue,
    rules: &Rules<'_>,
    statutory_channel: StatutoryChannel,
    at: DateTime<Utc>,
) -> Result<Referred, Refusal> {
    if issue.state != IssueState::Escalated {
        return Err(Refusal::new(Code::NotEscalated));
    }
    after_turn(issue, rules, at)?;
    Ok(Referred { statutory_channel })
}
