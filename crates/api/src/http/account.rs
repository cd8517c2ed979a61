//! An account, as the rest of the server knows it.

use casework::access::Asker;
use chrono::{DateTime, Utc};
use domain::ids::{AccountId, GrantId};
use domain::vocabulary::Role;
use identity::secrets::Digest;
use std::sync::Arc;
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
    /// By what it is known.
    pub known_by: KnownBy,
    /// Grants that the token is confined to; all of the account's where there are none.
    pub grant_ids: Vec<GrantId>,
}

/// By what an account is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// By nothing: a stranger, of no account, on a route that is for them.
    Nothing,
    /// By a token of ours.
    Token(Uuid),
    /// By the cookie of a sign-in.
    SignIn {
        /// The SHA-256 of its cookie.
        digest: Digest,
        /// The token that it came from.
        token: Option<Uuid>,
        /// When it ends without another request.
        expires_at: DateTime<Utc>,
        /// Whether nothing can be done but setting a second factor.
        only_enrols: bool,
    },
    /// By a token of an identity provider.
    Provider {
        /// When it ends.
        expires_at: DateTime<Utc>,
        /// The provider.
        issuer: Arc<str>,
        /// Its name for them: once that is bound to the account no more, neither is the token.
        subject: Arc<str>,
    },
}

impl KnownBy {
    /// The token of ours that it is, or came from.
    pub const fn token(&self) -> Option<Uuid> {
        match self {
            Self::Token(token) => Some(*token),
            Self::SignIn { token, .. } => *token,
            Self::Nothing | Self::Provider { .. } => None,
        }
    }
}

impl Account {
    /// The account as use cases ask what it may do, in a role.
    pub fn asker(&self, role: Role) -> Asker {
        Asker { account: AccountId(self.id), role, grant_ids: self.grant_ids.clone() }
    }
}
