//! What a person signs in with: given what was set before, when something is set, then this becomes of it.
#![allow(clippy::unwrap_used)]

use super::super::*;
use super::{ADMIN, at, noon};
use crate::ids::{AccountId, GrantId};
use crate::refusal::Code;
use crate::vocabulary::{GrantReason, Holder, Role, SecondFactor};
use chrono::TimeDelta;
use uuid::Uuid;

const WANG: AccountId = AccountId(Uuid::from_u128(7));

/// An account after these events, all at noon.
fn account(holder: Holder, events: &[AccountEvent]) -> Account {
    let mut accounts = Accounts::default();
    let created = create(&accounts, "太平网格联络员", Some(holder), &[]).unwrap();
    accounts.apply(WANG, &AccountEvent::Created(created), &at(1, noon()));
    for (version, event) in (2..).zip(events) {
        accounts.apply(WANG, event, &at(version, noon()));
    }
    accounts.get(WANG).unwrap().clone()
}

fn enrolment() -> AccountEvent {
    issue_enrolment(&account(Holder::Person, &[]), Some(ADMIN), noon()).unwrap()
}

fn with_password() -> Account {
    account(Holder::Person, &[enrolment(), AccountEvent::PasswordSet(PasswordSet {})])
}

#[test]
fn an_enrolment_is_issued_to_a_person_by_another() {
    let AccountEvent::EnrolmentIssued(issued) = enrolment() else { panic!() };
    assert_eq!(issued.expires_at, (noon() + TimeDelta::hours(72)).timestamp_millis());
    let person = account(Holder::Person, &[]);
    assert_eq!(issue_enrolment(&person, Some(WANG), noon()).unwrap_err().code, Code::OwnMatter);
    let machine = account(Holder::Machine, &[]);
    assert_eq!(issue_enrolment(&machine, Some(ADMIN), noon()).unwrap_err().code, Code::NotAPerson);
}

#[test]
fn an_enrolment_sets_one_password_within_its_time() {
    let enrolled = account(Holder::Person, &[enrolment()]);
    let just_before = noon() + TimeDelta::hours(72) - TimeDelta::milliseconds(1);
    assert!(set_password(&enrolled, just_before).is_ok());
    assert_eq!(set_password(&enrolled, noon() + TimeDelta::hours(72)).unwrap_err().code, Code::NotEnrolled);
    assert!(!with_password().credentials.can_enrol(noon()), "it is used up");
    assert!(set_password(&with_password(), noon() + TimeDelta::days(400)).is_ok(), "whoever has one may change it");
    assert_eq!(set_password(&account(Holder::Person, &[]), noon()).unwrap_err().code, Code::NotEnrolled);
    assert_eq!(set_password(&account(Holder::Machine, &[]), noon()).unwrap_err().code, Code::NotAPerson);
}

#[test]
fn an_administrator_is_let_in_again_and_nobody_else() {
    let given = |role| {
        AccountEvent::GrantGiven(GrantGiven {
            grant_id: GrantId(Uuid::from_u128(9)),
            role,
            area_id: None,
            delegate_id: None,
            office_id: None,
            until_on: None,
        })
    };
    let administrator = account(Holder::Person, &[given(Role::Administrator)]);
    let [recovered, enrolment] = recover(&administrator, noon()).unwrap();
    assert_eq!(recovered, AccountEvent::Recovered(AccountRecovered {}));
    assert!(matches!(enrolment, AccountEvent::EnrolmentIssued(_)));
    let why = |account: &Account| recover(account, noon()).unwrap_err().code;
    assert_eq!(why(&account(Holder::Person, &[given(Role::Auditor)])), Code::NotAnAdministrator);
    assert_eq!(why(&account(Holder::Machine, &[given(Role::Administrator)])), Code::NotAPerson);
    let suspended = AccountEvent::Suspended(AccountSuspended { reason_code: GrantReason::Security });
    assert_eq!(why(&account(Holder::Person, &[given(Role::Administrator), suspended])), Code::AccountSuspended);
}

#[test]
fn a_second_factor_comes_after_the_password() {
    let set = set_second_factor(&with_password(), SecondFactor::Totp).unwrap();
    let done = account(Holder::Person, &[enrolment(), AccountEvent::PasswordSet(PasswordSet {}), set.clone()]);
    assert!(done.credentials.enrolled() && !with_password().credentials.enrolled());
    let before = account(Holder::Person, &[enrolment()]);
    assert_eq!(set_second_factor(&before, SecondFactor::Totp).unwrap_err().code, Code::NotEnrolled);
    let machine = account(Holder::Machine, &[]);
    assert_eq!(set_second_factor(&machine, SecondFactor::Totp).unwrap_err().code, Code::NotAPerson);
}

#[test]
fn a_new_enrolment_ends_all_that_was_signed_in_with() {
    let factor = set_second_factor(&with_password(), SecondFactor::Totp).unwrap();
    let bound = bind_identity(&with_password(), Some(ADMIN), false).unwrap();
    let before = [enrolment(), AccountEvent::PasswordSet(PasswordSet {}), factor, bound];
    let held = account(Holder::Person, &before).credentials;
    assert!(held.password && held.second_factor && held.identity);
    let after = account(Holder::Person, &[&before[..], &[enrolment()]].concat()).credentials;
    assert!(!after.password && !after.second_factor && !after.identity);
}

#[test]
fn threat_who_was_compared_with_what_there_was_before_shows_nothing() {
    println!("attempted: what was shown before a change, a suspension or a new enrolment");
    let password = || AccountEvent::PasswordSet(PasswordSet {});
    let since = with_password().credentials.since;
    assert!(unchanged_since(&with_password(), since).is_ok());
    let reason_code = GrantReason::Security;
    let suspended = || AccountEvent::Suspended(AccountSuspended { reason_code });
    let factor = AccountEvent::SecondFactorSet(SecondFactorSet { kind: SecondFactor::Totp });
    for later in [
        vec![enrolment()],
        vec![password()],
        vec![factor],
        vec![suspended()],
        vec![suspended(), AccountEvent::Reinstated(AccountReinstated {})],
        vec![AccountEvent::Recovered(AccountRecovered {})],
    ] {
        let after = account(Holder::Person, &[&[enrolment(), password()][..], &later].concat());
        assert_eq!(unchanged_since(&after, since).unwrap_err().code, Code::NotEnrolled, "{later:?}");
    }
    // Whoever is suspended shows nothing, though nothing changed since that.
    let after = account(Holder::Person, &[enrolment(), password(), suspended()]);
    assert_eq!(unchanged_since(&after, after.credentials.since).unwrap_err().code, Code::NotEnrolled);
    let bound = AccountEvent::IdentityBound(IdentityBound {});
    let after = account(Holder::Person, &[enrolment(), password(), bound]);
    assert!(unchanged_since(&after, since).is_ok(), "a password is no other for an identity");
    println!("caught: it counts for nothing after it");
}

#[test]
fn an_identity_is_bound_once_and_by_another() {
    let person = account(Holder::Person, &[]);
    let bound = bind_identity(&person, Some(ADMIN), false).unwrap();
    assert!(account(Holder::Person, &[bound]).credentials.enrolled());
    assert_eq!(bind_identity(&person, Some(ADMIN), true).unwrap_err().code, Code::IdentityTaken);
    assert_eq!(bind_identity(&person, Some(WANG), false).unwrap_err().code, Code::OwnMatter);
    assert!(bind_identity(&account(Holder::Machine, &[]), Some(ADMIN), false).is_ok(), "a machine may have one");
}

#[test]
fn everybody_but_a_delegate_who_is_nothing_else_needs_a_second_factor() {
    assert!(!needs_second_factor(&[]));
    assert!(!needs_second_factor(&[Role::Delegate]));
    assert!(needs_second_factor(&[Role::Delegate, Role::Convener]));
    assert!(needs_second_factor(&[Role::Administrator]));
}

#[test]
fn a_login_is_nobody_elses_nor_looks_like_it() {
    let free = |login: &str| free_login(login, ["wang.fang", "赵雷"].into_iter());
    assert_eq!(free("Li.Na").unwrap().as_str(), "li.na");
    for taken in ["wang.fang", "WANG.FANG", "wаng.fang", "ｗａｎｇ.fang", "赵雷"] {
        let refusal = free(taken).unwrap_err();
        assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::NameTaken, Some("/login")), "{taken}");
    }
    assert_eq!(free("wang fang").unwrap_err().pointer.as_deref(), Some("/login"));
}
