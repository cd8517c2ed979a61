//! The answer to a command that takes two persons: it was proposed, and nothing else was done.

use crate::http::response::recorded_time;
use crate::openapi::vocabulary as schema;
use actix_web::HttpResponse;
use casework::access::proposals::Proposed;
use domain::vocabulary::ProposalState;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What takes two persons was proposed: another approves by `POST /v1/proposals/{id}/decision`, and it is done then.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"proposal": {"id": "0198f3c5-0000-7000-8000-000000000021", "action": "policy.adopt",
    "state": "pending", "expires_at": "2026-12-14T09:00:00.000Z"}, "position": 1042}))]
pub struct ProposalMade {
    /// The proposal.
    proposal: PendingProposal,
    /// Where it is recorded.
    position: u64,
}

/// A proposal that was just made.
#[derive(Serialize, ToSchema)]
pub struct PendingProposal {
    /// Its id.
    id: Uuid,
    /// The action of the access table.
    #[schema(example = "policy.adopt")]
    action: &'static str,
    /// How it stands.
    #[schema(value_type = schema::ProposalState)]
    state: &'static str,
    /// Until when it can be decided on.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl ProposalMade {
    /// 202, and where the proposal is.
    pub(crate) fn answer(proposed: &Proposed) -> HttpResponse {
        let Proposed { id, action, expires_at, position } = *proposed;
        let proposal = PendingProposal {
            id: id.0,
            action: action.as_str(),
            state: ProposalState::Pending.as_str(),
            expires_at: recorded_time(expires_at),
        };
        let at = format!("/v1/proposals/{id}");
        HttpResponse::Accepted().insert_header(("location", at)).json(Self { proposal, position: position.0 })
    }
}
