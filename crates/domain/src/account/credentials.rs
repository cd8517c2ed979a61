//! What a person signs in with: an enrolment code to begin with, a password, a second factor, an identity at a provider.
//! The secrets themselves are not here.

use super::{
    Account, AccountEvent, AccountRecovered, EnrolmentIssued, IdentityBound, PasswordSet, SecondFactorSet, not_oneself,
};
use crate::ids::AccountId;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{Holder, Role, SecondFactor};
use chrono::{DateTime, TimeDelta, Utc};

/// How long an enrolment code can be used.
pub const ENROLMENT_LIFE: TimeDelta = TimeDelta::hours(72);

/// Issues an enrolment code: what the person signed in with before ends with it, their identities at a provider, too.
///
/// Errors: [`Code::OwnMatter`] by the account itself; [`Code::NotAPerson`].
pub fn issue_enrolment(account: &Account, by: Option<AccountId>, now: DateTime<Utc>) -> Result<AccountEvent, Refusal> {
    not_oneself(account, by)?;
    of_a_person(account)?;
    let expires_at = (now + ENROLMENT_LIFE).timestamp_millis();
    Ok(AccountEvent::EnrolmentIssued(EnrolmentIssued { expires_at }))
}

/// Sets a password: the first one by an enrolment code, which is used up by it, a later one by whoever knows the one before.
///
/// Errors: [`Code::NotAPerson`]; [`Code::NotEnrolled`] where there is neither a code that can be used nor a password.
pub fn set_password(account: &Account, now: DateTime<Utc>) -> Result<AccountEvent, Refusal> {
    of_a_person(account)?;
    let may = account.credentials.password || account.credentials.can_enrol(now);
    if may { Ok(AccountEvent::PasswordSet(PasswordSet {})) } else { Err(Refusal::new(Code::NotEnrolled)) }
}

/// That what an account signs in with is still what somebody was compared with: nothing of it changed after that version of
/// its stream, nor was the account suspended.
///
/// Errors: [`Code::NotEnrolled`].
pub fn unchanged_since(account: &Account, since: u64) -> Result<(), Refusal> {
    let same = account.is_active() && account.credentials.since == since;
    if same { Ok(()) } else { Err(Refusal::new(Code::NotEnrolled)) }
}

/// Sets a second factor, which was shown to work; one that was set before ends with it.
///
/// Errors: [`Code::NotAPerson`]; [`Code::NotEnrolled`] before there is a password.
pub fn set_second_factor(account: &Account, kind: SecondFactor) -> Result<AccountEvent, Refusal> {
    of_a_person(account)?;
    if !account.credentials.password {
        return Err(Refusal::new(Code::NotEnrolled));
    }
    Ok(AccountEvent::SecondFactorSet(SecondFactorSet { kind }))
}

/// Binds an identity at a provider to an account.
///
/// Errors: [`Code::OwnMatter`] by the account itself; [`Code::IdentityTaken`] where it is bound already, to whichever account.
pub fn bind_identity(account: &Account, by: Option<AccountId>, is_taken: bool) -> Result<AccountEvent, Refusal> {
    not_oneself(account, by)?;
    if is_taken { Err(Refusal::new(Code::IdentityTaken)) } else { Ok(AccountEvent::IdentityBound(IdentityBound {})) }
}

/// Lets an administrator in again who has lost what they signed in with, by whoever holds data and keys: one enrolment code.
///
/// Errors: [`Code::NotAPerson`]; [`Code::AccountSuspended`]; [`Code::NotAnAdministrator`].
pub fn recover(account: &Account, now: DateTime<Utc>) -> Result<[AccountEvent; 2], Refusal> {
    of_a_person(account)?;
    if !account.is_active() {
        return Err(Refusal::new(Code::AccountSuspended));
    }
    if !account.standing().any(|grant| grant.given.role == Role::Administrator) {
        return Err(Refusal::new(Code::NotAnAdministrator));
    }
    Ok([AccountEvent::Recovered(AccountRecovered {}), issue_enrolment(account, None, now)?])
}

/// Whether whoever acts in these roles signs in with a second factor: everybody but a delegate who is nothing else.
pub fn needs_second_factor(roles: &[Role]) -> bool {
    roles.iter().any(|role| *role != Role::Delegate)
}

fn of_a_person(account: &Account) -> Result<(), Refusal> {
    if account.holder == Holder::Person { Ok(()) } else { Err(Refusal::new(Code::NotAPerson)) }
}
