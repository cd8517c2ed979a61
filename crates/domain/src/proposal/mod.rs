//! Proposals: what takes two persons is proposed by one and decided on by another (docs/ACCESS.md).

mod decide;
mod events;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{Approver, approve, expire, refuse, retract};
pub use events::{ProposalApproved, ProposalEvent, ProposalExpired, ProposalMade, ProposalRefused, ProposalRetracted};
pub use state::{PENDING_DAYS, Proposal};
