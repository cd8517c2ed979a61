//! Why the bytes of a file cannot be kept or read.

use std::error::Error;
use std::io;

/// Why the bytes of a file cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// No room. Nothing of the file is kept.
    #[error("the file store is full")]
    Full,
    /// There are no bytes under this id.
    #[error("the file store has no such file")]
    Missing,
    /// The bytes are not those that were stored.
    #[error("the stored file is damaged: {0}")]
    Damaged(String),
    /// The store cannot be used just now. It may be asked again.
    #[error("the file store cannot be used: {0}")]
    Unavailable(String),
}

impl From<object_store::Error> for FileError {
    fn from(error: object_store::Error) -> Self {
        if let object_store::Error::NotFound { .. } = error {
            return Self::Missing;
        }
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(error) = cause {
            if error.downcast_ref::<io::Error>().is_some_and(is_full) {
                return Self::Full;
            }
            cause = error.source();
        }
        Self::Unavailable(error.to_string())
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_one_that_cannot_be_used() {
        let generic = |kind: io::ErrorKind| object_store::Error::Generic {
            store: "test",
            source: Box::new(io::Error::from(kind)),
        };
        assert!(matches!(FileError::from(generic(io::ErrorKind::StorageFull)), FileError::Full));
        assert!(matches!(FileError::from(generic(io::ErrorKind::QuotaExceeded)), FileError::Full));
        assert!(matches!(FileError::from(generic(io::ErrorKind::PermissionDenied)), FileError::Unavailable(_)));
        let absent = object_store::Error::NotFound { path: String::new(), source: "gone".into() };
        assert!(matches!(FileError::from(absent), FileError::Missing));
    }
}
