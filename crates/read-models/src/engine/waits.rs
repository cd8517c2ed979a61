//! How long is waited for what.

use std::time::Duration;

/// A model that has work, and with which nothing has gone on for so long, is told as stopped and not read.
pub(crate) const STANDSTILL_MAX: Duration = Duration::from_secs(5);
/// Longest wait before a model begins again that met something that passes.
pub(crate) const AGAIN_MAX: Duration = Duration::from_secs(5);
/// Longest wait before a model begins again that only a person can mend, or that rebuilds itself again and again.
pub(crate) const SELDOM_MAX: Duration = Duration::from_secs(600);
/// How long SQLite waits for others before it says that the file is busy. Writers then ask again.
pub(crate) const BUSY_WAIT: Duration = Duration::from_secs(1);
/// From one look whether others were at the file to the next.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(1);
/// From one look whether rows have not been checked to the next.
pub(crate) const UNCHECKED_EVERY: Duration = Duration::from_secs(5);
