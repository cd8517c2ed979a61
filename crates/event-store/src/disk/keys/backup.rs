//! Backups of the keys: all that opening a log needs of them, in one file that a passphrase opens. The passphrase is stretched
//! by argon2id (RFC 9106 §4, its second choice), the keys are sealed by XChaCha20-Poly1305 under what comes of it, and the
//! lines before them are bound to them.
//!
//! What was signed last is not in it: that must never come back ([`super::KeyDirectory::open_signed`]).

use super::epochs::destroy;
use super::files::{absolute, appear, io_error, key_text, read_key, read_text, sync_dir, write_new};
use super::{KeyDirectory, KeyError, LOG_FILE, kek_purpose, parse_log_text};
use crate::message::Message;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Longest passphrase that is taken.
pub const PASSPHRASE_BYTES_MAX: usize = 1024;

const FORMAT: &str = "huiyin key backup 1";
/// What the name of a file ends with until it is whole.
pub(super) const MAKING: &str = ".making";
/// KiB, passes and lanes of argon2id.
const STRETCHED_BY: [u32; 3] = [64 * 1024, 3, 4];
/// The most of each that a file may ask for.
const STRETCHED_BY_MAX: [u32; 3] = [1024 * 1024, 16, 16];
/// No backup is longer: half a dozen keys of less than 200 bytes each.
const BYTES_MAX: u64 = 64 * 1024;
/// How often the directory is read again where an erasure changes it meanwhile.
const TRIES: usize = 3;

/// Why the keys were not backed up, or not restored.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().en)]
pub enum BackupError {
    /// The keys, or where they are put back, are not as they must be.
    Keys(#[from] KeyError),
    /// An erasure is being carried out: the key that it destroys must not live on in a backup.
    Erasing(PathBuf),
    /// The file is no backup of keys.
    NotABackup(PathBuf),
    /// The passphrase is another one, or the file is not as it was written: nobody can tell which.
    Sealed(PathBuf),
    /// The passphrase is empty or too long, or there is no memory to stretch it.
    Passphrase,
}

impl BackupError {
    /// What happened and what to do.
    pub fn message(&self) -> Message {
        let (zh, en) = match self {
            Self::Keys(error) => return error.message(),
            Self::Erasing(dir) => (
                format!("{}：正在执行删除，请稍后再备份", dir.display()),
                format!("{}: an erasure is being carried out; back up again in a moment", dir.display()),
            ),
            Self::NotABackup(file) => {
                (format!("{}：不是密钥备份", file.display()), format!("{} is no backup of keys", file.display()))
            }
            Self::Sealed(file) => (
                format!("{}：口令不对，或文件已损坏", file.display()),
                format!("{}: another passphrase, or the file is damaged", file.display()),
            ),
            Self::Passphrase => (
                format!("口令不得为空，也不得超过 {PASSPHRASE_BYTES_MAX} 字节；并须有 64 MiB 内存"),
                format!("a passphrase has 1 to {PASSPHRASE_BYTES_MAX} bytes, and takes 64 MiB of memory"),
            ),
        };
        Message { zh, en }
    }
}

/// What a backup says of itself without the passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupOf {
    /// Of which log.
    pub log_id: Uuid,
    /// The epoch of the key-encryption key that is in it.
    pub epoch: u32,
}

/// Writes a new file that holds the keys of a directory, which a server may have open, as the passphrase seals them.
///
/// # Errors
/// [`BackupError`]; where the file is there already it stays as it is.
pub fn back_up(keys: &Path, file: &Path, passphrase: &str) -> Result<BackupOf, BackupError> {
    let file = absolute(file)?;
    if file.exists() {
        return Err(KeyError::AlreadyThere(file).into());
    }
    let (of, plain) = gathered(&absolute(keys)?)?;
    let text = sealed(of, &plain, passphrase)?;
    // Under its name it appears whole or not at all; what a stop left half made was never a backup.
    let mut making = file.clone().into_os_string();
    making.push(MAKING);
    let making = PathBuf::from(making);
    destroy(&making)?;
    write_new(&making, text.as_bytes())?;
    fs::rename(&making, &file).map_err(io_error(&file))?;
    sync_dir(file.parent().unwrap_or(Path::new("/")))?;
    Ok(of)
}

/// What a file is a backup of.
///
/// # Errors
/// [`BackupError::NotABackup`], and where it cannot be read.
pub fn backup_of(file: &Path) -> Result<BackupOf, BackupError> {
    Ok(Parts::read(file, &text_of(file)?)?.of)
}

/// Puts the keys of a backup into a new directory (or an empty one), which appears whole or not at all.
///
/// # Errors
/// [`BackupError`].
pub fn restore(file: &Path, keys: &Path, passphrase: &str) -> Result<BackupOf, BackupError> {
    let text = text_of(file)?;
    let parts = Parts::read(file, &text)?;
    let key = stretched(passphrase, &parts.salt, parts.by)?;
    let payload = Payload { msg: &parts.sealed, aad: parts.head.as_bytes() };
    let plain = XChaCha20Poly1305::new((&*key).into()).decrypt((&parts.nonce).into(), payload);
    let plain = Zeroizing::new(plain.map_err(|_| BackupError::Sealed(file.to_owned()))?);
    let files = unpacked(&plain).ok_or_else(|| BackupError::NotABackup(file.to_owned()))?;
    let keys = absolute(keys)?;
    appear(&keys, &files)?;
    // Whatever is wrong with them is told now, and not when the server starts.
    drop(KeyDirectory::open_keys(&keys)?);
    Ok(parts.of)
}

/// A backup as its lines say it.
struct Parts<'a> {
    of: BackupOf,
    by: [u32; 3],
    salt: [u8; 16],
    nonce: [u8; 24],
    /// Everything before the sealed keys.
    head: &'a str,
    sealed: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn read(file: &Path, text: &'a str) -> Result<Self, BackupError> {
        Self::parsed(text).ok_or_else(|| BackupError::NotABackup(file.to_owned()))
    }

    fn parsed(text: &'a str) -> Option<Self> {
        let (head, last) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        let head = &text[..=head.len()];
        let mut lines = head.lines();
        if lines.next()? != FORMAT {
            return None;
        }
        let of = BackupOf { log_id: lines.next()?.parse().ok()?, epoch: lines.next()?.parse().ok()? };
        let mut by = lines.next()?.strip_prefix("argon2id ")?.split(' ').map(|number| number.parse::<u32>().ok());
        let by = [by.next()??, by.next()??, by.next()??];
        if by.iter().zip(STRETCHED_BY_MAX).any(|(asked, most)| *asked > most) {
            return None;
        }
        let salt = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        let nonce = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        Some(Self { of, by, salt, nonce, head, sealed: STANDARD.decode(last).ok()? })
    }
}

fn sealed(of: BackupOf, plain: &[u8], passphrase: &str) -> Result<String, BackupError> {
    let (salt, nonce): ([u8; 16], [u8; 24]) = (crate::secret_bytes(), crate::secret_bytes());
    let [memory, passes, lanes] = STRETCHED_BY;
    let (salt_text, nonce_text) = (STANDARD.encode(salt), STANDARD.encode(nonce));
    let BackupOf { log_id, epoch } = of;
    let head = format!("{FORMAT}\n{log_id}\n{epoch}\nargon2id {memory} {passes} {lanes}\n{salt_text}\n{nonce_text}\n");
    let key = stretched(passphrase, &salt, STRETCHED_BY)?;
    let payload = Payload { msg: plain, aad: head.as_bytes() };
    let sealed = XChaCha20Poly1305::new((&*key).into()).encrypt((&nonce).into(), payload);
    let sealed = sealed.map_err(|_| BackupError::Passphrase)?;
    Ok(format!("{head}{}\n", STANDARD.encode(sealed)))
}

/// The key that comes of a passphrase, which every keyboard gives in one form (RFC 8265 §4.2).
fn stretched(passphrase: &str, salt: &[u8], by: [u32; 3]) -> Result<Zeroizing<[u8; 32]>, BackupError> {
    if passphrase.is_empty() || passphrase.len() > PASSPHRASE_BYTES_MAX {
        return Err(BackupError::Passphrase);
    }
    let [memory, passes, lanes] = by;
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| BackupError::Passphrase)?;
    let text: Zeroizing<String> = Zeroizing::new(passphrase.nfc().collect());
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(text.as_bytes(), salt, &mut *key)
        .map_err(|_| BackupError::Passphrase)?;
    Ok(key)
}

/// The files of a key directory, one after the other. The directory is not locked for it: a server may go on.
fn gathered(dir: &Path) -> Result<(BackupOf, Zeroizing<Vec<u8>>), BackupError> {
    let log_file = dir.join(LOG_FILE);
    for _ in 0..TRIES {
        let log = read_text(&log_file)?;
        let damaged = || KeyError::Damaged { file: log_file.clone(), why: super::Flaw::Form };
        let (log_id, _, epochs) = parse_log_text(&log).ok_or_else(damaged)?;
        let [epoch] = epochs[..] else {
            return Err(BackupError::Erasing(dir.to_owned()));
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(usize::try_from(BYTES_MAX).unwrap_or_default() / 2));
        let all = ["signing", "receipt", "fingerprint"].map(str::to_owned).into_iter().chain([kek_purpose(epoch)]);
        let mut packed = Ok(());
        for purpose in all {
            let name = format!("{purpose}.key");
            packed = read_key(&dir.join(&name), &purpose, log_id)
                .map(|key| pack(&mut plain, &name, &key_text(&purpose, log_id, &key)));
            if packed.is_err() {
                break;
            }
        }
        if *read_text(&log_file)? != *log {
            // An epoch began or ended meanwhile.
            continue;
        }
        packed?;
        pack(&mut plain, LOG_FILE, &log);
        return Ok((BackupOf { log_id, epoch }, plain));
    }
    Err(BackupError::Erasing(dir.to_owned()))
}

/// A file's name, how long it is, and the file.
fn pack(plain: &mut Vec<u8>, name: &str, text: &str) {
    plain.extend_from_slice(format!("{name} {}\n", text.len()).as_bytes());
    plain.extend_from_slice(text.as_bytes());
}

/// The files that [`pack`] packed; nothing where it is out of form.
fn unpacked(plain: &[u8]) -> Option<Vec<(String, Zeroizing<String>)>> {
    let mut rest = str::from_utf8(plain).ok()?;
    let mut files = Vec::new();
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n')?;
        let (name, length) = line.split_once(' ')?;
        let is_plain = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if name.is_empty() || !is_plain(name.strip_suffix(".key").unwrap_or(name)) {
            return None;
        }
        let (text, later) = after.split_at_checked(length.parse().ok()?)?;
        files.push((name.to_owned(), Zeroizing::new(text.to_owned())));
        rest = later;
    }
    Some(files)
}

fn text_of(file: &Path) -> Result<String, BackupError> {
    let length = fs::metadata(file).map_err(io_error(file))?.len();
    if length > BYTES_MAX {
        return Err(BackupError::NotABackup(file.to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(file).and_then(|open| open.take(BYTES_MAX).read_to_end(&mut bytes)).map_err(io_error(file))?;
    String::from_utf8(bytes).map_err(|_| BackupError::NotABackup(file.to_owned()))
}
