//! What an error of sled means: trouble of the machine, which passes and says nothing of the files, or files that are
//! not what sled wrote. Only the latter is a reason to set a store aside.

use crate::log::LogError;
use rustix::io::Errno;
use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A sled error in our words.
pub(super) fn failed(error: sled::Error) -> LogError {
    match error {
        error if is_held(&error) => LogError::Io(io::Error::from(Errno::BUSY).to_string()),
        sled::Error::Io(error) if can_pass(&error) => LogError::Io(error.to_string()),
        sled::Error::Io(error) => LogError::Damaged(error.to_string()),
        sled::Error::Corruption { .. } => LogError::Damaged(error.to_string()),
        sled::Error::CollectionNotFound(_) | sled::Error::Unsupported(_) | sled::Error::ReportableBug(_) => {
            LogError::Damaged(error.to_string())
        }
    }
}

/// What is not as it was written.
pub(super) fn damaged(what: &str) -> LogError {
    LogError::Damaged(format!("{what} of the sled store cannot be read"))
}

/// sled panics where it finds what it did not expect; that must not take the server down.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, LogError>) -> Result<T, LogError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(&*panic)))
}

/// Whether somebody holds the lock of sled's file: sled says so in words of its own, which quote the system's.
pub(super) fn is_held(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(error) if error.to_string().contains("could not acquire lock"))
}

/// A panic of sled in our words. It unwraps what the system answers, and the answer is then in the text.
fn panicked(panic: &(dyn Any + Send)) -> LogError {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    if text.contains("SystemTimeError") {
        return LogError::Io("the system's clock stands before 1970".to_owned());
    }
    match os_error_in(text).filter(|&error| passes(error)) {
        Some(error) => LogError::Io(io::Error::from(error).to_string()),
        None => LogError::Damaged(format!("sled panicked: {text}")),
    }
}

/// `Os { code: 24, …` as Rust shows an error of the system to programmers.
fn os_error_in(text: &str) -> Option<Errno> {
    let (_, behind) = text.split_once("code: ")?;
    let digits = behind.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok().map(Errno::from_raw_os_error)
}

fn can_pass(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| passes(Errno::from_raw_os_error(code)))
}

/// Whether an error of the system is one of the machine's moment (descriptors, memory, threads, room, rights, the
/// medium), not one of what the files hold.
fn passes(error: Errno) -> bool {
    const MOMENT: [Errno; 17] = [
        Errno::PERM,
        Errno::INTR,
        Errno::IO,
        Errno::NXIO,
        Errno::AGAIN,
        Errno::NOMEM,
        Errno::ACCESS,
        Errno::BUSY,
        Errno::NODEV,
        Errno::NFILE,
        Errno::MFILE,
        Errno::NOSPC,
        Errno::ROFS,
        Errno::NOLCK,
        Errno::TIMEDOUT,
        Errno::STALE,
        Errno::DQUOT,
    ];
    MOMENT.contains(&error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_of_the_machine_is_not_damage() {
        for code in [5, 11, 12, 13, 23, 24, 28, 30, 122] {
            let error = io::Error::from_raw_os_error(code);
            let text = format!("called `Result::unwrap()` on an `Err` value: Io({error:?})");
            assert!(matches!(panicked(&text), LogError::Io(_)), "{text}");
            assert!(matches!(failed(sled::Error::Io(error)), LogError::Io(_)), "{code}");
        }
        let lock = io::Error::other("could not acquire lock on \"db\": Os { code: 11, kind: WouldBlock }");
        assert!(matches!(failed(sled::Error::Io(lock)), LogError::Io(_)));
        assert!(matches!(panicked(&"SystemTimeError(1s)"), LogError::Io(_)));
    }

    #[test]
    fn what_the_files_hold_is_damage() {
        for code in [2, 17, 20, 21, 22] {
            let error = io::Error::from_raw_os_error(code);
            assert!(matches!(failed(sled::Error::Io(error)), LogError::Damaged(_)), "{code}");
        }
        let cut = io::Error::from(io::ErrorKind::UnexpectedEof);
        assert!(matches!(failed(sled::Error::Io(cut)), LogError::Damaged(_)));
        assert!(matches!(panicked(&"index out of bounds: the len is 3 but the index is 7"), LogError::Damaged(_)));
    }
}
