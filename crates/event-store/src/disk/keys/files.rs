//! The files of a key directory, as bytes: what is open to others, too long or out of form is never read. Which files
//! there are, and what they make, is for [`KeyDirectory`](super::KeyDirectory).

use super::{Flaw, KeyError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;
use zeroize::Zeroizing;

/// A key, wiped when it is dropped.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// No file of the directory is longer; what is longer is not read.
const FILE_BYTES_MAX: u64 = 16_384;

/// A key file: purpose, log, key, and a digest that tells a damaged key from a whole one. The digest is of a random
/// secret and stays with it.
pub(super) fn key_text(purpose: &str, log_id: Uuid, key: &[u8; 32]) -> Zeroizing<String> {
    let encoded = Zeroizing::new(STANDARD.encode(key));
    let text = Zeroizing::new(format!("huiyin key 1\n{purpose}\n{log_id}\n{}\n", *encoded));
    let digest = Sha256::digest(text.as_bytes());
    Zeroizing::new(format!("{}{}\n", *text, STANDARD.encode(&digest[..8])))
}

pub(super) fn read_key(file: &Path, purpose: &str, log_id: Uuid) -> Result<Secret, KeyError> {
    let text = read_text(file)?;
    let mut lines = text.lines().skip(2);
    let its_log = lines.next().and_then(|line| line.parse().ok());
    let decoded = lines.next().and_then(|line| STANDARD.decode(line).ok()).map(Zeroizing::new);
    let key = decoded.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok()).map(Secret::new);
    let (Some(its_log), Some(key)) = (its_log, key) else {
        return Err(KeyError::Damaged { file: file.to_owned(), why: Flaw::Form });
    };
    if *key_text(purpose, its_log, &key) != *text {
        return Err(KeyError::Damaged { file: file.to_owned(), why: Flaw::Digest });
    }
    if its_log != log_id {
        return Err(KeyError::OtherLog(file.to_owned()));
    }
    Ok(key)
}

/// What a lock that is not had is called.
pub(super) fn in_use(file: &Path) -> impl FnOnce(io::Error) -> KeyError + '_ {
    move |error| {
        if error.kind() == io::ErrorKind::WouldBlock { KeyError::InUse(file.to_owned()) } else { io_error(file)(error) }
    }
}

pub(super) fn io_error(file: &Path) -> impl FnOnce(io::Error) -> KeyError + '_ {
    move |source| KeyError::Io { file: file.to_owned(), source }
}

pub(super) fn absolute(path: &Path) -> Result<PathBuf, KeyError> {
    std::path::absolute(path).map_err(io_error(path))
}

/// The path with links followed as far as it exists.
pub(super) fn resolved(path: &Path) -> Result<PathBuf, KeyError> {
    let path = absolute(path)?;
    let mut missing = Vec::new();
    for ancestor in path.ancestors() {
        match fs::canonicalize(ancestor) {
            Ok(real) => return Ok(missing.iter().rev().fold(real, |path, name| path.join(name))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                missing.extend(ancestor.file_name());
            }
            Err(error) => return Err(io_error(ancestor)(error)),
        }
    }
    Ok(path)
}

pub(super) fn beside(dir: &Path) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push(".making");
    PathBuf::from(name)
}

/// Makes a directory of these files, which appears whole or not at all, in the place of nothing or of an empty one.
pub(super) fn appear(dir: &Path, files: &[(String, Zeroizing<String>)]) -> Result<(), KeyError> {
    match fs::read_dir(dir) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(KeyError::AlreadyThere(dir.to_owned()));
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
    look_at_parent(dir)?;
    DirBuilder::new().mode(0o700).create(making).map_err(io_error(making))?;
    for (name, text) in files {
        write_new(&making.join(name), text.as_bytes())?;
    }
    sync_dir(making)?;
    fs::rename(making, dir).map_err(io_error(dir))?;
    sync_dir(parent)
}

/// Refuses a file or directory that is missing, that belongs to somebody else, or that others may read. Whoever opens a
/// log has narrowed its directories before; what is open here could not be narrowed.
pub(super) fn closed_to_others(file: &Path) -> Result<(), KeyError> {
    let metadata = fs::metadata(file).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound { KeyError::Missing(file.to_owned()) } else { io_error(file)(error) }
    })?;
    let (mode, owner) = (metadata.permissions().mode() & 0o777, metadata.uid());
    if !is_ours(owner, rustix::process::geteuid().as_raw()) {
        return Err(KeyError::NotOurs { file: file.to_owned(), owner });
    }
    if mode & 0o077 != 0 {
        return Err(KeyError::TooOpen { file: file.to_owned(), mode });
    }
    Ok(())
}

/// Whether somebody who runs as `user` may rely on what `owner` has. Root, who can read everything, also looks after the
/// directories of others (`huiyin doctor`).
fn is_ours(owner: u32, user: u32) -> bool {
    owner == user || user == 0
}

/// Who but its owner can exchange what lies in a directory.
#[derive(Debug, PartialEq, Eq)]
enum Exposure {
    Nobody,
    /// A group, or the other user whose directory it is.
    Some,
    Everybody,
}

impl Exposure {
    fn of(mode: u32, owner: u32, user: u32) -> Self {
        // With the sticky bit (as in /tmp) only owners rename what is theirs.
        let writable = if mode & 0o1000 == 0 { mode & 0o022 } else { 0 };
        if writable & 0o002 != 0 {
            Self::Everybody
        } else if writable != 0 || (owner != 0 && !is_ours(owner, user)) {
            Self::Some
        } else {
            Self::Nobody
        }
    }
}

/// Looks at the directory in which `dir` lies: whoever can write there can exchange `dir` as a whole. Refuses where
/// everybody can, and warns where some can.
pub(super) fn look_at_parent(dir: &Path) -> Result<(), KeyError> {
    let parent = dir.parent().unwrap_or(Path::new("/"));
    let metadata = fs::metadata(parent).map_err(io_error(parent))?;
    let mode = metadata.permissions().mode();
    match Exposure::of(mode, metadata.uid(), rustix::process::geteuid().as_raw()) {
        Exposure::Nobody => Ok(()),
        Exposure::Some => {
            tracing::warn!(directory = %parent.display(), "others can write here, and so exchange the key directory");
            Ok(())
        }
        Exposure::Everybody => Err(KeyError::ParentOpen { dir: parent.to_owned(), mode: mode & 0o777 }),
    }
}

pub(super) fn read_file(file: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    closed_to_others(file)?;
    let length = fs::metadata(file).map_err(io_error(file))?.len();
    if length > FILE_BYTES_MAX {
        return Err(KeyError::Damaged { file: file.to_owned(), why: Flaw::Length });
    }
    // Read into one allocation: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(vec![0; usize::try_from(length).unwrap_or_default()]);
    File::open(file).and_then(|mut open| open.read_exact(&mut bytes)).map_err(io_error(file))?;
    Ok(bytes)
}

pub(super) fn read_text(file: &Path) -> Result<Zeroizing<String>, KeyError> {
    let bytes = read_file(file)?;
    let text = str::from_utf8(&bytes).map_err(|_| KeyError::Damaged { file: file.to_owned(), why: Flaw::Text })?;
    Ok(Zeroizing::new(text.to_owned()))
}

pub(super) fn write_new(file: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(io_error(file))?;
    open.write_all(bytes).map_err(io_error(file))?;
    open.sync_all().map_err(io_error(file))
}

pub(super) fn sync_dir(dir: &Path) -> Result<(), KeyError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io_error(dir))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_another_user_has_is_not_ours() {
        assert!(is_ours(1000, 1000) && is_ours(1000, 0));
        assert!(!is_ours(1000, 1001) && !is_ours(0, 1001));
    }

    #[test]
    fn who_can_write_beside_the_keys_can_exchange_them() {
        assert_eq!(Exposure::of(0o755, 1000, 1000), Exposure::Nobody);
        assert_eq!(Exposure::of(0o755, 0, 1000), Exposure::Nobody);
        assert_eq!(Exposure::of(0o1777, 0, 1000), Exposure::Nobody);
        assert_eq!(Exposure::of(0o775, 1000, 1000), Exposure::Some);
        assert_eq!(Exposure::of(0o755, 1001, 1000), Exposure::Some);
        assert_eq!(Exposure::of(0o777, 1000, 1000), Exposure::Everybody);
        let place = tempfile::tempdir().unwrap();
        look_at_parent(&place.path().join("keys")).unwrap();
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let refused = look_at_parent(&place.path().join("keys"));
        assert!(matches!(refused, Err(KeyError::ParentOpen { mode: 0o777, .. })), "{refused:?}");
    }
}
