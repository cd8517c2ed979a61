//! What accounts sign in with, opened from the boxes of their events: an argon2id string, the secret of a second factor,
//! names at a provider, the hash of an enrolment code. It is in memory while the server runs, as the hashes of tokens are.

use crate::personal::Part;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use domain::account::AccountEvent;
use domain::ids::AccountId;
use event_store::Hash;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What one account signs in with.
#[derive(Clone, Default)]
pub struct Held {
    /// The SHA-256 of an enrolment code that was not used yet, and until when it can be.
    pub enrolment: Option<(Hash, i64)>,
    /// The argon2id string of its password.
    pub password: Option<Arc<str>>,
    /// The secret of its second factor, in base32.
    pub second_factor: Option<Arc<str>>,
    /// Its identities: issuer and subject.
    pub identities: Vec<(Arc<str>, Arc<str>)>,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

/// What all accounts sign in with.
#[derive(Clone, Debug, Default)]
pub struct AllHeld(BTreeMap<AccountId, Held>);

/// The payload of a box, by what it says.
pub(crate) fn part_of_enrolment(code: &Hash) -> Value {
    json!({"code_sha256": STANDARD.encode(code)})
}

pub(crate) fn part_of_password(argon2id: &str) -> Value {
    json!({"argon2id": argon2id})
}

pub(crate) fn part_of_second_factor(base32: &str) -> Value {
    json!({"totp_secret": base32})
}

pub(crate) fn part_of_identity(issuer: &str, subject: &str) -> Value {
    json!({"issuer": issuer, "provider_subject": subject})
}

impl AllHeld {
    /// Takes one more event of an account into account, with the box of it, if that could be opened.
    pub(crate) fn apply(&mut self, account: AccountId, event: &AccountEvent, part: Option<&Part>) {
        let text = |field: &str| part.and_then(|part| part.text(field)).map(Arc::<str>::from);
        let held = self.0.entry(account).or_default();
        match event {
            AccountEvent::EnrolmentIssued(issued) => {
                let code = text("code_sha256").and_then(|text| STANDARD.decode(&*text).ok()?.try_into().ok());
                // What was set or bound before ends with it.
                *held = Held { enrolment: code.map(|code| (code, issued.expires_at)), ..Held::default() };
            }
            AccountEvent::PasswordSet(_) => {
                held.enrolment = None;
                held.password = text("argon2id");
            }
            AccountEvent::SecondFactorSet(_) => held.second_factor = text("totp_secret"),
            AccountEvent::IdentityBound(_) => held.identities.extend(text("issuer").zip(text("provider_subject"))),
            AccountEvent::Created(_)
            | AccountEvent::GrantGiven(_)
            | AccountEvent::GrantEnded(_)
            | AccountEvent::Suspended(_)
            | AccountEvent::Reinstated(_)
            | AccountEvent::TokenIssued(_)
            | AccountEvent::TokenRevoked(_)
            | AccountEvent::Recovered(_) => {}
        }
    }

    /// What an account signs in with.
    pub fn of(&self, account: AccountId) -> Option<&Held> {
        self.0.get(&account)
    }

    /// The account with an enrolment code that can be used.
    pub fn by_enrolment(&self, code: &Hash, now: DateTime<Utc>) -> Option<AccountId> {
        let can_be_used = |held: &Held| {
            held.enrolment.as_ref().is_some_and(|(hash, until)| hash == code && now.timestamp_millis() < *until)
        };
        self.0.iter().find(|(_, held)| can_be_used(held)).map(|(account, _)| *account)
    }

    /// The account to which an identity is bound.
    pub fn by_identity(&self, issuer: &str, subject: &str) -> Option<AccountId> {
        let is_it = |held: &Held| held.identities.iter().any(|(i, s)| &**i == issuer && &**s == subject);
        self.0.iter().find(|(_, held)| is_it(held)).map(|(account, _)| *account)
    }
}
