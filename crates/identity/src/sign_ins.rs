//! Sign-ins of people, and what must be remembered of tries to sign in: a private store beside the data, a SQLite file of
//! mode 0600. It is no part of the log and holds no name, login or address; whoever loses it loses nothing but the
//! sign-ins that were open.
//!
//! A sign-in is found by the SHA-256 of its cookie. How long that takes tells something about the hash of a guess, never
//! about a cookie, so nothing needs to be compared in constant time.
//!
//! What ends a sign-in is on the disk when the call returns. That somebody was seen, or began, may be lost with the power
//! of the last seconds, never with the process.

pub mod backing_off;
#[cfg(test)]
mod tests;

use crate::secrets::{Digest, NoRandomness, Secret, digest, random};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fmt, io};
use uuid::Uuid;

/// How long a sign-in lasts at most.
pub const LIFE: TimeDelta = TimeDelta::hours(12);
/// How long a sign-in lasts without a request.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// Open sign-ins of one account; a further one ends that which was not seen for longest.
pub const OF_AN_ACCOUNT_MAX: u32 = 16;

/// How exactly it is known when a sign-in was seen: it is written down no more often. So a sign-in ends up to this much
/// before [`IDLE`] is over, never after.
const SEEN_EVERY: TimeDelta = TimeDelta::seconds(20);
/// Shape of the tables; `user_version` of the file.
const SHAPE: i64 = 1;

const TABLES: &str = "
    CREATE TABLE sign_in (
        digest BLOB PRIMARY KEY, account BLOB NOT NULL, token BLOB,
        begun_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, ends_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sign_in_account ON sign_in (account, seen_at);
    CREATE TABLE failure (
        key BLOB PRIMARY KEY, count INTEGER NOT NULL, last_at INTEGER NOT NULL, wait_until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX failure_last_at ON failure (last_at);
    CREATE TABLE code_step (account BLOB PRIMARY KEY, step INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE secret (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
";

/// What can be wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The file cannot be made or opened.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is of another version of the program.
    #[error("{path} has shape {found}, and this program knows {SHAPE}; remove it: everybody then signs in again")]
    OtherShape {
        /// The file.
        path: PathBuf,
        /// Its shape.
        found: i64,
    },
    /// The database says no: a full disk, or a damaged file.
    #[error("the store of sign-ins: {0}; if it is damaged, remove it: everybody then signs in again")]
    Database(#[from] rusqlite::Error),
    /// No cookie could be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// A sign-in that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Whose it is.
    pub account: Uuid,
    /// The token that it came from; where it is not good any more, neither is this.
    pub token: Option<Uuid>,
    /// Since when.
    pub begun_at: DateTime<Utc>,
    /// When it ends without another request.
    pub expires_at: DateTime<Utc>,
}

/// A sign-in that was just begun.
#[derive(Debug)]
pub struct Begun {
    /// What the cookie holds.
    pub cookie: Secret,
    /// The sign-in.
    pub sign_in: SignIn,
}

/// A token that a sign-in comes from.
#[derive(Clone, Copy, Debug)]
pub struct FromToken {
    /// Its id.
    pub id: Uuid,
    /// When it expires, if it does; the sign-in lasts no longer.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The store. One process has it open at a time.
pub struct SignIns {
    database: Mutex<Connection>,
    /// What logins and addresses are hashed with, so that the file does not tell them to whoever guesses.
    salt: Digest,
}

impl fmt::Debug for SignIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIns")
    }
}

impl SignIns {
    /// Opens the store, or makes it.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn open(path: &Path) -> Result<Self, Trouble> {
        let file = |source| Trouble::File { path: path.to_owned(), source };
        // SQLite would make it for everybody to read, and gives the files beside it the mode of this one.
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map_err(file)?;
        let database = Connection::open(path)?;
        database.pragma_update(None, "journal_mode", "WAL")?;
        database.pragma_update(None, "synchronous", "NORMAL")?;
        Self::of(database, path)
    }

    /// A store that is gone with the process, for a demonstration or a test.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn in_memory() -> Result<Self, Trouble> {
        Self::of(Connection::open_in_memory()?, Path::new(":memory:"))
    }

    fn of(mut database: Connection, path: &Path) -> Result<Self, Trouble> {
        let transaction = immediate(&mut database)?;
        match transaction.pragma_query_value(None, "user_version", |row| row.get(0))? {
            0 => {
                transaction.execute_batch(TABLES)?;
                transaction.execute("INSERT INTO secret VALUES ('salt', ?1)", [random::<32>()?])?;
                transaction.pragma_update(None, "user_version", SHAPE)?;
            }
            SHAPE => {}
            found => return Err(Trouble::OtherShape { path: path.to_owned(), found }),
        }
        let salt = transaction.query_row("SELECT bytes FROM secret WHERE name = 'salt'", [], |row| row.get(0))?;
        transaction.commit()?;
        Ok(Self { database: Mutex::new(database), salt })
    }

    /// Begins a sign-in of an account that is known by its password, or by a token.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn begin(&self, account: Uuid, from: Option<FromToken>, now: DateTime<Utc>) -> Result<Begun, Trouble> {
        let cookie = Secret::draw()?;
        let longest = now + LIFE;
        let ends_at = from.and_then(|token| token.expires_at).map_or(longest, |expires_at| longest.min(expires_at));
        let mut database = self.database();
        let transaction = immediate(&mut database)?;
        transaction.execute(
            "DELETE FROM sign_in WHERE ends_at <= ?1 OR seen_at <= ?2",
            params![now.timestamp_millis(), (now - IDLE).timestamp_millis()],
        )?;
        transaction.execute(
            "DELETE FROM sign_in WHERE digest IN
                (SELECT digest FROM sign_in WHERE account = ?1 ORDER BY seen_at DESC LIMIT -1 OFFSET ?2)",
            params![account.as_bytes(), OF_AN_ACCOUNT_MAX - 1],
        )?;
        transaction.execute(
            "INSERT INTO sign_in (digest, account, token, begun_at, seen_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
            params![
                cookie.digest(),
                account.as_bytes(),
                from.map(|token| token.id.into_bytes()),
                now.timestamp_millis(),
                ends_at.timestamp_millis()
            ],
        )?;
        transaction.commit()?;
        let sign_in =
            SignIn { account, token: from.map(|token| token.id), begun_at: now, expires_at: ends_at.min(now + IDLE) };
        Ok(Begun { cookie, sign_in })
    }

    /// The open sign-in of a cookie, which is seen by this; `None` where it was never begun, or is over.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn find(&self, cookie: &str, now: DateTime<Utc>) -> Result<Option<SignIn>, Trouble> {
        let digest = digest(cookie);
        let database = self.database();
        let found = database
            .prepare_cached("SELECT account, token, begun_at, seen_at, ends_at FROM sign_in WHERE digest = ?1")?
            .query_row([digest], |row| {
                Ok((
                    Uuid::from_bytes(row.get(0)?),
                    row.get::<_, Option<[u8; 16]>>(1)?.map(Uuid::from_bytes),
                    instant(row.get(2)?),
                    instant(row.get(3)?),
                    instant(row.get(4)?),
                ))
            })
            .optional()?;
        let Some((account, token, begun_at, seen_at, ends_at)) = found else {
            return Ok(None);
        };
        if now >= ends_at.min(seen_at + IDLE) {
            return Ok(None);
        }
        let mut seen = seen_at;
        if now >= seen_at + SEEN_EVERY {
            seen = now;
            database
                .prepare_cached("UPDATE sign_in SET seen_at = ?2 WHERE digest = ?1")?
                .execute(params![digest, now.timestamp_millis()])?;
        }
        Ok(Some(SignIn { account, token, begun_at, expires_at: ends_at.min(seen + IDLE) }))
    }

    /// Ends the sign-in of a cookie; whether there was one.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn end(&self, cookie: &str) -> Result<bool, Trouble> {
        let database = self.database();
        let ended = database.execute("DELETE FROM sign_in WHERE digest = ?1", [digest(cookie)])?;
        sync(&database)?;
        Ok(ended > 0)
    }

    /// Ends all sign-ins of an account; how many there were.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn end_all(&self, account: Uuid) -> Result<usize, Trouble> {
        let database = self.database();
        let ended = database.execute("DELETE FROM sign_in WHERE account = ?1", [account.as_bytes()])?;
        sync(&database)?;
        Ok(ended)
    }

    /// Ends all sign-ins of an account but one; how many there were.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn end_others(&self, account: Uuid, kept: Option<&Digest>) -> Result<usize, Trouble> {
        let Some(kept) = kept else { return self.end_all(account) };
        let database = self.database();
        let ended = database
            .execute("DELETE FROM sign_in WHERE account = ?1 AND digest <> ?2", params![account.as_bytes(), kept])?;
        sync(&database)?;
        Ok(ended)
    }

    /// Whether a sign-in is open that was found before; it is not seen by this.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn is_open(&self, digest: &Digest, now: DateTime<Utc>) -> Result<bool, Trouble> {
        let found: Option<(i64, i64)> = self
            .database()
            .prepare_cached("SELECT seen_at, ends_at FROM sign_in WHERE digest = ?1")?
            .query_row([digest], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found.is_some_and(|(seen_at, ends_at)| now < instant(ends_at).min(instant(seen_at) + IDLE)))
    }

    /// Uses the code of a step, once: `false` where this code of the account, or a later one, was used before
    /// (RFC 6238 §5.2).
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn use_step(&self, account: Uuid, step: i64) -> Result<bool, Trouble> {
        let used = self.database().execute(
            "INSERT INTO code_step (account, step) VALUES (?1, ?2)
                ON CONFLICT (account) DO UPDATE SET step = excluded.step WHERE excluded.step > step",
            params![account.as_bytes(), step],
        )?;
        Ok(used > 0)
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        // A transaction that was cut off by a panic was rolled back when it was dropped.
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn immediate(database: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    database.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// What was written is on the disk.
fn sync(database: &Connection) -> rusqlite::Result<()> {
    database.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

/// An instant as it is stored, in milliseconds; what cannot be read is long ago.
fn instant(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}
