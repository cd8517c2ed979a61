//! Where each kind of task is read.

mod decisions;
mod issues;
mod sessions;
mod undertakings;

use super::source::Source;

/// All of them.
pub(super) fn sources() -> impl Iterator<Item = &'static Source> {
    [issues::SOURCES, sessions::SOURCES, undertakings::SOURCES, decisions::SOURCES].into_iter().flatten()
}
