//! What was proposed about people who are erased: the body of a proposal says in words what its reception or issue is held
//! for, and may hold a receipt code.

use super::targets::of_proposal;
use crate::access::ProposedRequest;
use crate::casework::Casework;
use crate::read::loaded::Loaded;
use crate::write::failure::Failure;
use domain::erasure::Target;
use domain::proposal::Proposal;
use event_store::StreamId;
use serde_json::Value;
use std::collections::BTreeSet;

impl Casework {
    /// The bodies of all proposals so far that would change a stream of these targets, or that name its thing by id or by
    /// receipt code.
    pub(super) async fn targets_of_proposals(&self, targets: &[Target]) -> Result<Vec<Target>, Failure> {
        let streams: BTreeSet<&str> = targets.iter().map(|target| target.stream.as_str()).collect();
        let uuid = |stream: &&str| StreamId::new(*stream).and_then(|stream| stream.uuid()).map(|id| id.to_string());
        let ids: BTreeSet<String> = streams.iter().filter_map(uuid).collect();
        let mut found = Vec::new();
        for (id, proposal) in self.proposals().await? {
            let changes = proposal.state.target.as_deref().is_some_and(|target| streams.contains(target));
            if changes || self.names_any(&proposal, &ids).await? {
                found.extend(of_proposal(&proposal, id).map(|seen| seen.target));
            }
        }
        Ok(found)
    }

    async fn names_any(&self, proposal: &Loaded<Proposal>, ids: &BTreeSet<String>) -> Result<bool, Failure> {
        let Some(ProposedRequest { path, body, .. }) = self.proposed_request_unless_erased(proposal).await? else {
            return Ok(false);
        };
        if ids.iter().any(|id| path.contains(id) || body.to_ascii_lowercase().contains(id)) {
            return Ok(true);
        }
        let mut codes = Vec::new();
        // It was read as JSON before it was proposed.
        receipt_codes(&serde_json::from_str(&body).unwrap_or(Value::Null), &mut codes);
        for code in codes {
            let issue = self.look_up_receipt(&code).await?.filter(|found| found.holds);
            if issue.is_some_and(|found| ids.contains(&found.issue.to_string())) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The receipt codes in a body, at any depth.
fn receipt_codes(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("receipt_code").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| receipt_codes(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| receipt_codes(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
