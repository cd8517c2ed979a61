//! Accounts as their events made them. Secrets are not here: their hashes lie in boxes, which whoever folds the log opens
//! beside this state.

use super::{AccountCreated, AccountEvent, GrantGiven};
use crate::Stamp;
use crate::ids::{AccountId, GrantId, TokenId};
use crate::text;
use crate::vocabulary::{AccountState, Holder, Role};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Who may ask and command: an office, a program, or a person by their duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Who acts by it.
    pub holder: Holder,
    /// Roles in which it acts until access rules are adopted, each once.
    pub roles: Vec<Role>,
    /// Every grant ever given to it.
    pub grants: BTreeMap<GrantId, Grant>,
    /// Whether it is let in.
    pub state: AccountState,
    /// Every token ever issued to it.
    pub tokens: BTreeMap<TokenId, Token>,
    /// What a person has to sign in with.
    pub credentials: Credentials,
    /// Position of its first event: the account of the first start has the smallest.
    pub position: u64,
    /// Version of its stream.
    pub version: u64,
}

impl Account {
    /// As its first event made it.
    pub fn created(id: AccountId, created: &AccountCreated, position: u64) -> Self {
        Self {
            id,
            name: created.name.clone(),
            holder: created.holder.unwrap_or(Holder::Machine),
            roles: created.roles.clone(),
            grants: BTreeMap::new(),
            state: AccountState::Active,
            tokens: BTreeMap::new(),
            credentials: Credentials::default(),
            position,
            version: 1,
        }
    }

    /// Whether it is let in at all.
    pub fn is_active(&self) -> bool {
        self.state == AccountState::Active
    }

    /// Grants that were not ended, by whoever ends grants; whether they are in force is another question.
    pub fn standing(&self) -> impl Iterator<Item = &Grant> {
        self.grants.values().filter(|grant| !grant.ended)
    }
}

/// A grant: a ceiling of what the account may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// As it was given.
    pub given: GrantGiven,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// Whether somebody ended it.
    pub ended: bool,
}

/// What a person signs in with; only whether it is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// A password was set, and no enrolment issued since.
    pub password: bool,
    /// A second factor was set, and no enrolment issued since.
    pub second_factor: bool,
    /// An identity at a provider was bound, and no enrolment issued since.
    pub identity: bool,
    /// Until when the newest enrolment code can be used, ms since 1970 UTC; absent where there is none, or it was used.
    pub enrolment_until_ms: Option<i64>,
    /// Version of the account's stream at which its password, its second factor or its enrolment changed last, or whether it
    /// is let in: who was compared with what was there before shows nothing any more.
    pub since: u64,
}

impl Credentials {
    /// Whether a first password can be set by an enrolment code.
    pub fn can_enrol(&self, now: DateTime<Utc>) -> bool {
        self.enrolment_until_ms.is_some_and(|until| now.timestamp_millis() < until)
    }

    /// Whether somebody can sign in by them as every role needs it.
    pub fn enrolled(&self) -> bool {
        (self.password && self.second_factor) || self.identity
    }
}

impl AccountEvent {
    /// Whether it changes what somebody signs in with by a password, or whether they are let in.
    fn changes_sign_in(&self) -> bool {
        match self {
            Self::Suspended(_)
            | Self::Reinstated(_)
            | Self::Recovered(_)
            | Self::EnrolmentIssued(_)
            | Self::PasswordSet(_)
            | Self::SecondFactorSet(_) => true,
            Self::Created(_)
            | Self::GrantGiven(_)
            | Self::GrantEnded(_)
            | Self::IdentityBound(_)
            | Self::TokenIssued(_)
            | Self::TokenRevoked(_) => false,
        }
    }
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is for, where that was said; else what its account is called.
    pub name: Option<String>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Instant from which it is refused, ms since 1970 UTC; absent where it does not expire.
    pub expires_at_ms: Option<i64>,
    /// Grants that it uses; all of its account where none is named.
    pub grant_ids: Vec<GrantId>,
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
    /// Asked for with every request.
    first: Option<AccountId>,
}

impl Accounts {
    /// Takes one more event of the stream `account/<id>` into account.
    pub fn apply(&mut self, id: AccountId, event: &AccountEvent, at: &Stamp) {
        if let AccountEvent::Created(created) = event {
            self.accounts.insert(id, Account::created(id, created, at.position));
            self.first.get_or_insert(id);
        }
        let Some(account) = self.accounts.get_mut(&id) else {
            return;
        };
        account.version = at.version;
        if event.changes_sign_in() {
            account.credentials.since = at.version;
        }
        match event {
            AccountEvent::Created(_) | AccountEvent::Recovered(_) => {}
            AccountEvent::GrantGiven(given) => {
                let grant = Grant { given: given.clone(), given_at: at.occurred_at, ended: false };
                account.grants.insert(given.grant_id, grant);
            }
            AccountEvent::GrantEnded(ended) => {
                if let Some(grant) = account.grants.get_mut(&ended.grant_id) {
                    grant.ended = true;
                }
            }
            AccountEvent::Suspended(_) => account.state = AccountState::Suspended,
            AccountEvent::Reinstated(_) => account.state = AccountState::Active,
            // What was set before ends with it.
            AccountEvent::EnrolmentIssued(issued) => {
                account.credentials.password = false;
                account.credentials.second_factor = false;
                account.credentials.identity = false;
                account.credentials.enrolment_until_ms = Some(issued.expires_at);
            }
            // A code is used up by the password that is set with it.
            AccountEvent::PasswordSet(_) => {
                account.credentials.password = true;
                account.credentials.enrolment_until_ms = None;
            }
            AccountEvent::SecondFactorSet(_) => account.credentials.second_factor = true,
            AccountEvent::IdentityBound(_) => account.credentials.identity = true,
            AccountEvent::TokenIssued(issued) => {
                self.owner_of.insert(issued.token_id, id);
                let token = Token {
                    name: issued.name.clone(),
                    issued_at: at.occurred_at,
                    expires_at_ms: issued.expires_at,
                    grant_ids: issued.grant_ids.clone(),
                    revoked_at: None,
                };
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

    /// The account of the first start.
    pub fn first(&self) -> Option<&Account> {
        self.accounts.get(&self.first?)
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
