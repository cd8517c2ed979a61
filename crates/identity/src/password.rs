//! Passwords: which may be chosen, and what is kept of one.
//!
//! Kept is a string of argon2id (RFC 9106) with 19 MiB, two passes and one lane. One takes some 20 to 50 ms and 19 MiB,
//! so no more than [`AT_ONCE_MAX`] are in the making at a time; whoever comes then is told to come again. Call
//! [`Hasher`] from a thread that may be busy.

mod common;
#[cfg(test)]
mod tests;

use crate::secrets::{NoRandomness, Secret};
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Fewest characters.
pub const CHARS_MIN: usize = 12;
/// Most characters.
pub const CHARS_MAX: usize = 128;
/// Passwords that may be hashed or compared at once.
pub const AT_ONCE_MAX: usize = 2;

/// Longest text that is looked at: no text of [`CHARS_MAX`] characters in NFC is longer in any other form.
const BYTES_MAX: usize = CHARS_MAX * 18;

/// Why a text cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Fewer than [`CHARS_MIN`] characters.
    #[error("a password has at least {CHARS_MIN} characters")]
    TooShort,
    /// More than [`CHARS_MAX`] characters.
    #[error("a password has at most {CHARS_MAX} characters")]
    TooLong,
    /// A control character, which no keyboard gives twice in the same way (RFC 8265 §4.2).
    #[error("a password has no control characters")]
    ControlCharacter,
    /// One of the commonest, or one of them with digits, marks or repetition around it.
    #[error("the password is one of the commonest")]
    Common,
}

/// A text that may be a password, in NFC, so that every keyboard gives the same one (RFC 8265 §4.2).
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// The password that a text is, if it may be one.
///
/// # Errors
/// [`Unfit`], the first that applies.
pub fn choose(text: &str) -> Result<Password, Unfit> {
    let password = normal(text).ok_or(Unfit::TooLong)?;
    match password.0.chars().count() {
        0..CHARS_MIN => return Err(Unfit::TooShort),
        CHARS_MIN..=CHARS_MAX => {}
        _ => return Err(Unfit::TooLong),
    }
    if password.0.chars().any(char::is_control) {
        return Err(Unfit::ControlCharacter);
    }
    if common::is_common(&password.0) { Err(Unfit::Common) } else { Ok(password) }
}

/// A text in the form in which passwords are compared, with one kind of space (RFC 8265 §4.2.1); `None` where it is too
/// long to be one.
fn normal(text: &str) -> Option<Password> {
    let one_space = |c: char| if c.is_whitespace() && !c.is_control() { ' ' } else { c };
    (text.len() <= BYTES_MAX).then(|| Password(Zeroizing::new(text.chars().map(one_space).nfc().collect())))
}

/// Too many passwords are looked at already; in a second there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{AT_ONCE_MAX} passwords are being compared already")]
pub struct Busy;

/// Why there is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotHashed {
    /// Too many at once.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The system gives no randomness, or no memory.
    #[error("the password could not be hashed")]
    Failed,
}

/// Hashes and compares passwords, few at a time.
pub struct Hasher {
    argon2: Argon2<'static>,
    running: AtomicUsize,
    /// The hash of a text that nobody knows: what is compared where there is no account, so that the time an answer takes
    /// says nothing about which logins exist.
    nobody: OnceLock<String>,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("running", &self.running).finish_non_exhaustive()
    }
}

impl Default for Hasher {
    fn default() -> Self {
        // Params::DEFAULT is 19 MiB, two passes, one lane; a test holds what it comes to.
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT);
        Self { argon2, running: AtomicUsize::new(0), nobody: OnceLock::new() }
    }
}

impl Hasher {
    /// What is kept of a password: an argon2id string with a salt of its own.
    ///
    /// # Errors
    /// [`NotHashed`].
    pub fn hash(&self, password: &Password) -> Result<String, NotHashed> {
        let _running = self.enter()?;
        hash(&self.argon2, &password.0)
    }

    /// Whether a text is the password of which this was kept. Where nothing is kept, it is not, after equal work.
    ///
    /// # Errors
    /// [`Busy`].
    pub fn is_right(&self, text: &str, kept: Option<&str>) -> Result<bool, Busy> {
        let _running = self.enter()?;
        let given = normal(text);
        let bytes = given.as_ref().map_or(&[][..], |password| password.0.as_bytes());
        let same = self.argon2.verify_password(bytes, kept.unwrap_or_else(|| self.nobody())).is_ok();
        Ok(same && kept.is_some() && given.is_some())
    }

    fn nobody(&self) -> &str {
        self.nobody.get_or_init(|| {
            let drawn = Secret::draw().map_err(|NoRandomness| NotHashed::Failed);
            // What is no hash is nobody's password either.
            drawn.and_then(|secret| hash(&self.argon2, secret.text())).unwrap_or_default()
        })
    }

    fn enter(&self) -> Result<Running<'_>, Busy> {
        let one_more = |running: usize| (running < AT_ONCE_MAX).then_some(running + 1);
        match self.running.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more) {
            Ok(_) => Ok(Running(&self.running)),
            Err(_) => Err(Busy),
        }
    }
}

fn hash(argon2: &Argon2<'_>, text: &str) -> Result<String, NotHashed> {
    argon2.hash_password(text.as_bytes()).map(|kept| kept.to_string()).map_err(|_| NotHashed::Failed)
}

/// One password in the making.
struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
