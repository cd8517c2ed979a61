//! One process per data directory, by a lock of the operating system: it goes away with the process, however that ends.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// Held as long as it lives.
#[derive(Debug)]
pub(crate) struct DirLock {
    _file: File,
}

/// Why the lock is not ours.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another process holds it.
    Held,
    /// It cannot be asked for.
    Io(io::Error),
}

impl DirLock {
    /// Takes the lock of a directory, or says at once who cannot.
    pub fn take(dir: &Path) -> Result<Self, LockError> {
        let file =
            File::options().create(true).truncate(false).write(true).open(dir.join("lock")).map_err(LockError::Io)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Held),
            Err(TryLockError::Error(error)) => Err(LockError::Io(error)),
        }
    }
}
