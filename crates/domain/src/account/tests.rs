//! Accounts: given some history, when something is asked for, then this becomes of it.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::Stamp;
use crate::fixtures::stamp;
use crate::ids::{AccountId, TokenId};
use crate::refusal::Code;
use crate::vocabulary::{Holder, Role};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

const ADMIN: AccountId = AccountId(Uuid::from_u128(1));
const TOKEN: TokenId = TokenId(Uuid::from_u128(2));

fn noon() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn at(version: u64, when: DateTime<Utc>) -> Stamp {
    Stamp { occurred_at: when, ..stamp(version, version) }
}

fn token(token_id: TokenId, expires_at: Option<DateTime<Utc>>) -> TokenDraft {
    TokenDraft { token_id, name: None, expires_at, grant_ids: Vec::new() }
}

/// An administrator with a token that expires an hour after noon.
fn with_token() -> Accounts {
    let mut accounts = Accounts::default();
    let created = create(&accounts, "管理员", None, &[Role::Administrator]).unwrap();
    accounts.apply(ADMIN, &AccountEvent::Created(created), &at(1, noon()));
    let account = accounts.get(ADMIN).unwrap();
    let expires = noon() + TimeDelta::hours(1);
    let issued = issue_token(&accounts, account, &token(TOKEN, Some(expires)), noon(), false).unwrap();
    accounts.apply(ADMIN, &issued, &at(2, noon()));
    accounts
}

#[test]
fn an_account_has_a_name_of_its_own_and_roles() {
    let accounts = with_token();
    assert_eq!(create(&accounts, "管 理员", None, &[Role::System]).unwrap_err().code, Code::NameTaken);
    assert_eq!(roles_fit(&[]).unwrap_err().code, Code::NoRole);
    assert!(create(&accounts, "联络员", Some(Holder::Person), &[]).is_ok());
    let twice = [Role::Liaison, Role::Convener, Role::Liaison];
    assert_eq!(create(&accounts, "联络员", None, &twice).unwrap_err().code, Code::Duplicate);
    assert_eq!(create(&accounts, "", None, &[Role::System]).unwrap_err().pointer.as_deref(), Some("/name"));
}

#[test]
fn a_token_is_good_until_it_expires_or_is_revoked() {
    let mut accounts = with_token();
    let good = |accounts: &Accounts, minutes| {
        let (_, token) = accounts.token(TOKEN).unwrap();
        token.good_at(noon() + TimeDelta::minutes(minutes))
    };
    assert!(good(&accounts, 59) && !good(&accounts, 60));
    let revoked = revoke_token(accounts.get(ADMIN).unwrap(), TOKEN).unwrap();
    accounts.apply(ADMIN, &revoked, &at(3, noon()));
    assert!(!good(&accounts, 1));
    let account = accounts.get(ADMIN).unwrap();
    assert_eq!(account.version, 3);
    assert_eq!(revoke_token(account, TOKEN).unwrap_err().code, Code::AlreadyRevoked);
    assert_eq!(revoke_token(account, TokenId(Uuid::from_u128(9))).unwrap_err().code, Code::UnknownToken);
}

#[test]
fn a_token_is_issued_once_and_expires_in_the_future() {
    let accounts = with_token();
    let account = accounts.get(ADMIN).unwrap();
    let issue = |id, expires| {
        let draft = token(TokenId(Uuid::from_u128(id)), expires);
        issue_token(&accounts, account, &draft, noon(), false)
    };
    assert_eq!(issue(2, None).unwrap_err().code, Code::AlreadyIssued);
    assert_eq!(issue(3, Some(noon())).unwrap_err().code, Code::OutOfRange);
    assert!(issue(3, None).is_ok());
    assert_eq!(accounts.token(TokenId(Uuid::from_u128(3))), None);
}

mod credentials;
mod grants;
