//! Who fails waits: after [`FREE_FAILURES`] failures of a login, or from an address, 1, 2, 4, 8 and then 15 minutes.
//! Nobody is locked out for good, and whoever waits has nothing looked at, so that a guess during the wait is no guess.
//!
//! A try is counted as a failure before anything is compared, and taken back when it succeeds: a thousand tries at one
//! moment are no way around it.

use super::{SignIns, Trouble, immediate};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension as _, Transaction, params};
use sha2::{Digest as _, Sha256};

/// Failures after which whoever tries again must wait.
pub const FREE_FAILURES: u32 = 5;
/// Longest wait.
pub const WAIT_MAX: TimeDelta = TimeDelta::minutes(15);
/// When failures are forgotten: this long after the last.
pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(1);
/// Logins and addresses whose failures are remembered; a further one takes the place of the oldest.
pub const REMEMBERED_MAX: u32 = 100_000;

/// A try to sign in that may be made. It counts as failed until it is said to have succeeded, or not to have been one.
#[derive(Debug)]
#[must_use = "it counts as failed"]
pub struct Try {
    login: [u8; 32],
    address: Option<[u8; 32]>,
}

/// Whether a try may be made.
#[derive(Debug)]
pub enum MayTry {
    /// It may.
    Now(Try),
    /// Not before this much time has passed; it was not counted.
    After(TimeDelta),
}

impl SignIns {
    /// Asks for a try with this login, of whatever shape, from this address. Behind a proxy that does not say who asks, the
    /// address is nobody's: `None`.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn may_try(&self, login: &str, address: Option<&str>, now: DateTime<Utc>) -> Result<MayTry, Trouble> {
        let attempt = Try { login: self.key(b"login", login), address: address.map(|text| self.key(b"address", text)) };
        let mut database = self.database();
        let transaction = immediate(&mut database)?;
        let mut counted = Vec::new();
        for key in [Some(attempt.login), attempt.address].into_iter().flatten() {
            let (count, wait_until) = failures(&transaction, &key, now)?;
            if now.timestamp_millis() < wait_until {
                return Ok(MayTry::After(TimeDelta::milliseconds(wait_until - now.timestamp_millis())));
            }
            counted.push((key, count + 1));
        }
        for (key, count) in counted {
            make_room(&transaction, &key)?;
            transaction.execute(
                "INSERT OR REPLACE INTO failure (key, count, last_at, wait_until) VALUES (?1, ?2, ?3, ?4)",
                params![key, count, now.timestamp_millis(), (now + wait(count)).timestamp_millis()],
            )?;
        }
        transaction.commit()?;
        Ok(MayTry::Now(attempt))
    }

    /// The try has succeeded: the login's failures are forgotten. Those of the address stay, or whoever has one account
    /// could guess at others for ever; this try was none of them.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn succeeded(&self, attempt: &Try) -> Result<(), Trouble> {
        let mut database = self.database();
        let transaction = immediate(&mut database)?;
        transaction.execute("DELETE FROM failure WHERE key = ?1", [attempt.login])?;
        if let Some(address) = attempt.address {
            take_back(&transaction, &address)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// It did not fail, and shows too little for earlier failures to be forgotten: a part of what signing in takes, or nothing,
    /// because too many others were compared.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn not_failed(&self, attempt: &Try) -> Result<(), Trouble> {
        let mut database = self.database();
        let transaction = immediate(&mut database)?;
        for key in [Some(attempt.login), attempt.address].into_iter().flatten() {
            take_back(&transaction, &key)?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn key(&self, kind: &[u8], text: &str) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.salt)
            .chain_update(kind)
            .chain_update(b"\n")
            .chain_update(text)
            .finalize()
            .into()
    }
}

/// How often this failed lately, and until when it waits, in milliseconds.
fn failures(transaction: &Transaction<'_>, key: &[u8; 32], now: DateTime<Utc>) -> Result<(u32, i64), Trouble> {
    let row: Option<(u32, i64, i64)> = transaction
        .prepare_cached("SELECT count, last_at, wait_until FROM failure WHERE key = ?1")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((count, last_at, wait_until)) = row else {
        return Ok((0, 0));
    };
    let (earliest, latest) = (last_at - WAIT_MAX.num_milliseconds(), last_at + FORGOTTEN_AFTER.num_milliseconds());
    // A clock that was set back by more than a wait makes nobody wait for hours.
    if (earliest..latest).contains(&now.timestamp_millis()) { Ok((count, wait_until)) } else { Ok((0, 0)) }
}

/// What must be waited after this many failures.
fn wait(failures: u32) -> TimeDelta {
    match failures.checked_sub(FREE_FAILURES) {
        None => TimeDelta::zero(),
        Some(doublings) => WAIT_MAX.min(TimeDelta::minutes(1 << doublings.min(10))),
    }
}

/// One failure less, and no wait: whoever could try was not waiting before.
fn take_back(transaction: &Transaction<'_>, key: &[u8; 32]) -> Result<(), Trouble> {
    transaction.execute("UPDATE failure SET count = max(count - 1, 0), wait_until = 0 WHERE key = ?1", [key])?;
    Ok(())
}

/// The oldest make room for one more.
fn make_room(transaction: &Transaction<'_>, key: &[u8; 32]) -> Result<(), Trouble> {
    let (others, known): (u32, bool) = transaction
        .prepare_cached("SELECT (SELECT count(*) FROM failure), EXISTS (SELECT 1 FROM failure WHERE key = ?1)")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if !known && others >= REMEMBERED_MAX {
        transaction.execute(
            "DELETE FROM failure WHERE key IN (SELECT key FROM failure ORDER BY last_at LIMIT ?1)",
            [1 + others - REMEMBERED_MAX],
        )?;
    }
    Ok(())
}
