//! A proposal in an answer, with the request that it holds where it is read by itself.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary as schema;
use crate::proposals::withheld;
use casework::access::ProposedRequest;
use casework::access::proposals::RequestTold;
use casework::loaded::Loaded;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::access::Action;
use domain::ids::ProposalId;
use domain::proposal::Proposal;
use domain::vocabulary::ProposalState;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// 提请事项。Something that takes two persons: proposed by one, decided on by another.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Proposal, example = json!({
    "id": "0198f3c5-0000-7000-8000-000000000021", "action": "policy.adopt", "state": "pending",
    "proposed_by": "0198f3c5-0000-7000-8000-000000000011", "proposed_at": "2026-11-30T09:00:00+08:00",
    "expires_at": "2026-12-14T09:00:00+08:00", "approved_by": ["congress_office"], "version": 1
}))]
pub struct ProposalView {
    /// Its id.
    pub id: Uuid,
    /// The action of the access table.
    pub action: &'static str,
    /// How it stands.
    #[schema(value_type = schema::ProposalState)]
    pub state: &'static str,
    /// The stream that it would change, where there is one already.
    #[serde(skip_serializing_if = "absent")]
    #[schema(example = "account/0198f3c5-0000-7000-8000-000000000011")]
    pub target: Option<String>,
    /// The account that proposed it.
    #[serde(skip_serializing_if = "absent")]
    pub proposed_by: Option<Uuid>,
    /// When.
    #[schema(format = DateTime)]
    pub proposed_at: String,
    /// Until when it can be decided on.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Roles that decide on it.
    #[schema(value_type = Vec<schema::Role>)]
    pub approved_by: Vec<&'static str>,
    /// The account that decided, or took it back.
    #[serde(skip_serializing_if = "absent")]
    pub decided_by: Option<Uuid>,
    /// When.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub decided_at: Option<String>,
    /// The request as it was sent; where the proposal is read by itself.
    #[serde(skip_serializing_if = "absent")]
    pub request: Option<RequestView>,
    /// 请求内容已随其所涉人员的个人信息删除。True where the request was erased with the data of the people it is about.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub erased: bool,
    /// 请求内容不显示，及其原因；提请人和审批人总能看到。The request is not shown, and why; whoever proposed it, and whoever decides on such,
    /// is always shown it.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
    /// Version of its stream, as in `ETag`.
    pub version: u64,
}

/// 所提请的请求。The request that is done when it is approved of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ProposedRequest)]
pub struct RequestView {
    /// The method.
    #[schema(example = "POST")]
    pub method: String,
    /// The path, with its query.
    #[schema(example = "/v1/policies")]
    pub path: String,
    /// 请求体；其中的查询码不显示，以 `"withheld":true` 代替。The body; a receipt code in it is told to nobody, and
    /// `"withheld":true` stands for it.
    #[schema(value_type = Object)]
    pub body: Value,
}

impl ProposalView {
    /// A proposal at an instant, in the town's time.
    pub fn of(id: ProposalId, loaded: &Loaded<Proposal>, now: DateTime<Utc>, town: Tz) -> Self {
        let proposal = &loaded.state;
        let time = |at: DateTime<Utc>| business_time(at, town);
        let action = proposal.action.map_or("", Action::as_str);
        let approvers = proposal.action.map_or("", |action| action.row().approved_by);
        Self {
            id: id.0,
            action,
            state: proposal.state_at(now).unwrap_or(ProposalState::Pending).as_str(),
            target: proposal.target.clone(),
            proposed_by: proposal.by.map(|by| by.0),
            proposed_at: proposal.made_at.map(time).unwrap_or_default(),
            expires_at: proposal.expires_at().map(time).unwrap_or_default(),
            approved_by: approvers.split('+').filter(|role| !["", "-"].contains(role)).collect(),
            decided_by: proposal.decided_by.map(|by| by.0),
            decided_at: proposal.decided_at.map(time),
            request: None,
            erased: false,
            withheld: None,
            version: loaded.version.0,
        }
    }

    /// With the request that it holds, unless that was erased or is withheld.
    #[must_use]
    pub fn with(mut self, request: RequestTold) -> Self {
        let request = match request {
            RequestTold::Told(request) => request,
            RequestTold::Erased => return Self { erased: true, ..self },
            RequestTold::Withheld(why) => return Self { withheld: Some(why.into()), ..self },
        };
        let ProposedRequest { method, path, query, body } = request;
        let path = if query.is_empty() { path } else { format!("{path}?{query}") };
        // It was read as JSON before it was proposed.
        let body = withheld::to_deciders(serde_json::from_str(&body).unwrap_or(Value::Null));
        self.request = Some(RequestView { method, path, body });
        self
    }
}

/// What takes two persons was proposed: another approves by `POST /v1/proposals/{id}/decision`, and it is done then.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; problem/proposed.rs writes it")]
#[schema(example = json!({"proposal": {"id": "0198f3c5-0000-7000-8000-000000000021", "action": "policy.adopt",
    "state": "pending", "expires_at": "2026-12-14T09:00:00+08:00"}, "position": 1042}))]
pub struct ProposalMade {
    /// The proposal.
    proposal: PendingProposal,
    /// Where it is recorded.
    position: u64,
}

/// A proposal that was just made.
#[derive(ToSchema)]
#[expect(dead_code, reason = "likewise")]
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
