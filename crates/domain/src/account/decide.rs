//! What may be decided about accounts and their tokens.

use super::{
    Account, AccountCreated, AccountEvent, AccountReinstated, AccountSuspended, Accounts, Login, TokenIssued,
    TokenRevoked,
};
use crate::ids::{AccountId, GrantId, TokenId};
use crate::refusal::{Code, Refusal};
use crate::text;
use crate::vocabulary::{GrantReason, Holder, Role};
use chrono::{DateTime, TimeDelta, Utc};

/// The most tokens that one account may have issued, so that an account's state stays small.
const MAX_TOKENS: usize = 1000;

/// Days that a token may be good for, once access rules are adopted.
pub const TOKEN_DAYS_MAX: i64 = 400;

/// Creates an account under a name of its own. `roles` are those of before access rules are adopted; whoever acts by grants
/// has none.
///
/// Errors: those of [`text::official`] at `/name`; [`Code::Duplicate`] at `/roles`; [`Code::NameTaken`].
pub fn create(
    accounts: &Accounts,
    name: &str,
    holder: Option<Holder>,
    roles: &[Role],
) -> Result<AccountCreated, Refusal> {
    let name = text::official(name).map_err(|refusal| refusal.at("/name"))?;
    each_once(roles)?;
    let key = text::name_key(&name);
    if accounts.all().any(|other| text::name_key(&other.name) == key) {
        return Err(Refusal::new(Code::NameTaken));
    }
    let roles = roles.to_vec();
    Ok(AccountCreated { name, holder, roles })
}

/// A login for a new account, however it was written: it is nobody's yet, and looks like nobody's.
///
/// Errors at `/login`: those of [`Login::read`]; [`Code::NameTaken`].
pub fn free_login<'a>(login: &str, mut taken: impl Iterator<Item = &'a str>) -> Result<Login, Refusal> {
    let login = Login::read(login).map_err(|refusal| refusal.at("/login"))?;
    let look = login.look();
    // A login of an earlier rule, which this one would not read, is compared as it is.
    if taken.any(|other| Login::read(other).map_or_else(|_| text::look(other), |other| other.look()) == look) {
        return Err(Refusal::new(Code::NameTaken).at("/login"));
    }
    Ok(login)
}

/// An account that acts by its roles has at least one, and each once.
///
/// Errors at `/roles`: [`Code::NoRole`], [`Code::Duplicate`].
pub fn roles_fit(roles: &[Role]) -> Result<(), Refusal> {
    if roles.is_empty() { Err(Refusal::new(Code::NoRole).at("/roles")) } else { each_once(roles) }
}

fn each_once(roles: &[Role]) -> Result<(), Refusal> {
    if (1..roles.len()).any(|n| roles[..n].contains(&roles[n])) {
        return Err(Refusal::new(Code::Duplicate).at("/roles"));
    }
    Ok(())
}

/// Suspends an account: its tokens and sign-ins are refused from the answer on.
///
/// Errors: [`Code::OwnMatter`] by the account itself; [`Code::AccountSuspended`].
pub fn suspend(account: &Account, by: Option<AccountId>, reason_code: GrantReason) -> Result<AccountEvent, Refusal> {
    not_oneself(account, by)?;
    if !account.is_active() {
        return Err(Refusal::new(Code::AccountSuspended));
    }
    Ok(AccountEvent::Suspended(AccountSuspended { reason_code }))
}

/// Reinstates a suspended account.
///
/// Errors: [`Code::OwnMatter`] by the account itself; [`Code::AccountActive`].
pub fn reinstate(account: &Account, by: Option<AccountId>) -> Result<AccountEvent, Refusal> {
    not_oneself(account, by)?;
    if account.is_active() {
        return Err(Refusal::new(Code::AccountActive));
    }
    Ok(AccountEvent::Reinstated(AccountReinstated {}))
}

/// Nobody changes their own grants, enrolment or state.
///
/// Errors: [`Code::OwnMatter`].
pub fn not_oneself(account: &Account, by: Option<AccountId>) -> Result<(), Refusal> {
    if by != Some(account.id) {
        return Ok(());
    }
    Err(Refusal::new(Code::OwnMatter).because(
        "不能变更自己的账户、授权或开通码；请另一人办理。",
        "Nobody changes their own account, grants or enrolment: let another person do it.",
    ))
}

/// A token to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenDraft {
    /// Its id, a new one.
    pub token_id: TokenId,
    /// What it is for.
    pub name: Option<String>,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// Grants of the account that it uses; all of them where none is named.
    pub grant_ids: Vec<GrantId>,
}

/// Issues a token to an account. Once access rules are adopted, only a machine has tokens, each with an end.
///
/// Errors: [`Code::OutOfRange`] at `/expires_at` for an instant that has passed or, under access rules, lies more than
/// [`TOKEN_DAYS_MAX`] days ahead, [`Code::Missing`] for none; [`Code::NotAMachine`]; [`Code::UnknownGrant`] at
/// `/grant_ids/n`; [`Code::AlreadyIssued`]; [`Code::TooMany`] when the account has 1,000 tokens.
pub fn issue_token(
    accounts: &Accounts,
    account: &Account,
    draft: &TokenDraft,
    now: DateTime<Utc>,
    adopted: bool,
) -> Result<AccountEvent, Refusal> {
    if let Some(at) = draft.expires_at {
        expires_later(at, now)?;
    }
    if adopted {
        if account.holder == Holder::Person {
            return Err(Refusal::new(Code::NotAMachine));
        }
        let last = now + TimeDelta::days(TOKEN_DAYS_MAX);
        match draft.expires_at {
            None => return Err(Refusal::new(Code::Missing).at("/expires_at")),
            Some(at) if at > last => {
                return Err(Refusal::new(Code::OutOfRange).at("/expires_at").because(
                    format!("令牌最长有效 {TOKEN_DAYS_MAX} 天。"),
                    format!("A token is good for {TOKEN_DAYS_MAX} days at most."),
                ));
            }
            Some(_) => {}
        }
    }
    for (n, grant) in draft.grant_ids.iter().enumerate() {
        if !account.standing().any(|standing| standing.given.grant_id == *grant) {
            return Err(Refusal::new(Code::UnknownGrant).unfit().at(format!("/grant_ids/{n}")));
        }
    }
    if accounts.token(draft.token_id).is_some() {
        return Err(Refusal::new(Code::AlreadyIssued));
    }
    if account.tokens.len() >= MAX_TOKENS {
        return Err(Refusal::new(Code::TooMany));
    }
    let TokenDraft { token_id, name, expires_at, grant_ids } = draft.clone();
    let expires_at = expires_at.map(|at| at.timestamp_millis());
    Ok(AccountEvent::TokenIssued(TokenIssued { token_id, name, expires_at, grant_ids }))
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
