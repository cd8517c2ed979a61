//! Second factors that were shown and not confirmed yet. They are in memory alone: a secret that nobody has shown to hold
//! is no credential, and whoever loses it asks for another.

use crate::totp::Secret;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// How long a secret may wait for its first code.
pub const LIFE: TimeDelta = TimeDelta::minutes(15);
/// Accounts that may be setting a second factor at once; a further one takes the place of the oldest.
pub const AT_ONCE_MAX: usize = 1_000;

/// A secret that was shown.
#[derive(Clone)]
pub struct Waiting {
    /// The secret.
    pub secret: Secret,
    /// What the account signed in with when it was shown, by a version of whoever keeps that: once it is another, this is no
    /// secret of theirs.
    pub since: u64,
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting")
    }
}

/// The secrets, at most one of each account.
#[derive(Default)]
pub struct Pending(Mutex<HashMap<Uuid, (DateTime<Utc>, Waiting)>>);

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}

impl Pending {
    /// Keeps a secret that an account was shown; one that was shown before is forgotten.
    pub fn keep(&self, account: Uuid, waiting: Waiting, now: DateTime<Utc>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (shown_at, _)| now < *shown_at + LIFE);
        if kept.len() >= AT_ONCE_MAX
            && let Some(oldest) = kept.iter().min_by_key(|(_, (shown_at, _))| *shown_at).map(|(account, _)| *account)
        {
            kept.remove(&oldest);
        }
        kept.insert(account, (now, waiting));
    }

    /// The secret that an account was shown a while ago.
    pub fn of(&self, account: Uuid, now: DateTime<Utc>) -> Option<Waiting> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&account).filter(|(shown_at, _)| now < *shown_at + LIFE).map(|(_, waiting)| waiting.clone())
    }

    /// Forgets it: it was confirmed, or is not wanted any more.
    pub fn forget(&self, account: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
    }

    #[test]
    fn a_secret_waits_for_a_while_and_the_newest_counts() {
        let (pending, account) = (Pending::default(), Uuid::now_v7());
        let (one, other) = (Secret::draw().unwrap(), Secret::draw().unwrap());
        let kept = |now| pending.of(account, now).map(|waiting| (waiting.secret.base32(), waiting.since));
        pending.keep(account, Waiting { secret: one, since: 3 }, at(0));
        pending.keep(account, Waiting { secret: other.clone(), since: 4 }, at(1));
        assert_eq!(kept(at(15)), Some((other.base32(), 4)));
        assert_eq!(kept(at(16)), None);
        assert!(pending.of(Uuid::now_v7(), at(1)).is_none());
        pending.forget(account);
        assert_eq!(kept(at(2)), None);
    }

    #[test]
    fn so_many_wait_and_the_oldest_makes_room() {
        let pending = Pending::default();
        let accounts: Vec<_> = (0..=AT_ONCE_MAX).map(|_| Uuid::now_v7()).collect();
        for (n, account) in accounts.iter().enumerate() {
            let ms = TimeDelta::milliseconds(i64::try_from(n).unwrap());
            pending.keep(*account, Waiting { secret: Secret::draw().unwrap(), since: 0 }, at(0) + ms);
        }
        assert!(pending.of(accounts[0], at(1)).is_none());
        assert!(accounts[1..].iter().all(|account| pending.of(*account, at(1)).is_some()));
    }
}
