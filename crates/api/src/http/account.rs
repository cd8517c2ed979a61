//! An account, as the rest of the server knows it.

use domain::vocabulary::Role;
use uuid::Uuid;

/// An account that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id; `account/<id>` is the leaf's `actor`.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The roles it may act in. The first token's account may act in all until access rules are adopted.
    pub roles: Vec<Role>,
    /// The token it was known by.
    pub token_id: Uuid,
}
