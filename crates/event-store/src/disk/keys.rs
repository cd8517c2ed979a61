//! The key directory: everything secret that a log needs, next to the data and never inside it (FORMAT §4, §5).
//!
//! `log` names the log, its origin, its verifier key and the epochs in force; one file per key. What was signed last
//! lies in a directory of its own, for it must never be brought back from a backup. All of it is private to this module;
//! only what the keys make is format.

mod backup;
mod backups;
mod epochs;
mod error;
mod files;
mod receipts;
mod signed;
#[cfg(test)]
mod tests;

pub use backup::{BackupError, BackupOf, PASSPHRASE_BYTES_MAX, back_up, backup_of, restore};
pub use backups::{BackupBounds, KeptBackup, Renewed, kept_backups, renew_backups};
pub use error::{Flaw, KeyError, SignError};
pub(crate) use signed::file_in as signed_file_in;

use crate::disk::files::Files;
use crate::disk::lock::{DirLock, LockError};
use crate::ids::{Fingerprint, Hash};
use crate::message::Message;
use crate::record::boxes::{Kek, hmac_sha256};
use crate::record::checkpoint;
use crate::record::proof::verify_consistency;
use crate::record::tree::empty_root;
use ed25519_dalek::SigningKey;
use files::{
    Secret, absolute, appear, closed_to_others, io_error, key_text, look_at_parent, read_key, read_text, resolved,
};
use hmac::Mac as _;
use signed::Signed;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use uuid::Uuid;
use zeroize::Zeroizing;

const LOG_FILE: &str = "log";

/// The keys of one log, its directory locked as long as this lives. What it signs last it remembers on disk before the
/// signature leaves it, so that a restored old copy of the data, or a second server, cannot make the log say two
/// different things.
pub struct KeyDirectory {
    log_id: Uuid,
    origin: String,
    signing: SigningKey,
    /// In force, oldest first; never empty.
    keks: RwLock<Vec<Kek>>,
    /// Where they lie; `None` for those that live with the process.
    dir: Option<PathBuf>,
    receipt: Secret,
    fingerprint: Secret,
    signed: Mutex<Signed>,
    notes: Vec<Message>,
    _lock: Option<DirLock>,
}

impl fmt::Debug for KeyDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyDirectory({})", self.origin)
    }
}

impl KeyDirectory {
    /// Makes the keys of a new log in a new directory (or an empty one), which appears whole or not at all, and then, in
    /// the directory `signed`, the memory of what was signed last: nothing yet.
    ///
    /// # Errors
    /// [`KeyError::AlreadyThere`], [`KeyError::Origin`], [`KeyError::ParentOpen`], [`KeyError::Io`].
    pub fn create(dir: &Path, signed: &Path, files: &Files, log_id: Uuid, origin: &str) -> Result<Self, KeyError> {
        if !checkpoint::is_origin(origin) {
            return Err(KeyError::Origin(origin.to_owned()));
        }
        let keys = Self::random(log_id, origin);
        let mut made: Vec<(String, Zeroizing<String>)> = keys
            .files()
            .into_iter()
            .map(|(purpose, key)| (format!("{purpose}.key"), key_text(&purpose, log_id, &key)))
            .collect();
        made.push((LOG_FILE.to_owned(), Zeroizing::new(keys.log_text())));
        appear(&absolute(dir)?, &made)?;
        let mut keys = Self::open(dir, signed, files)?;
        keys.remember_signed(signed, files, 0, empty_root())?;
        Ok(keys)
    }

    /// What [`KeyDirectory::create`] would refuse, found out without making anything.
    ///
    /// # Errors
    /// As for [`KeyDirectory::create`].
    pub(crate) fn can_be_made(dir: &Path, origin: Option<&str>) -> Result<(), KeyError> {
        if let Some(origin) = origin.filter(|origin| !checkpoint::is_origin(origin)) {
            return Err(KeyError::Origin(origin.to_owned()));
        }
        let dir = &absolute(dir)?;
        if dir.parent().is_some_and(Path::is_dir) {
            look_at_parent(dir)?;
        }
        Ok(())
    }

    /// Opens the keys of an existing log, with the memory of what was signed last in the directory `signed`. Where that
    /// is lost nothing can be signed before [`KeyDirectory::remember_signed`].
    ///
    /// # Errors
    /// Anything missing, damaged, of another log, open to others or in use is a [`KeyError`] that names the file. No key
    /// is ever made anew here.
    pub fn open(dir: &Path, signed: &Path, files: &Files) -> Result<Self, KeyError> {
        let mut keys = Self::open_keys(dir)?;
        keys.open_signed(dir, signed, files)?;
        Ok(keys)
    }

    /// The keys alone; nothing can be signed before [`KeyDirectory::open_signed`].
    pub(crate) fn open_keys(dir: &Path) -> Result<Self, KeyError> {
        let dir = &absolute(dir)?;
        closed_to_others(dir)?;
        look_at_parent(dir)?;
        let lock = DirLock::take(dir).map_err(|error| match error {
            LockError::Held => KeyError::InUse(dir.clone()),
            LockError::Io(error) => io_error(dir)(error),
        })?;
        let log_file = dir.join(LOG_FILE);
        let text = read_text(&log_file)?;
        let (log_id, origin, epochs) =
            parse_log_text(&text).ok_or_else(|| KeyError::Damaged { file: log_file.clone(), why: Flaw::Form })?;
        let key = |purpose: &str| read_key(&dir.join(format!("{purpose}.key")), purpose, log_id);
        let mut keks = Vec::with_capacity(epochs.len());
        for epoch in epochs {
            let key = key(&kek_purpose(epoch))?;
            keks.push(Kek { epoch, key: *key });
        }
        if keks.is_empty() {
            return Err(KeyError::Damaged { file: log_file.clone(), why: Flaw::NoEpoch });
        }
        let keys = Self {
            log_id,
            origin: origin.to_owned(),
            signing: SigningKey::from_bytes(&*key("signing")?),
            keks: RwLock::new(keks),
            dir: Some(dir.clone()),
            receipt: key("receipt")?,
            fingerprint: key("fingerprint")?,
            signed: Mutex::new(Signed::lost(log_id)),
            notes: Vec::new(),
            _lock: Some(lock),
        };
        // The verifier key depends on origin and signing key, so this catches a change of either.
        if keys.log_text() != *text {
            return Err(KeyError::Damaged { file: log_file, why: Flaw::OtherSigningKey });
        }
        Ok(keys)
    }

    /// Opens the memory of what was signed last, and takes over what earlier versions kept among the keys.
    pub(crate) fn open_signed(&mut self, dir: &Path, signed: &Path, files: &Files) -> Result<(), KeyError> {
        let (keys, dir) = (absolute(dir)?, absolute(signed)?);
        let mut signed = Signed::open(files, &dir, self.log_id, &mut self.notes)?;
        signed.take_over(files, &keys, &dir, &mut self.notes)?;
        *self.signed() = signed;
        Ok(())
    }

    /// What was mended or moved on opening; the second call has nothing.
    pub fn take_notes(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.notes)
    }

    /// Keys that live and die with the process, for tests.
    ///
    /// # Panics
    /// When the origin cannot name a log.
    pub fn ephemeral(log_id: Uuid, origin: &str) -> Self {
        assert!(checkpoint::is_origin(origin), "an origin");
        Self::random(log_id, origin)
    }

    /// Refuses directories of which one lies inside another: a copy of the one must not carry the other along.
    ///
    /// # Errors
    /// [`KeyError::Inside`]; [`KeyError::Io`] when a path cannot be resolved.
    pub fn apart(directories: &[&Path]) -> Result<(), KeyError> {
        let real = directories.iter().map(|dir| resolved(dir)).collect::<Result<Vec<_>, _>>()?;
        for (at, inner) in real.iter().enumerate() {
            for (other, outer) in real.iter().enumerate() {
                if at != other && inner.starts_with(outer) {
                    return Err(KeyError::Inside { inner: inner.clone(), outer: outer.clone() });
                }
            }
        }
        Ok(())
    }

    fn random(log_id: Uuid, origin: &str) -> Self {
        let random = || Zeroizing::new(crate::secret_bytes());
        let kek = Kek { epoch: 1, key: *random() };
        Self {
            log_id,
            origin: origin.to_owned(),
            signing: SigningKey::from_bytes(&random()),
            keks: RwLock::new(vec![kek]),
            dir: None,
            receipt: random(),
            fingerprint: random(),
            signed: Mutex::new(Signed::in_memory(log_id)),
            notes: Vec::new(),
            _lock: None,
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
    pub fn kek(&self) -> Kek {
        // There is one from the first start on, and the newest is never destroyed.
        self.keks().last().cloned().expect("a key directory has an epoch")
    }

    /// The key-encryption key of an epoch; `None` when there never was one, or it was destroyed by an erasure.
    pub fn kek_of(&self, epoch: u32) -> Option<Kek> {
        self.keks().iter().find(|kek| kek.epoch == epoch).cloned()
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

    /// Size and root of the last checkpoint signed; `None` before the first over a leaf, and where the memory is lost.
    pub fn last_signed(&self) -> Option<(u64, Hash)> {
        Some(self.signed().last()).filter(|(size, _)| *size > 0)
    }

    /// Whether the memory of what was signed last is not there.
    pub fn signed_is_lost(&self) -> bool {
        self.signed().is_lost()
    }

    /// Notes down durably that the first `size` leaves are known to have been signed with a root; a memory that knows
    /// more stays as it is, one that is lost is made in the directory `signed`.
    ///
    /// # Errors
    /// [`KeyError::Io`] and what else keeps the memory from being written.
    pub fn remember_signed(&mut self, signed: &Path, files: &Files, size: u64, root: Hash) -> Result<(), KeyError> {
        let dir = absolute(signed)?;
        self.signed().remember(files, &dir, size, root)
    }

    /// Signs a checkpoint, if the log extends what was signed last as `consistency` shows: the proof from the first
    /// `from` leaves on (empty when the size is the same, or nothing was signed). The signature is given away only after
    /// it is noted down durably. Blocks for one `fdatasync`.
    ///
    /// # Errors
    /// [`SignError`]. [`SignError::Fork`] says that the proof shows no extension; that it was a right one is for the
    /// caller to make sure.
    pub fn sign(&self, from: u64, size: u64, root: Hash, consistency: &[Hash]) -> Result<String, SignError> {
        let root_is_possible = size > 0 || root == empty_root();
        self.signed().replace(|last_size, last_root| {
            if from != last_size {
                return Err(SignError::OtherStart { from, signed: last_size });
            }
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

    fn signed(&self) -> MutexGuard<'_, Signed> {
        self.signed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn files(&self) -> Vec<(String, Secret)> {
        let mut files = vec![
            ("signing".to_owned(), Zeroizing::new(self.signing.to_bytes())),
            ("receipt".to_owned(), self.receipt.clone()),
            ("fingerprint".to_owned(), self.fingerprint.clone()),
        ];
        files.extend(self.keks().iter().map(|k| (kek_purpose(k.epoch), Zeroizing::new(k.key))));
        files
    }

    fn log_text(&self) -> String {
        let epochs: Vec<u32> = self.keks().iter().map(|kek| kek.epoch).collect();
        self.log_text_of(&epochs)
    }

    fn log_text_of(&self, epochs: &[u32]) -> String {
        let epochs: Vec<String> = epochs.iter().map(u32::to_string).collect();
        format!("huiyin keys 1\n{}\n{}\n{}\n{}\n", self.log_id, self.origin, self.vkey(), epochs.join(" "))
    }

    fn keks(&self) -> RwLockReadGuard<'_, Vec<Kek>> {
        self.keks.read().unwrap_or_else(PoisonError::into_inner)
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
