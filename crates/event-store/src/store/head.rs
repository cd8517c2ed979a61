//! The log's end, as it is shown to readers.

use crate::ids::{Hash, Position};

/// What is public about the log's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Head {
    /// Position of the newest durable leaf.
    pub position: Position,
    /// RFC 6962 root over all leaves up to it.
    pub root: Hash,
    /// `recorded_at` of that leaf, ms.
    pub recorded_at: i64,
}
