//! Accounts and grants in an answer. What a person is called and signs in with is shown to whoever may see it.

use crate::http::account::Account as Asking;
use crate::http::response::absent;
use crate::openapi::vocabulary as schema;
use crate::state::Snapshot;
use casework::access::identity::Identity;
use chrono::NaiveDate;
use domain::account::{Account, Grant, holding};
use domain::ids::GrantId;
use domain::vocabulary::{Dormant, Role};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 账户。An account: a person by their duty, or a program.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Account, example = json!({
    "id": "0198f3c5-0000-7000-8000-000000000011", "name": "太平网格联络员", "holder": "person", "state": "active",
    "grants": [{"id": "0198f3c5-0000-7000-8000-000000000012", "role": "liaison",
        "area_id": "0198f3c1-0000-7000-8000-000000000002", "in_force": true}],
    "enrolled": false, "version": 2
}))]
pub struct AccountView {
    /// Its id; leaves name it as `account/<id>`.
    pub id: Uuid,
    /// Its name; of a person their duty.
    pub name: String,
    /// Who acts by it.
    #[schema(value_type = schema::Holder)]
    pub holder: &'static str,
    /// Whether it is let in.
    #[schema(value_type = schema::AccountState)]
    pub state: &'static str,
    /// What a person signs in with; for administrators, auditors and the account itself.
    #[serde(skip_serializing_if = "absent")]
    pub login: Option<String>,
    /// What a person is called; likewise.
    #[serde(skip_serializing_if = "absent")]
    pub person_name: Option<String>,
    /// Roles in which it acts until access rules are adopted; absent where it acts by grants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<schema::Role>)]
    pub roles: Vec<&'static str>,
    /// Its grants, in the order given; ended ones too.
    pub grants: Vec<GrantView>,
    /// Whether a person can sign in as every role needs it.
    pub enrolled: bool,
    /// Version of its stream, as in `ETag`.
    pub version: u64,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// 授权。A grant: a role, on a grid, for a delegate or an office, perhaps until a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Grant, example = json!({"id": "0198f3c5-0000-7000-8000-000000000012", "role": "liaison",
    "area_id": "0198f3c1-0000-7000-8000-000000000002", "in_force": true}))]
pub struct GrantView {
    /// Its id.
    pub id: Uuid,
    /// The role.
    #[schema(value_type = schema::Role)]
    pub role: &'static str,
    /// The grid of a convener or a liaison.
    #[serde(skip_serializing_if = "absent")]
    pub area_id: Option<Uuid>,
    /// The delegate who acts by it.
    #[serde(skip_serializing_if = "absent")]
    pub delegate_id: Option<Uuid>,
    /// The office that acts by it.
    #[serde(skip_serializing_if = "absent")]
    pub office_id: Option<Uuid>,
    /// Its last day.
    #[serde(skip_serializing_if = "absent")]
    pub until_on: Option<NaiveDate>,
    /// Whether it gives anything now.
    pub in_force: bool,
    /// Why it gives nothing.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<schema::Dormant>)]
    pub dormant: Option<&'static str>,
}

impl GrantView {
    /// A grant of an account at a moment.
    pub fn of(id: GrantId, account: &Account, grant: &Grant, snapshot: &Snapshot) -> Self {
        let held = holding(account, grant, snapshot.reference.offices_of_town(snapshot.today));
        let given = &grant.given;
        Self {
            id: id.0,
            role: given.role.as_str(),
            area_id: given.area_id.map(|id| id.0),
            delegate_id: given.delegate_id.map(|id| id.0),
            office_id: given.office_id.map(|id| id.0),
            until_on: given.until_on,
            in_force: held.is_ok(),
            dormant: held.err().map(Dormant::as_str),
        }
    }

    /// Every grant of an account, in the order given.
    pub fn all(account: &Account, snapshot: &Snapshot) -> Vec<Self> {
        account.grants.iter().map(|(id, grant)| Self::of(*id, account, grant, snapshot)).collect()
    }
}

impl AccountView {
    /// An account at a moment, as somebody may see it.
    pub fn of(account: &Account, snapshot: &Snapshot, asking: &Asking, role: Option<Role>) -> Self {
        let sees = asking.id == account.id.0 || matches!(role, Some(Role::Administrator | Role::Auditor));
        let identity = snapshot.reference.identities.get(&account.id).filter(|_| sees).cloned();
        let Identity { login, person_name } = identity.unwrap_or_default();
        Self {
            id: account.id.0,
            name: account.name.clone(),
            holder: account.holder.as_str(),
            state: account.state.as_str(),
            login,
            person_name,
            roles: account.roles.iter().map(|role| role.as_str()).collect(),
            grants: GrantView::all(account, snapshot),
            enrolled: account.credentials.enrolled(),
            version: account.version,
            as_of_position: None,
        }
    }
}
