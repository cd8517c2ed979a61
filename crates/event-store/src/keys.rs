//! The key directory: everything secret that a log needs, next to the data and never inside it (FORMAT §2, §4).
//!
//! `log` names the log, its origin, its verifier key and the epochs in force; one file per key; `signed` holds what was
//! signed last. All of it is private to this module; only what the keys make is format.

mod error;
mod files;
mod signed;
#[cfg(test)]
mod tests;

pub use error::{KeyError, SignError};

use crate::boxes::{Kek, hmac_sha256};
use crate::checkpoint;
use crate::ids::{Fingerprint, Hash};
use crate::tree::{empty_root, verify_consistency};
use ed25519_dalek::SigningKey;
use files::{
    absolute, beside, closed_to_others, io_error, key_text, read_key, read_text, resolved, sync_dir, write_new,
};
use hmac::Mac as _;
use signed::Signed;
use std::fmt;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

const LOG_FILE: &str = "log";
const SIGNED_FILE: &str = "signed";

/// The keys of one log. What it signs last it remembers on disk before the signature leaves it, so that a restored old
/// copy of the data, or a second server, cannot make the log say two different things.
pub struct KeyDirectory {
    log_id: Uuid,
    origin: String,
    signing: SigningKey,
    /// In force, oldest first; never empty.
    keks: Vec<Kek>,
    newest: Kek,
    receipt: [u8; 32],
    fingerprint: [u8; 32],
    signed: Mutex<Signed>,
}

impl fmt::Debug for KeyDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyDirectory({})", self.origin)
    }
}

impl KeyDirectory {
    /// Makes the keys of a new log in a new directory (or an empty one). It appears whole or not at all.
    ///
    /// # Errors
    /// [`KeyError::AlreadyThere`], [`KeyError::Origin`], [`KeyError::Io`].
    pub fn create(dir: &Path, log_id: Uuid, origin: &str) -> Result<Self, KeyError> {
        if !checkpoint::is_origin(origin) {
            return Err(KeyError::Origin(origin.to_owned()));
        }
        let dir = &absolute(dir)?;
        match fs::read_dir(dir) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(KeyError::AlreadyThere(dir.clone()));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io_error(dir)(error)),
        }
        // What a crash left half made has never been used.
        let making = &beside(dir);
        match fs::remove_dir_all(making) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(io_error(making)(error));
            }
            _ => {}
        }
        let parent = dir.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent).map_err(io_error(parent))?;
        DirBuilder::new().mode(0o700).create(making).map_err(io_error(making))?;

        let keys = Self::random(log_id, origin, Signed::in_memory());
        for (purpose, key) in keys.files() {
            let file = making.join(format!("{purpose}.key"));
            write_new(&file, key_text(&purpose, log_id, &key).as_bytes())?;
        }
        write_new(&making.join(SIGNED_FILE), &Signed::fresh_file())?;
        write_new(&making.join(LOG_FILE), keys.log_text().as_bytes())?;
        sync_dir(making)?;
        fs::rename(making, dir).map_err(io_error(dir))?;
        sync_dir(parent)?;
        Self::open(dir)
    }

    /// Opens the keys of an existing log.
    ///
    /// # Errors
    /// Anything missing, damaged, of another log or open to others is a [`KeyError`] that names the file. Nothing is
    /// ever made anew here.
    pub fn open(dir: &Path) -> Result<Self, KeyError> {
        let dir = &absolute(dir)?;
        closed_to_others(dir)?;
        let log_file = dir.join(LOG_FILE);
        let text = read_text(&log_file)?;
        let (log_id, origin, epochs) = parse_log_text(&text)
            .ok_or_else(|| KeyError::Damaged { file: log_file.clone(), why: "it is out of form" })?;
        let key = |purpose: &str| read_key(&dir.join(format!("{purpose}.key")), purpose, log_id);
        let mut keks = Vec::with_capacity(epochs.len());
        for epoch in epochs {
            let key = key(&kek_purpose(epoch))?;
            keks.push(Kek { epoch, key });
        }
        let newest = keks
            .last()
            .cloned()
            .ok_or_else(|| KeyError::Damaged { file: log_file.clone(), why: "it names no epoch" })?;
        let keys = Self {
            log_id,
            origin: origin.to_owned(),
            signing: SigningKey::from_bytes(&key("signing")?),
            keks,
            newest,
            receipt: key("receipt")?,
            fingerprint: key("fingerprint")?,
            signed: Mutex::new(Signed::open(&dir.join(SIGNED_FILE))?),
        };
        // The verifier key depends on origin and signing key, so this catches a change of either.
        if keys.log_text() != text {
            return Err(KeyError::Damaged { file: log_file, why: "it does not fit the signing key" });
        }
        Ok(keys)
    }

    /// Keys that live and die with the process, for tests.
    ///
    /// # Panics
    /// When the origin cannot name a log.
    pub fn ephemeral(log_id: Uuid, origin: &str) -> Self {
        assert!(checkpoint::is_origin(origin), "an origin");
        Self::random(log_id, origin, Signed::in_memory())
    }

    /// Refuses keys inside the data and data inside the keys: a copy of the one must not carry the other along.
    ///
    /// # Errors
    /// [`KeyError::Inside`]; [`KeyError::Io`] when a path cannot be resolved.
    pub fn apart(keys: &Path, data: &Path) -> Result<(), KeyError> {
        let (keys, data) = (resolved(keys)?, resolved(data)?);
        if keys.starts_with(&data) || data.starts_with(&keys) {
            return Err(KeyError::Inside { keys, data });
        }
        Ok(())
    }

    fn random(log_id: Uuid, origin: &str, signed: Signed) -> Self {
        let random = || {
            let mut key = [0; 32];
            crate::fill_random(&mut key);
            key
        };
        let kek = Kek { epoch: 1, key: random() };
        Self {
            log_id,
            origin: origin.to_owned(),
            signing: SigningKey::from_bytes(&random()),
            keks: vec![kek.clone()],
            newest: kek,
            receipt: random(),
            fingerprint: random(),
            signed: Mutex::new(signed),
        }
    }

    /// The log that the keys are for.
    pub fn log_id(&self) -> Uuid {
        self.log_id
    }

    /// The log's origin, which is also the name of its signing key.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The verifier key, by which anyone checks checkpoints.
    pub fn vkey(&self) -> String {
        checkpoint::vkey(&self.origin, &self.signing.verifying_key())
    }

    /// The newest key-encryption key, under which new keys are wrapped.
    pub fn kek(&self) -> &Kek {
        &self.newest
    }

    /// The key-encryption key of an epoch; `None` when there never was one, or it was destroyed by an erasure.
    pub fn kek_of(&self, epoch: u32) -> Option<&Kek> {
        self.keks.iter().find(|kek| kek.epoch == epoch)
    }

    /// The code on an issue's receipt: 80 bits of HMAC-SHA256(receipt key, `"huiyin/receipt/1\n"` ‖ issue uuid) in
    /// Crockford's base32, in fours. Stored nowhere; derived again wherever it is shown or looked for.
    pub fn receipt_code(&self, issue: Uuid) -> String {
        let mut mac = hmac_sha256(&self.receipt);
        mac.update(b"huiyin/receipt/1\n");
        mac.update(issue.to_string().as_bytes());
        let digest: Hash = mac.finalize().into_bytes().into();
        crockford_in_fours(&digest[..10])
    }

    /// The digest by which a repeated request is told from another one under the same idempotency key. Keyed, since
    /// a plain hash of a body could be guessed back to a phone number.
    pub fn fingerprint(&self, method: &str, path: &str, query: &str, body: &[u8]) -> Fingerprint {
        let mut mac = hmac_sha256(&self.fingerprint);
        mac.update(b"huiyin/request/1\n");
        for part in [method.as_bytes(), path.as_bytes(), query.as_bytes(), body] {
            // The lengths keep apart what would otherwise run together.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Size and root of the last checkpoint signed; `None` before the first over a leaf.
    pub fn last_signed(&self) -> Option<(u64, Hash)> {
        let signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        Some(signed.last()).filter(|(size, _)| *size > 0)
    }

    /// Signs a checkpoint, if the log extends what was signed last as `consistency` shows (empty when the size is the
    /// same, or nothing was signed). The signature is given away only after it is noted down durably. Blocks for one
    /// `fdatasync`.
    ///
    /// # Errors
    /// [`SignError`]; anything but `Io` should stop the log.
    pub fn sign(&self, size: u64, root: Hash, consistency: &[Hash]) -> Result<String, SignError> {
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        let root_is_possible = size > 0 || root == empty_root();
        signed.replace(|last_size, last_root| {
            if size < last_size {
                return Err(SignError::Behind { size, signed: last_size });
            }
            let extends = verify_consistency(last_size, size, last_root, &root, consistency);
            if extends && root_is_possible {
                Ok((size, root))
            } else {
                Err(SignError::Fork { size, signed: last_size })
            }
        })?;
        Ok(checkpoint::note(&self.origin, size, &root, &self.signing))
    }

    fn files(&self) -> Vec<(String, [u8; 32])> {
        let mut files = vec![
            ("signing".to_owned(), self.signing.to_bytes()),
            ("receipt".to_owned(), self.receipt),
            ("fingerprint".to_owned(), self.fingerprint),
        ];
        files.extend(self.keks.iter().map(|k| (kek_purpose(k.epoch), k.key)));
        files
    }

    fn log_text(&self) -> String {
        let epochs: Vec<String> = self.keks.iter().map(|k| k.epoch.to_string()).collect();
        format!("huiyin keys 1\n{}\n{}\n{}\n{}\n", self.log_id, self.origin, self.vkey(), epochs.join(" "))
    }
}

/// Log id, origin and epochs; the whole is compared with what the keys give, so the rest need not be read.
fn parse_log_text(text: &str) -> Option<(Uuid, &str, Vec<u32>)> {
    let mut lines = text.lines();
    if lines.next()? != "huiyin keys 1" {
        return None;
    }
    let log_id = lines.next()?.parse().ok()?;
    let origin = lines.next()?;
    let epochs = lines.nth(1)?.split(' ').map(|epoch| epoch.parse().ok());
    let epochs: Vec<u32> = epochs.collect::<Option<_>>()?;
    (checkpoint::is_origin(origin) && epochs.is_sorted()).then_some((log_id, origin, epochs))
}

fn kek_purpose(epoch: u32) -> String {
    format!("kek-{epoch}")
}

/// Bytes in the digits of Crockford's base32, a hyphen after every fourth.
fn crockford_in_fours(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut code = String::new();
    let (mut held, mut bits, mut written) = (0u32, 0u32, 0u32);
    for &byte in bytes {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            if written > 0 && written.is_multiple_of(4) {
                code.push('-');
            }
            code.push(char::from(DIGITS[(held >> bits & 31) as usize]));
            written += 1;
        }
        held &= (1 << bits) - 1;
    }
    code
}
