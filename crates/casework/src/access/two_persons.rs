//! What a command that takes two persons brings along, and what comes of it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::access::Action;
use domain::ids::{AccountId, ProposalId};
use event_store::{Position, Version};

/// A request as it was sent, to be told to whoever decides and done when they approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedRequest {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query string.
    pub query: String,
    /// The JSON body.
    pub body: String,
}

/// What came of a command that takes two persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The proposal.
    pub id: ProposalId,
    /// What it is for.
    pub action: Action,
    /// Until when it can be decided on.
    pub expires_at: DateTime<Utc>,
    /// The town's time zone, in which that is told.
    pub town: Tz,
    /// Where it is recorded.
    pub position: Position,
}

/// An approval, to be recorded with what it approves of.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The proposal.
    pub id: ProposalId,
    /// The version at which it was pending.
    pub version: Version,
    /// What it is for.
    pub action: Action,
    /// Who proposed it.
    pub proposed_by: AccountId,
}
