//! Accounts and their bearer tokens. A token's secret is shown once; what is kept of it is its SHA-256, sealed in the
//! box of `account.token_issued` (docs/adr/0007).

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::governed::Governed;
use crate::read::reference::Reference;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use base64::Engine as _;
use chrono::{DateTime, Utc};
use domain::access::{Action, Thing};
use domain::account::{self, AccountEvent, TokenDraft, roles_in_force};
use domain::ids::{AccountId, GrantId, TokenId};
use domain::refusal::{Code, Refusal};
use domain::vocabulary::{Holder, Role};
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
    /// The token, where it is by one that they are known.
    pub token: Option<TokenId>,
    /// Grants that the token is confined to; all of the account's where there are none.
    pub grant_ids: Vec<GrantId>,
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

/// A token to be issued to an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for.
    pub name: Option<String>,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// Grants that it uses; all of its account's where none is named.
    pub grant_ids: Vec<GrantId>,
}

impl Reference {
    /// Whom a token speaks for at an instant; nobody where it, or what it leans on, does not hold.
    fn speaker(&self, account: AccountId, token: TokenId, now: DateTime<Utc>) -> Option<Caller> {
        let (known, held) = self.accounts.token(token)?;
        let roles = self.roles_of(known, held, now)?;
        Some(Caller { account, name: known.name.clone(), roles, token: Some(token), grant_ids: held.grant_ids.clone() })
    }

    /// Whom an account speaks as that is known otherwise than by a token; nobody where it is suspended, or has no grant.
    fn known(&self, account: AccountId, now: DateTime<Utc>) -> Option<Caller> {
        let known = self.accounts.get(account).filter(|known| known.is_active())?;
        let granted = roles_in_force(known, &[], self.offices_of_town(self.town_date(now)));
        let is_first = self.accounts.first().is_some_and(|first| first.id == known.id);
        let roles = match &self.access.adopted {
            None if known.roles.is_empty() => granted,
            None => known.roles.clone(),
            Some(_) if is_first => vec![Role::Administrator],
            Some(_) => {
                known.standing().next()?;
                granted
            }
        };
        Some(Caller { account, name: known.name.clone(), roles, token: None, grant_ids: Vec::new() })
    }

    /// The roles in which a token lets its account act; `None` where it does not let it in at all. A token whose grants are
    /// all dormant does, so that it can be told why.
    fn roles_of(&self, known: &account::Account, held: &account::Token, now: DateTime<Utc>) -> Option<Vec<Role>> {
        if !held.good_at(now) || !known.is_active() {
            return None;
        }
        let Some(adopted) = &self.access.adopted else {
            let granted = roles_in_force(known, &held.grant_ids, self.offices_of_town(self.town_date(now)));
            return Some(if known.roles.is_empty() { granted } else { known.roles.clone() });
        };
        let is_first = self.accounts.first().is_some_and(|first| first.id == known.id);
        if is_first {
            // What it was given before adoption ends soon after it.
            let ends = (held.issued_at < adopted.at).then(|| self.access.first_token_ends()).flatten();
            return ends.is_none_or(|ends| now < ends).then(|| vec![Role::Administrator]);
        }
        known.standing().next()?;
        Some(roles_in_force(known, &held.grant_ids, self.offices_of_town(self.town_date(now))))
    }
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
        reference.speaker(account, token, self.clock_now())
    }

    /// Whom an account speaks as that has signed in, or is known by its identity at a provider.
    pub fn speaks(&self, account: AccountId) -> Option<Caller> {
        if self.doubtful.holds(account) {
            // What was recorded of it may be that it was suspended.
            return None;
        }
        self.reference().known(account, self.clock_now())
    }

    /// Whom a token speaks for that was known before.
    pub fn speaks_by(&self, token: TokenId) -> Option<Caller> {
        let reference = self.reference();
        let account = reference.accounts.token(token).map(|(account, _)| account.id)?;
        if self.doubtful.holds(account) {
            return None;
        }
        reference.speaker(account, token, self.clock_now())
    }

    /// Whether a token is good still by which somebody was known before.
    pub fn is_good(&self, token: TokenId) -> bool {
        let reference = self.reference();
        let known = reference.accounts.token(token);
        known.is_some_and(|(account, held)| {
            !self.doubtful.holds(account.id) && reference.roles_of(account, held, self.clock_now()).is_some()
        })
    }

    /// Creates an account that acts by its roles until access rules are adopted, with its first token.
    ///
    /// Errors: [`Code::AccessAdopted`] from then on.
    #[boxed(?Send)]
    pub async fn create_account_of_roles(
        &self,
        call: &CommandContext,
        name: &str,
        roles: &[Role],
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Outcome<Governed<(AccountId, FreshToken)>>, Failure> {
        let id = AccountId(self.new_id());
        let fresh = FreshToken::draw(TokenId(self.new_id()));
        self.govern(call, None, None, |draft| {
            if draft.reference.access.adopted.is_some() {
                return Err(Refusal::new(Code::AccessAdopted).into());
            }
            account::roles_fit(roles)?;
            let stream = StreamId::of("account", id.0);
            let accounts = &draft.reference.accounts;
            let created = account::create(accounts, name, Some(Holder::Machine), roles)?;
            let known = account::Account::created(id, &created, 0);
            let token = TokenDraft { token_id: fresh.id, name: None, expires_at, grant_ids: Vec::new() };
            let issued = account::issue_token(accounts, &known, &token, self.clock_now(), false)?;
            draft.say("identity", fresh.part());
            draft.write(stream, [AccountEvent::Created(created), issued])?;
            Ok((id, fresh.clone()))
        })
        .await
    }

    /// Issues another token to an account.
    #[boxed(?Send)]
    pub async fn issue_token(
        &self,
        call: &CommandContext,
        account: AccountId,
        new: &NewToken,
    ) -> Result<Outcome<Governed<(AccountId, FreshToken)>>, Failure> {
        let fresh = FreshToken::draw(TokenId(self.new_id()));
        let stream = StreamId::of("account", account.0);
        self.govern(call, Some(&stream), None, |draft| {
            let accounts = &draft.reference.accounts;
            let known = accounts.get(account).ok_or(Failure::NotFound)?;
            let NewToken { name, expires_at, grant_ids } = new.clone();
            let token = TokenDraft { token_id: fresh.id, name, expires_at, grant_ids };
            let adopted = draft.reference.access.adopted.is_some();
            let issued = account::issue_token(accounts, known, &token, self.clock_now(), adopted)?;
            draft.say("identity", fresh.part());
            draft.write(stream.clone(), [issued])?;
            Ok((account, fresh.clone()))
        })
        .await
    }

    /// Revokes a token; it is refused from the answer on.
    #[boxed(?Send)]
    pub async fn revoke_token(
        &self,
        call: &CommandContext,
        token: TokenId,
    ) -> Result<Outcome<Governed<AccountId>>, Failure> {
        let owner = self.reference().accounts.token(token).map(|(account, _)| account.id).ok_or(Failure::NotFound)?;
        let thing = Thing { accounts: vec![owner], ..Thing::default() };
        self.admit_thing(call, Action::TokenRead, || thing.clone()).await?;
        let stream = StreamId::of("account", owner.0);
        self.govern(call, Some(&stream), None, |draft| {
            draft.admit(call, &thing)?;
            let account = draft.reference.accounts.get(owner).ok_or(Failure::NotFound)?;
            let revoked = account::revoke_token(account, token)?;
            draft.write(stream.clone(), [revoked])?;
            Ok(owner)
        })
        .await
    }
}
