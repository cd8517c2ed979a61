//! What is wrong with a key directory, and why a checkpoint is not signed.

use std::io;
use std::path::PathBuf;

/// Why there is no key directory to work with. Each says what a person can do about it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file is not there.
    #[error(
        "{} is missing. Keys are never made anew for a log that exists: bring the key directory back from its backup",
        .0.display()
    )]
    Missing(PathBuf),
    /// A file is not as it was written.
    #[error("{} is damaged ({why}). Bring the key directory back from its backup", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// In what.
        why: &'static str,
    },
    /// A file belongs to another log.
    #[error("{} belongs to another log. Bring the right key directory back", .0.display())]
    OtherLog(PathBuf),
    /// Others than the owner may read it.
    #[error(
        "{} can be read by others (mode {mode:03o}). Take it from them: chmod go-rwx", .file.display()
    )]
    TooOpen {
        /// The file or the directory.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// There is something where a new directory should be made.
    #[error("{} exists and is not empty; new keys are only made in a new place", .0.display())]
    AlreadyThere(PathBuf),
    /// Keys and data lie one inside the other.
    #[error(
        "the keys ({}) and the data ({}) must not lie one inside the other", .keys.display(), .data.display()
    )]
    Inside {
        /// The key directory.
        keys: PathBuf,
        /// The data directory.
        data: PathBuf,
    },
    /// The origin cannot name a log.
    #[error("{0:?} cannot be an origin: 1-200 bytes without white space, control characters and `+`")]
    Origin(String),
    /// Reading or writing failed.
    #[error("{}: {source}", .file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Why a checkpoint was not signed. All but [`SignError::Io`] mean that this is not the log that was signed before.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The log is shorter than what was signed: an older copy, or leaves were lost.
    #[error("the log has {size} leaves, but a checkpoint over {signed} was signed before")]
    Behind {
        /// Size to sign.
        size: u64,
        /// Size signed before.
        signed: u64,
    },
    /// The log does not begin with the leaves that were signed: history was changed.
    #[error("the log of {size} leaves does not extend the {signed} leaves signed before")]
    Fork {
        /// Size to sign.
        size: u64,
        /// Size signed before.
        signed: u64,
    },
    /// What was signed could not be noted down, so the signature was not given away.
    #[error("the key directory cannot be read or written: {0}")]
    Io(String),
}
