//! Room that is left to the log, whose disk a directory of ours may be on.

use std::io;
use std::path::Path;

/// What must be free before more is laid down: what the log keeps for itself, and a large file.
const FREE_BYTES_MIN: u64 = (256 + 64) * 1024 * 1024;

/// Whether more may be laid down in a directory.
pub(crate) fn is_left(directory: &Path) -> io::Result<bool> {
    let free = rustix::fs::statvfs(directory)?;
    Ok(free.f_bavail.saturating_mul(free.f_frsize) >= FREE_BYTES_MIN)
}
