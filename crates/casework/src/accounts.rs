//! Accounts and their bearer tokens. A token's secret is shown once; what is kept of it is its SHA-256, sealed in the
//! box of `account.token_issued` (docs/adr/0007).

use crate::casework::Casework;
use crate::governed::Governed;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use base64::Engine as _;
use chrono::{DateTime, Utc};
use domain::ids::{AccountId, TokenId};
use domain::log;
use domain::vocabulary::Role;
use event_store::{Hash, StreamId};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Who a token speaks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Roles in which it may act.
    pub roles: Vec<Role>,
    /// The token.
    pub token: TokenId,
}

/// A token whose secret is known, this once.
#[derive(Clone)]
pub struct FreshToken {
    /// Its id.
    pub id: TokenId,
    /// The text a client sends: `huiyin_` and 43 characters of base64url (32 random bytes).
    pub text: String,
}

impl std::fmt::Debug for FreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FreshToken({})", self.id)
    }
}

impl FreshToken {
    /// Draws a secret.
    pub fn draw(id: TokenId) -> Self {
        let secret: [u8; 32] = event_store::secret_bytes();
        let text = format!("huiyin_{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(secret));
        Self { id, text }
    }

    /// The hash of the secret, for the box of its event.
    pub(crate) fn part(&self) -> Value {
        json!({"token_sha256": base64::engine::general_purpose::STANDARD.encode(hash(&self.text))})
    }
}

/// SHA-256 of a token's text. The secret has 256 bits, so no slow hash is needed against guessing.
fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

impl Casework {
    /// Whom a token speaks for now; `None` when it is unknown, revoked or past its time.
    ///
    /// Tokens are found by their hash, so that the time a look-up takes says nothing about a secret. They end by the
    /// clock, not by the newest leaf: one recorded under a wrong clock ends nobody's token.
    pub fn authenticate(&self, token: &str) -> Option<Caller> {
        let reference = self.reference();
        let (account, token) = *reference.secrets.get(&hash(token))?;
        if self.doubtful.holds(account) {
            // What was recorded of it may be the revocation of this very token.
            return None;
        }
        let (known, held) = reference.accounts.token(token)?;
        held.good_at(self.clock_now()).then(|| Caller {
            account,
            name: known.name.clone(),
            roles: known.roles.clone(),
            token,
        })
    }

    /// Whether a token is good still by which somebody was known before.
    pub fn is_good(&self, token: TokenId) -> bool {
        let reference = self.reference();
        reference
            .accounts
            .token(token)
            .is_some_and(|(account, held)| !self.doubtful.holds(account.id) && held.good_at(self.clock_now()))
    }

    /// Creates an account with its first token.
    pub async fn create_account(
        &self,
        call: &CommandContext,
        name: &str,
        roles: &[Role],
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Outcome<Governed<(AccountId, FreshToken)>>, Failure> {
        let id = AccountId(self.new_id());
        let fresh = FreshToken::draw(TokenId(self.new_id()));
        self.govern(call, None, None, |draft| {
            let stream = StreamId::of("account", id.0);
            let created = log::create(&draft.reference.accounts, name, roles)?;
            let account = log::Account {
                id,
                name: name.to_owned(),
                roles: roles.to_vec(),
                tokens: std::collections::BTreeMap::new(),
                version: 1,
            };
            let issued = log::issue_token(&draft.reference.accounts, &account, fresh.id, expires_at, self.clock_now())?;
            draft.say("identity", fresh.part());
            draft.write(stream, [created, issued])?;
            Ok((id, fresh.clone()))
        })
        .await
    }

    /// Issues another token to an account.
    pub async fn issue_token(
        &self,
        call: &CommandContext,
        account: AccountId,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Outcome<Governed<(AccountId, FreshToken)>>, Failure> {
        let fresh = FreshToken::draw(TokenId(self.new_id()));
        let stream = StreamId::of("account", account.0);
        self.govern(call, Some(&stream), None, |draft| {
            let accounts = &draft.reference.accounts;
            let known = accounts.get(account).ok_or(Failure::NotFound)?;
            let issued = log::issue_token(accounts, known, fresh.id, expires_at, self.clock_now())?;
            draft.say("identity", fresh.part());
            draft.write(stream.clone(), [issued])?;
            Ok((account, fresh.clone()))
        })
        .await
    }

    /// Revokes a token; it is refused from the answer on.
    pub async fn revoke_token(
        &self,
        call: &CommandContext,
        token: TokenId,
    ) -> Result<Outcome<Governed<AccountId>>, Failure> {
        let owner = self.reference().accounts.token(token).map(|(account, _)| account.id).ok_or(Failure::NotFound)?;
        let stream = StreamId::of("account", owner.0);
        self.govern(call, Some(&stream), None, |draft| {
            let account = draft.reference.accounts.get(owner).ok_or(Failure::NotFound)?;
            let revoked = log::revoke_token(account, token)?;
            draft.write(stream.clone(), [revoked])?;
            Ok(owner)
        })
        .await
    }
}
