//! The facts of streams `proposal/<uuid>`, as stored (FORMAT §7). What was proposed, word for word, lies in a narrative box.

use crate::event_type::events;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `proposal/<uuid>`.
    ProposalEvent {
        /// Something that takes two persons was proposed by one.
        Made(ProposalMade) = "proposal.made"/1, "",
            "提请另一人审批。", "It was proposed, for another person to decide on.";
        /// Another person approved; what was proposed is done by the same command.
        Approved(ProposalApproved) = "proposal.approved"/1, "",
            "经另一人批准，并随即生效。", "Another person approved it, and it took effect.";
        /// Another person refused.
        Refused(ProposalRefused) = "proposal.refused"/1, "",
            "另一人未予批准。", "Another person refused it.";
        /// Whoever proposed it took it back.
        Retracted(ProposalRetracted) = "proposal.retracted"/1, "",
            "提请人撤回。", "Whoever proposed it took it back.";
        /// Nobody decided in time.
        Expired(ProposalExpired) = "proposal.expired"/1, "",
            "逾期未审批，提请失效。", "Nobody decided on it in time.";
    }
}

/// `proposal.made/1`: an action of the access table, and what it is to be done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalMade {
    /// The action.
    pub action: String,
    /// The stream that it would change, where there is one already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// `proposal.approved/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalApproved {}

/// `proposal.refused/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalRefused {}

/// `proposal.retracted/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalRetracted {}

/// `proposal.expired/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalExpired {}
