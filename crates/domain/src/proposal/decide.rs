//! Deciding on a proposal: by another person, within its days.

use super::{Proposal, ProposalApproved, ProposalEvent, ProposalExpired, ProposalRefused, ProposalRetracted};
use crate::ids::{AccountId, DelegateId};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::ProposalState;
use chrono::{DateTime, Utc};

/// Who decides, and whose delegates they and the proposer are.
#[derive(Clone, Copy, Debug)]
pub struct Approver<'a> {
    /// The account that decides.
    pub account: AccountId,
    /// The delegates that it is bound to.
    pub delegates: &'a [DelegateId],
    /// The delegates that the proposer is bound to.
    pub proposers: &'a [DelegateId],
}

/// Approves a proposal. What was proposed is recorded by the same command.
///
/// Errors: [`Code::NotPending`], [`Code::ProposalExpired`]; [`Code::SamePerson`] for the proposer, or for two accounts of one
/// delegate.
pub fn approve(proposal: &Proposal, by: Approver<'_>, now: DateTime<Utc>) -> Result<ProposalEvent, Refusal> {
    another_person(proposal, by, now)?;
    Ok(ProposalEvent::Approved(ProposalApproved {}))
}

/// Refuses a proposal.
///
/// Errors: as those of [`approve`].
pub fn refuse(proposal: &Proposal, by: Approver<'_>, now: DateTime<Utc>) -> Result<ProposalEvent, Refusal> {
    another_person(proposal, by, now)?;
    Ok(ProposalEvent::Refused(ProposalRefused {}))
}

/// Takes a proposal back.
///
/// Errors: [`Code::NotPending`], [`Code::ProposalExpired`]; [`Code::NotTheProposer`].
pub fn retract(proposal: &Proposal, by: AccountId, now: DateTime<Utc>) -> Result<ProposalEvent, Refusal> {
    is_pending(proposal, now)?;
    if proposal.by != Some(by) {
        return Err(Refusal::new(Code::NotTheProposer));
    }
    Ok(ProposalEvent::Retracted(ProposalRetracted {}))
}

/// Records that nobody decided in time; nothing where that is not so, or is recorded.
pub fn expire(proposal: &Proposal, now: DateTime<Utc>) -> Option<ProposalEvent> {
    let pending = proposal.state == Some(ProposalState::Pending);
    let over = proposal.state_at(now) == Some(ProposalState::Expired);
    (pending && over).then_some(ProposalEvent::Expired(ProposalExpired {}))
}

fn is_pending(proposal: &Proposal, now: DateTime<Utc>) -> Result<(), Refusal> {
    match proposal.state_at(now) {
        Some(ProposalState::Pending) => Ok(()),
        Some(ProposalState::Expired) => Err(Refusal::new(Code::ProposalExpired)),
        Some(ProposalState::Approved | ProposalState::Refused | ProposalState::Retracted) | None => {
            Err(Refusal::new(Code::NotPending))
        }
    }
}

fn another_person(proposal: &Proposal, by: Approver<'_>, now: DateTime<Utc>) -> Result<(), Refusal> {
    is_pending(proposal, now)?;
    let one_delegate = by.delegates.iter().any(|delegate| by.proposers.contains(delegate));
    if proposal.by == Some(by.account) || one_delegate {
        return Err(Refusal::new(Code::SamePerson));
    }
    Ok(())
}
