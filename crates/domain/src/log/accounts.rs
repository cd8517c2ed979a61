//! Accounts and their tokens. A token's secret is shown once and kept nowhere; its hash lies in a box, which whoever
//! folds the log opens beside this state.

use super::{AccountCreated, AccountEvent, TokenIssued, TokenRevoked};
use crate::ids::{AccountId, TokenId};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::Role;
use crate::{Stamp, text};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The most tokens that one account may have issued, so that an account's state stays small.
const MAX_TOKENS: usize = 1000;

/// Who may ask and command: an office, a program, or a person by their duty; its tokens are its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Roles in which it may act, each once.
    pub roles: Vec<Role>,
    /// Every token ever issued to it.
    pub tokens: BTreeMap<TokenId, Token>,
    /// Version of its stream.
    pub version: u64,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Instant from which it is refused, ms since 1970 UTC; absent where it does not expire.
    pub expires_at_ms: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Token {
    /// Whether it is accepted at an instant: neither revoked nor expired.
    pub fn good_at(&self, now: DateTime<Utc>) -> bool {
        let expired = self.expires_at_ms.is_some_and(|at| at <= now.timestamp_millis());
        self.revoked_at.is_none() && !expired
    }
}

/// Every account: the fold of all streams `account/<uuid>`. The id is in the stream's name, hence
/// [`Accounts::apply`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    accounts: BTreeMap<AccountId, Account>,
    owner_of: BTreeMap<TokenId, AccountId>,
}

impl Accounts {
    /// Takes one more event of the stream `account/<id>` into account.
    pub fn apply(&mut self, id: AccountId, event: &AccountEvent, at: &Stamp) {
        if let AccountEvent::Created(created) = event {
            let account = Account {
                id,
                name: created.name.clone(),
                roles: created.roles.clone(),
                tokens: BTreeMap::new(),
                version: at.version,
            };
            self.accounts.insert(id, account);
        }
        let Some(account) = self.accounts.get_mut(&id) else {
            return;
        };
        account.version = at.version;
        match event {
            AccountEvent::Created(_) => {}
            AccountEvent::TokenIssued(issued) => {
                self.owner_of.insert(issued.token_id, id);
                let token = Token { issued_at: at.occurred_at, expires_at_ms: issued.expires_at, revoked_at: None };
                account.tokens.insert(issued.token_id, token);
            }
            AccountEvent::TokenRevoked(revoked) => {
                if let Some(token) = account.tokens.get_mut(&revoked.token_id) {
                    token.revoked_at = Some(at.occurred_at);
                }
            }
        }
    }

    /// The account with this id, whether or not a token of it is good.
    pub fn get(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    /// Every account, by id.
    pub fn all(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// A token and the account it belongs to.
    pub fn token(&self, id: TokenId) -> Option<(&Account, &Token)> {
        let account = self.accounts.get(self.owner_of.get(&id)?)?;
        account.tokens.get(&id).map(|token| (account, token))
    }

    /// Accounts whose name looks like this one but is another, such as one with a Cyrillic letter for a Latin one; by id.
    pub fn looking_like(&self, name: &str) -> impl Iterator<Item = &Account> {
        let alike = text::looks_like(name);
        self.accounts.values().filter(move |account| alike(&account.name))
    }
}

/// Creates an account under a name of its own.
///
/// Errors: those of [`text::official`] at `/name`; [`Code::NoRole`], [`Code::Duplicate`] at `/roles`;
/// [`Code::NameTaken`].
pub fn create(accounts: &Accounts, name: &str, roles: &[Role]) -> Result<AccountEvent, Refusal> {
    let name = text::official(name).map_err(|refusal| refusal.at("/name"))?;
    roles_fit(roles)?;
    let key = text::name_key(&name);
    if accounts.all().any(|other| text::name_key(&other.name) == key) {
        return Err(Refusal::new(Code::NameTaken));
    }
    let roles = roles.to_vec();
    Ok(AccountEvent::Created(AccountCreated { name, roles }))
}

/// An account has at least one role, and each once.
///
/// Errors at `/roles`: [`Code::NoRole`], [`Code::Duplicate`].
pub fn roles_fit(roles: &[Role]) -> Result<(), Refusal> {
    if roles.is_empty() {
        Err(Refusal::new(Code::NoRole).at("/roles"))
    } else if (1..roles.len()).any(|n| roles[..n].contains(&roles[n])) {
        Err(Refusal::new(Code::Duplicate).at("/roles"))
    } else {
        Ok(())
    }
}

/// Issues a token to an account. `token_id` is new; `expires_at` lies ahead.
///
/// Errors: [`Code::OutOfRange`] at `/expires_at` for an instant that has passed; [`Code::AlreadyIssued`];
/// [`Code::TooMany`] when the account has 1,000 tokens.
pub fn issue_token(
    accounts: &Accounts,
    account: &Account,
    token_id: TokenId,
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<AccountEvent, Refusal> {
    if let Some(at) = expires_at {
        expires_later(at, now)?;
    }
    if accounts.token(token_id).is_some() {
        return Err(Refusal::new(Code::AlreadyIssued));
    }
    if account.tokens.len() >= MAX_TOKENS {
        return Err(Refusal::new(Code::TooMany));
    }
    let expires_at = expires_at.map(|at| at.timestamp_millis());
    Ok(AccountEvent::TokenIssued(TokenIssued { token_id, expires_at }))
}

/// A token ends after it begins.
///
/// Errors: [`Code::OutOfRange`] at `/expires_at`.
pub fn expires_later(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if expires_at > now {
        return Ok(());
    }
    Err(Refusal::new(Code::OutOfRange)
        .at("/expires_at")
        .because("令牌的失效时间须在将来。", "A token must expire in the future."))
}

/// Revokes a token of an account.
///
/// Errors: [`Code::UnknownToken`], [`Code::AlreadyRevoked`].
pub fn revoke_token(account: &Account, token_id: TokenId) -> Result<AccountEvent, Refusal> {
    let token = account.tokens.get(&token_id).ok_or(Code::UnknownToken)?;
    if token.revoked_at.is_some() {
        return Err(Refusal::new(Code::AlreadyRevoked));
    }
    Ok(AccountEvent::TokenRevoked(TokenRevoked { token_id }))
}
