//! A file that holds a secret.

use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Writes it for the owner's eyes only, and syncs it and its name; one of an earlier attempt is replaced.
///
/// # Errors
/// What the system says.
pub(crate) fn write(file: &Path, text: &str) -> io::Result<()> {
    // What an attempt left that came to nothing is worthless; it must not be taken for the new one.
    if let Err(error) = std::fs::remove_file(file)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut kept = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(kept, "{text}")?;
    kept.sync_all()?;
    let beside = file.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(beside)?.sync_all()
}
