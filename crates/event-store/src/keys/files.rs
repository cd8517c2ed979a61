//! The files of a key directory, as bytes: what is open to others, too long or out of form is never read. Which files
//! there are, and what they make, is for [`KeyDirectory`](super::KeyDirectory).

use super::KeyError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// No file of the directory is longer; what is longer is not read.
const FILE_BYTES_MAX: u64 = 16_384;

/// A key file: purpose, log, key, and a digest that tells a damaged key from a whole one. The digest is of a random
/// secret and stays with it.
pub(super) fn key_text(purpose: &str, log_id: Uuid, key: &[u8; 32]) -> String {
    let text = format!("huiyin key 1\n{purpose}\n{log_id}\n{}\n", STANDARD.encode(key));
    let digest = Sha256::digest(text.as_bytes());
    format!("{text}{}\n", STANDARD.encode(&digest[..8]))
}

pub(super) fn read_key(file: &Path, purpose: &str, log_id: Uuid) -> Result<[u8; 32], KeyError> {
    let text = read_text(file)?;
    let mut lines = text.lines().skip(2);
    let its_log = lines.next().and_then(|line| line.parse().ok());
    let key = lines.next().and_then(|line| STANDARD.decode(line).ok()).and_then(|bytes| bytes.try_into().ok());
    let (Some(its_log), Some(key)) = (its_log, key) else {
        return Err(KeyError::Damaged { file: file.to_owned(), why: "it is out of form" });
    };
    if key_text(purpose, its_log, &key) != text {
        return Err(KeyError::Damaged { file: file.to_owned(), why: "its digest does not fit" });
    }
    if its_log != log_id {
        return Err(KeyError::OtherLog(file.to_owned()));
    }
    Ok(key)
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

/// Refuses a file or directory that is missing or that others may read.
pub(super) fn closed_to_others(file: &Path) -> Result<(), KeyError> {
    let metadata = fs::metadata(file).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound { KeyError::Missing(file.to_owned()) } else { io_error(file)(error) }
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyError::TooOpen { file: file.to_owned(), mode }) }
}

pub(super) fn read_file(file: &Path) -> Result<Vec<u8>, KeyError> {
    closed_to_others(file)?;
    let length = fs::metadata(file).map_err(io_error(file))?.len();
    if length > FILE_BYTES_MAX {
        return Err(KeyError::Damaged { file: file.to_owned(), why: "it is too long" });
    }
    fs::read(file).map_err(io_error(file))
}

pub(super) fn read_text(file: &Path) -> Result<String, KeyError> {
    String::from_utf8(read_file(file)?).map_err(|_| KeyError::Damaged { file: file.to_owned(), why: "it is no text" })
}

pub(super) fn write_new(file: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(io_error(file))?;
    open.write_all(bytes).map_err(io_error(file))?;
    open.sync_all().map_err(io_error(file))
}

pub(super) fn sync_dir(dir: &Path) -> Result<(), KeyError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io_error(dir))
}
