//! Secrets that are drawn here and shown once: cookies and enrolment codes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// SHA-256 of a secret's text. It has 256 bits, so no slow hash is needed against guessing.
pub type Digest = [u8; 32];

/// Length of the text of a secret: 32 bytes in base64url.
pub const SECRET_CHARS: usize = 43;

/// A secret that is known this once: 32 random bytes in base64url.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Draws one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn draw() -> Result<Self, NoRandomness> {
        let bytes = Zeroizing::new(random::<32>()?);
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes))))
    }

    /// The text that its owner is shown.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn digest(&self) -> Digest {
        digest(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What is kept of a secret with this text. Any text has a digest; one that was never drawn is found nowhere.
pub fn digest(text: &str) -> Digest {
    Sha256::digest(text.as_bytes()).into()
}

/// The system gives no randomness. It never happens on a machine that has started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no randomness")]
pub struct NoRandomness;

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_is_drawn_anew_and_kept_as_its_digest() {
        let (one, other) = (Secret::draw().unwrap(), Secret::draw().unwrap());
        assert_ne!(one.text(), other.text());
        assert_eq!(one.text().len(), SECRET_CHARS);
        assert_eq!(one.digest(), digest(one.text()));
        assert_eq!(format!("{one:?}"), "Secret", "it is in no log line");
    }
}
