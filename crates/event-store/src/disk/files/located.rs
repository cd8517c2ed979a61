//! An error of the file layer names its file: the system says only what it thinks of it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What the system says, and of which file.
#[derive(Debug)]
struct Located {
    path: PathBuf,
    source: io::Error,
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.source)
    }
}

impl std::error::Error for Located {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Adds the file to an error that does not name one yet. Its kind stays.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    |error| match error.get_ref() {
        Some(inner) if inner.is::<Located>() => error,
        Some(_) | None => io::Error::new(error.kind(), Located { path: path.to_owned(), source: error }),
    }
}

/// Whether an error says that there is no room: on the disk, or for this user.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_file_once_and_keeps_its_kind() {
        let full = at(Path::new("/data/journal/spare"))(io::Error::from_raw_os_error(28));
        assert!(is_full(&full));
        assert_eq!(full.to_string(), "/data/journal/spare: No space left on device (os error 28)");
        assert_eq!(
            at(Path::new("/data"))(full).to_string(),
            "/data/journal/spare: No space left on device (os error 28)"
        );
    }
}
