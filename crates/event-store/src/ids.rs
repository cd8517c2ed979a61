//! The nouns of the log: positions, versions, streams, commands, subjects, hashes.

use std::fmt;

/// A SHA-256 digest: leaf hash, tree node or root.
pub type Hash = [u8; 32];

/// Keyed digest of a request (method, path, query, body), by which a reused idempotency key is told from a replay.
pub type Fingerprint = [u8; 32];

/// A leaf's place in the log, dense from 1 (FORMAT §1). `Position(0)` means "before the first leaf".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

/// A leaf's place in its stream, dense from 1 (FORMAT §1); also the HTTP `ETag`. `Version(0)` means "no such stream".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `<family>/<uuid>`, or a singleton such as `log` or `calendar/2026` (FORMAT §1). At most 200 bytes, no control
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(String);

impl StreamId {
    /// Longest stream name accepted, in bytes.
    pub const BYTES_MAX: usize = 200;

    /// A stream by its whole name. Returns `None` when it is empty, too long, or holds a control character.
    pub fn new(name: impl Into<String>) -> Option<Self> {
        let name = name.into();
        let fits = !name.is_empty() && name.len() <= Self::BYTES_MAX && !name.chars().any(char::is_control);
        fits.then_some(Self(name))
    }

    /// `<family>/<id>`, for ids that cannot fail the rules of [`StreamId::new`].
    pub fn of(family: &str, id: uuid::Uuid) -> Self {
        let id = id.hyphenated();
        Self([family, "/", id.encode_lower(&mut uuid::Uuid::encode_buffer())].concat())
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first `/`, or the whole name of a singleton.
    pub fn family(&self) -> &str {
        self.0.split('/').next().unwrap_or(&self.0)
    }

    /// The uuid after `<family>/`, if that is what follows.
    pub fn uuid(&self) -> Option<uuid::Uuid> {
        self.0.split_once('/').and_then(|(_, id)| id.parse().ok())
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id that all leaves of one command share: SHA-256(`"huiyin/command/1\n"` ‖ actor ‖ `"\n"` ‖ key), first 16
/// bytes (FORMAT §1, `command`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub [u8; 16]);

impl CommandId {
    /// The command of `actor` (as in the leaf) under `idempotency_key`.
    pub fn derive(actor: &str, idempotency_key: &str) -> Self {
        use sha2::{Digest, Sha256};
        let mut hasher = Sha256::new();
        hasher.update(b"huiyin/command/1\n");
        hasher.update(actor.as_bytes());
        hasher.update(b"\n");
        hasher.update(idempotency_key.as_bytes());
        let digest: Hash = hasher.finalize().into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        Self(id)
    }
}

/// A person in one stream: 16 random bytes, `s/` + base64url in the leaf (FORMAT §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId(pub [u8; 16]);

impl SubjectId {
    /// A fresh random subject.
    pub fn random() -> Self {
        let mut bytes = [0; 16];
        crate::fill_random(&mut bytes);
        Self(bytes)
    }

    /// Reads `s/<22 characters of base64url>`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text.strip_prefix("s/")?).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use base64::Engine as _;
        write!(f, "s/{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.0))
    }
}
