//! How long is waited for what.

use std::time::Duration;

/// A model that has work, and with which nothing has gone on for so long, is told as stopped and not read.
pub(crate) const STANDSTILL_MAX: Duration = wait(5_000);
/// First and longest wait before a model begins again that met something that passes.
pub(crate) const AGAIN_MIN: Duration = wait(50);
pub(crate) const AGAIN_MAX: Duration = wait(5_000);
/// First and longest wait before a model begins again that only a person can mend, or that rebuilds itself again and again.
pub(crate) const SELDOM_MIN: Duration = wait(1_000);
pub(crate) const SELDOM_MAX: Duration = wait(600_000);
/// How long SQLite waits for others before it says that the file is busy. Writers then ask again.
pub(crate) const BUSY_WAIT: Duration = wait(1_000);
/// From one look whether others were at the file to the next.
pub(crate) const LOOK_EVERY: Duration = wait(1_000);
/// From one time that rows are brought to the disk to the next, while the log moves.
pub(crate) const SYNC_EVERY: Duration = wait(10_000);
/// From one look whether rows have not been checked to the next.
pub(crate) const UNCHECKED_EVERY: Duration = wait(5_000);

/// In tests of this crate everything is waited for a fifth as long, so that what is longer than another wait still is.
/// Those of the whole server wait as it does.
const fn wait(ms: u64) -> Duration {
    Duration::from_millis(if cfg!(test) { ms / 5 } else { ms })
}
