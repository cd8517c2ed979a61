//! Accounts and their grants, and adopting access rules. Logins and names of persons lie in a box of the account's first
//! event (docs/adr/0007).

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::change::OccurredAt;
use crate::governed::Governed;
use crate::personal::words;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use domain::access;
use domain::account::{self, GrantDraft};
use domain::ids::{AccountId, GrantId};
use domain::refusal::Refusal;
use domain::vocabulary::{GrantReason, Holder};
use event_store::StreamId;
use serde_json::Value;

/// The one stream of access rules.
const ACCESS: &str = "access";

/// An account to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Its name; of a person their duty.
    pub name: String,
    /// Who acts by it.
    pub holder: Holder,
    /// What a person signs in with.
    pub login: Option<String>,
    /// What a person is called.
    pub person_name: Option<String>,
}

/// How a command on an account ends.
pub type AccountOutcome<T> = Result<Outcome<Governed<T>>, Failure>;

impl Casework {
    /// Creates an account that acts by grants.
    #[boxed(?Send)]
    pub async fn create_account(&self, call: &CommandContext, new: &NewAccount) -> AccountOutcome<AccountId> {
        let id = AccountId(self.new_id());
        self.govern(call, None, None, |draft| {
            let created = account::create(&draft.reference.accounts, &new.name, Some(new.holder), &[])?;
            let taken = draft.reference.identities.values().filter_map(|identity| identity.login.as_deref());
            let login = new.login.as_deref().map(|login| account::free_login(login, taken)).transpose()?;
            let login = login.as_ref().map(account::Login::as_str);
            let identity = words([("login", login), ("person_name", new.person_name.as_deref())]);
            if !identity.is_empty() {
                draft.say("identity", Value::Object(identity));
            }
            draft.write(StreamId::of("account", id.0), [account::AccountEvent::Created(created)])?;
            Ok(id)
        })
        .await
    }

    /// Gives a grant to an account.
    #[boxed(?Send)]
    pub async fn give_grant(
        &self,
        call: &CommandContext,
        id: AccountId,
        draft: &GrantDraft,
    ) -> AccountOutcome<(AccountId, GrantId)> {
        let grant = GrantDraft { grant_id: GrantId(self.new_id()), ..*draft };
        self.change_account(call, id, None, |known, draft| {
            let today = draft.reference.town_date(draft.now);
            let town = draft.reference.offices_of_town(today);
            account::give(known, &grant, town, call.account())
        })
        .await
        .map(|outcome| {
            outcome.map(|Governed { made, reference, position }| Governed {
                made: (made, grant.grant_id),
                reference,
                position,
            })
        })
    }

    /// Ends a grant of an account.
    #[boxed(?Send)]
    pub async fn end_grant(
        &self,
        call: &CommandContext,
        id: AccountId,
        grant: GrantId,
        reason_code: GrantReason,
        reason: Option<&str>,
    ) -> AccountOutcome<AccountId> {
        if self.reference().accounts.get(id).is_some_and(|known| !known.grants.contains_key(&grant)) {
            return Err(Failure::NotFound);
        }
        self.change_account(call, id, reason, |known, _| account::end(known, grant, reason_code, call.account())).await
    }

    /// Suspends an account: its tokens and sign-ins are refused from the answer on.
    #[boxed(?Send)]
    pub async fn suspend_account(
        &self,
        call: &CommandContext,
        id: AccountId,
        reason_code: GrantReason,
        reason: Option<&str>,
    ) -> AccountOutcome<AccountId> {
        self.change_account(call, id, reason, |known, _| account::suspend(known, call.account(), reason_code)).await
    }

    /// Reinstates a suspended account.
    #[boxed(?Send)]
    pub async fn reinstate_account(
        &self,
        call: &CommandContext,
        id: AccountId,
        reason: Option<&str>,
    ) -> AccountOutcome<AccountId> {
        self.change_account(call, id, reason, |known, _| account::reinstate(known, call.account())).await
    }

    /// Adopts an access table: from its leaf on every call is held against it.
    #[boxed(?Send)]
    pub async fn adopt_access(&self, call: &CommandContext, table: &str, at: OccurredAt) -> AccountOutcome<()> {
        let stream = StreamId::new(ACCESS).ok_or_else(|| Failure::Fault("no stream of access rules".to_owned()))?;
        self.govern(call, Some(&stream), at, |draft| {
            let reference = draft.reference;
            let town = reference.offices_of_town(reference.town_date(draft.now));
            let is_demo = reference.log.as_ref().is_some_and(|log| log.demo);
            let adopted = access::adopt(&reference.access, table, &reference.accounts, town, is_demo)?;
            draft.write(stream.clone(), [adopted])?;
            Ok(())
        })
        .await
    }

    async fn change_account(
        &self,
        call: &CommandContext,
        id: AccountId,
        reason: Option<&str>,
        decide: impl Fn(&account::Account, &crate::governed::Draft<'_>) -> Result<account::AccountEvent, Refusal>,
    ) -> AccountOutcome<AccountId> {
        let stream = StreamId::of("account", id.0);
        self.govern(call, Some(&stream), None, |draft| {
            let known = draft.reference.accounts.get(id).ok_or(Failure::NotFound)?;
            let event = decide(known, draft)?;
            let said = words([("reason", reason)]);
            if !said.is_empty() {
                draft.say("narrative", Value::Object(said));
            }
            draft.write(stream.clone(), [event])?;
            Ok(id)
        })
        .await
    }
}
