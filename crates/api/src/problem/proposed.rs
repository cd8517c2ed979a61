//! The answer to a command that takes two persons: it was proposed, and nothing else was done. Its shape is documented beside
//! the proposals (`proposals/view.rs`).

use crate::http::response::business_time;
use actix_web::HttpResponse;
use casework::access::two_persons::Proposed;
use domain::vocabulary::ProposalState;
use serde_json::json;

/// 202, and where the proposal is.
pub(crate) fn answer(proposed: &Proposed) -> HttpResponse {
    let Proposed { id, action, expires_at, town, position } = *proposed;
    let state = ProposalState::Pending.as_str();
    let expires_at = business_time(expires_at, town);
    let proposal = json!({"id": id.0, "action": action.as_str(), "state": state, "expires_at": expires_at});
    let at = format!("/v1/proposals/{id}");
    HttpResponse::Accepted().insert_header(("location", at)).json(json!({"proposal": proposal, "position": position.0}))
}
