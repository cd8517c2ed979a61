//! The directories of a running server, and what stays of them.

use crate::serve_arguments::ServeArguments;
use event_store::open::beside;
use std::path::PathBuf;

/// Where the data, the keys and the memory of what was signed are, and whether they go away again.
pub struct Place {
    /// The data directory.
    pub data: PathBuf,
    /// The key directory.
    pub keys: PathBuf,
    /// The directory of what was signed last.
    pub signed: PathBuf,
    temporary: bool,
}

impl Place {
    /// The directories that were named, or those that go with them.
    pub fn of(arguments: &ServeArguments) -> Self {
        let (data, temporary) = match arguments.data_directory() {
            Some(data) => (data, false),
            None => (std::env::temp_dir().join(format!("huiyin-demo-{}", uuid::Uuid::now_v7())), true),
        };
        let (keys, signed) = (arguments.key_directory(&data), arguments.signed_directory(&data));
        Self { data, keys, signed, temporary }
    }

    /// A demonstration without `--data` leaves nothing behind, however far it came. Directories that were named stay.
    pub fn forget(&self) {
        if self.temporary {
            for (directory, suffix) in [(&self.data, ""), (&self.keys, ".keys"), (&self.signed, ".signed")] {
                if *directory != beside(&self.data, suffix) {
                    continue;
                }
                if let Err(error) = std::fs::remove_dir_all(directory)
                    && error.kind() != std::io::ErrorKind::NotFound
                {
                    tracing::warn!(%error, "a temporary directory stays behind");
                }
            }
        }
    }
}
