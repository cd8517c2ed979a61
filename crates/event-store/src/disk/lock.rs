//! One owner per directory and file, by locks of the operating system on their descriptors. They go away with the
//! process, however that ends, and there is no file that somebody could delete.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// How often a lock that is held is asked for again, and how long lies between. A process that is just ending holds its
/// locks a moment longer, and so does a child that was being started, until it becomes another program.
const TRIES: u32 = 25;
const PAUSE: Duration = Duration::from_millis(20);

/// The lock of a directory, held as long as this lives.
#[derive(Debug)]
pub(crate) struct DirLock {
    _dir: File,
}

/// Why a lock is not ours.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Somebody else holds it.
    Held,
    /// It cannot be asked for.
    Io(io::Error),
}

impl DirLock {
    /// Takes the lock of a directory, whatever it is called and however it is reached.
    pub fn take(dir: &Path) -> Result<Self, LockError> {
        let dir = File::open(dir).map_err(LockError::Io)?;
        take(&dir)?;
        Ok(Self { _dir: dir })
    }
}

/// Takes the lock of an open file or directory; it is given back when the last copy of the descriptor is closed.
pub(crate) fn take(file: &File) -> Result<(), LockError> {
    asked_again(|| file.try_lock(), |error| matches!(error, TryLockError::WouldBlock)).map_err(|error| match error {
        TryLockError::WouldBlock => LockError::Held,
        TryLockError::Error(error) => LockError::Io(error),
    })
}

/// Asks for a lock until it is given, another error comes, or somebody has held it for too long.
pub(crate) fn asked_again<T, E>(ask: impl Fn() -> Result<T, E>, held: impl Fn(&E) -> bool) -> Result<T, E> {
    for _ in 1..TRIES {
        match ask() {
            Err(error) if held(&error) => std::thread::sleep(PAUSE),
            answer => return answer,
        }
    }
    ask()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_directory_has_one_owner_by_whatever_name() {
        let place = tempfile::tempdir().unwrap();
        let (dir, link) = (place.path().join("data"), place.path().join("link"));
        std::fs::create_dir(&dir).unwrap();
        std::os::unix::fs::symlink(&dir, &link).unwrap();
        let held = DirLock::take(&dir).unwrap();
        assert!(std::fs::read_dir(&dir).unwrap().next().is_none(), "no file that could be deleted");
        assert!(matches!(DirLock::take(&link), Err(LockError::Held)));
        drop(held);
        DirLock::take(&link).unwrap();
        assert!(matches!(DirLock::take(&place.path().join("none")), Err(LockError::Io(_))));
    }
}
