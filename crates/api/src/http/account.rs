//! An account, as the rest of the server knows it.

use casework::access::Asker;
use domain::ids::{AccountId, GrantId};
use domain::vocabulary::Role;
use uuid::Uuid;

/// An account that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id; `account/<id>` is the leaf's `actor`.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The roles it may act in. Until access rules are adopted the first account may act in all;
    /// from then on those of grants that are in force.
    pub roles: Vec<Role>,
    /// The token it was known by.
    pub token_id: Uuid,
    /// Grants that the token is confined to; all of the account's where there are none.
    pub grant_ids: Vec<GrantId>,
}

impl Account {
    /// The account as use cases ask what it may do, in a role.
    pub fn asker(&self, role: Role) -> Asker {
        Asker { account: AccountId(self.id), role, grant_ids: self.grant_ids.clone() }
    }
}
