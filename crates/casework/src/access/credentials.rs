//! What a person signs in with: setting it, and finding whom it belongs to. The secrets lie in boxes of class `identity`,
//! each under a subject of its own (docs/adr/0007); here they are handed in hashed or whole, and nothing is compared.

use crate::access::accounts::AccountOutcome;
use crate::access::held::{self, Held};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::governed::{Draft, Governed};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use chrono::{DateTime, Utc};
use domain::account::{self, Account, AccountEvent, Login};
use domain::ids::AccountId;
use domain::refusal::Refusal;
use domain::vocabulary::SecondFactor;
use event_store::{Hash, StreamId};
use serde_json::Value;

/// What was shown by whoever sets a password.
#[derive(Clone, Copy, Debug)]
pub enum ShownToSet<'a> {
    /// An enrolment code of this hash.
    Enrolment(&'a Hash),
    /// The password that the account had, looked at since this version of its stream ([`Casework::signs_in_since`]).
    Password(u64),
}

impl Casework {
    /// The account of a login.
    pub fn of_login(&self, login: &Login) -> Option<AccountId> {
        let reference = self.reference();
        let is_it = |held: &&str| Login::read(held).is_ok_and(|held| held == *login);
        let named = |identity: &crate::access::identity::Identity| identity.login.as_deref().filter(is_it).is_some();
        reference.identities.iter().find(|(_, identity)| named(identity)).map(|(account, _)| *account)
    }

    /// The account to which an identity at a provider is bound.
    pub fn of_identity(&self, issuer: &str, subject: &str) -> Option<AccountId> {
        self.reference().held.by_identity(issuer, subject)
    }

    /// The account of an enrolment code, while it can be used.
    pub fn of_enrolment(&self, code: &Hash) -> Option<AccountId> {
        self.reference().held.by_enrolment(code, self.clock_now())
    }

    /// What an account signs in with.
    pub fn held(&self, account: AccountId) -> Option<Held> {
        self.reference().held.of(account).cloned()
    }

    /// Version of an account's stream at which what it signs in with changed last. To be asked before that is compared with
    /// what somebody shows, and again when anything is made of it.
    pub fn signs_in_since(&self, account: AccountId) -> Option<u64> {
        Some(self.reference().accounts.get(account)?.credentials.since)
    }

    /// Whether what an account signs in with is still what it was.
    pub fn signs_in_still(&self, account: AccountId, since: u64) -> bool {
        let reference = self.reference();
        reference.accounts.get(account).is_some_and(|known| account::unchanged_since(known, since).is_ok())
    }

    /// The login of an account.
    pub fn login_of(&self, account: AccountId) -> Option<String> {
        self.reference().identities.get(&account)?.login.clone()
    }

    /// Issues an enrolment code of this hash: what the person signed in with before ends with it. Answers until when it can
    /// be used.
    #[boxed(?Send)]
    pub async fn issue_enrolment(
        &self,
        call: &CommandContext,
        id: AccountId,
        code: &Hash,
    ) -> AccountOutcome<(AccountId, DateTime<Utc>)> {
        let now = self.clock_now();
        let part = held::part_of_enrolment(code);
        let ran = self
            .set_credential(call, id, part, |known, _| account::issue_enrolment(known, call.account(), now))
            .await?;
        let until = now + account::ENROLMENT_LIFE;
        Ok(ran.map(|Governed { made, reference, position }| Governed { made: (made, until), reference, position }))
    }

    /// Lets an administrator in again by a code of this hash.
    #[boxed(?Send)]
    pub async fn recover_account(
        &self,
        call: &CommandContext,
        id: AccountId,
        code: &Hash,
    ) -> AccountOutcome<(AccountId, DateTime<Utc>)> {
        let now = self.clock_now();
        let (stream, part) = (StreamId::of("account", id.0), held::part_of_enrolment(code));
        self.govern(call, Some(&stream), None, |draft| {
            let known = draft.reference.accounts.get(id).ok_or(Failure::NotFound)?;
            let events = account::recover(known, now)?;
            draft.say("identity", part.clone());
            draft.write(stream.clone(), events)?;
            Ok((id, now + account::ENROLMENT_LIFE))
        })
        .await
    }

    /// Sets the password of which this is kept. What was shown for it is still what it was.
    pub async fn set_password(
        &self,
        call: &CommandContext,
        id: AccountId,
        argon2id: &str,
        shown: ShownToSet<'_>,
    ) -> AccountOutcome<AccountId> {
        let now = self.clock_now();
        self.set_credential(call, id, held::part_of_password(argon2id), |known, draft| {
            let waits = draft.reference.held.of(id).and_then(|held| held.enrolment.as_ref());
            match shown {
                ShownToSet::Enrolment(code) if waits.is_none_or(|(hash, _)| hash != code) => {
                    return Err(Refusal::new(domain::refusal::Code::NotEnrolled));
                }
                ShownToSet::Enrolment(_) => {}
                ShownToSet::Password(since) => account::unchanged_since(known, since)?,
            }
            account::set_password(known, now)
        })
        .await
    }

    /// Sets the second factor with this secret, in base32, which was shown to whoever signed in by what there was since that
    /// version of the account's stream.
    #[boxed(?Send)]
    pub async fn set_second_factor(
        &self,
        call: &CommandContext,
        id: AccountId,
        secret: &str,
        since: u64,
    ) -> AccountOutcome<AccountId> {
        let part = held::part_of_second_factor(secret);
        self.set_credential(call, id, part, |known, _| {
            account::unchanged_since(known, since)?;
            account::set_second_factor(known, SecondFactor::Totp)
        })
        .await
    }

    /// Binds an identity at a provider.
    #[boxed(?Send)]
    pub async fn bind_identity(
        &self,
        call: &CommandContext,
        id: AccountId,
        issuer: &str,
        subject: &str,
    ) -> AccountOutcome<AccountId> {
        let part = held::part_of_identity(issuer, subject);
        self.set_credential(call, id, part, |known, draft| {
            let is_taken = draft.reference.held.by_identity(issuer, subject).is_some();
            account::bind_identity(known, call.account(), is_taken)
        })
        .await
    }

    async fn set_credential(
        &self,
        call: &CommandContext,
        id: AccountId,
        part: Value,
        decide: impl Fn(&Account, &Draft<'_>) -> Result<AccountEvent, Refusal>,
    ) -> AccountOutcome<AccountId> {
        let stream = StreamId::of("account", id.0);
        self.govern(call, Some(&stream), None, |draft| {
            let known = draft.reference.accounts.get(id).ok_or(Failure::NotFound)?;
            let event = decide(known, draft)?;
            draft.say("identity", part.clone());
            draft.write(stream.clone(), [event])?;
            Ok(id)
        })
        .await
    }
}
