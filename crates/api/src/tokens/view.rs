//! Accounts and tokens in an answer. A secret is not part of them: it is shown once, beside the token.

use crate::http::response::absent;
use crate::http::response::business_time;
use crate::openapi::vocabulary;
use crate::state::Snapshot;
use casework::loaded::instant;
use domain::account::{Account, Token};
use domain::ids::TokenId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A bearer token and the account it speaks for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Token, example = json!({
    "id": "0198f3c5-0000-7000-8000-000000000002", "account_id": "0198f3c5-0000-7000-8000-000000000001",
    "name": "太平网格联络员", "roles": ["liaison"], "issued_at": "2026-11-24T09:00:00+08:00",
    "expires_at": "2027-11-24T09:00:00+08:00"
}))]
pub struct TokenView {
    /// Its id, which is no secret.
    pub id: Uuid,
    /// The account.
    pub account_id: Uuid,
    /// What it is for, where that was said; else the name of the account.
    pub name: String,
    /// Grants that it is confined to; absent where it uses all of its account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant_ids: Vec<Uuid>,
    /// Roles in which the account may act.
    #[schema(value_type = Vec<vocabulary::Role>)]
    pub roles: Vec<&'static str>,
    /// When it was issued.
    pub issued_at: String,
    /// From when on it is refused; absent where it does not expire.
    #[serde(skip_serializing_if = "absent")]
    pub expires_at: Option<String>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "absent")]
    pub revoked_at: Option<String>,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

impl TokenView {
    /// A token of an account.
    pub fn of(id: TokenId, account: &Account, token: &Token, snapshot: &Snapshot) -> Self {
        let zone = snapshot.reference.time_zone();
        Self {
            id: id.0,
            account_id: account.id.0,
            name: token.name.clone().unwrap_or_else(|| account.name.clone()),
            grant_ids: token.grant_ids.iter().map(|grant| grant.0).collect(),
            roles: account.roles.iter().map(|role| role.as_str()).collect(),
            issued_at: business_time(token.issued_at, zone),
            expires_at: token.expires_at_ms.map(|ms| business_time(instant(ms), zone)),
            revoked_at: token.revoked_at.map(|at| business_time(at, zone)),
            as_of_position: None,
        }
    }
}
