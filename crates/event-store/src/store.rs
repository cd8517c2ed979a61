//! The one concrete store above every adapter: the Sequencer. It owns validation, numbering, idempotency, hashing
//! and group commit, so that adapters cannot differ in meaning.

use crate::append::{Append, AppendError, Appended, WrappedKey};
use crate::ids::{CommandId, Hash, Position, StreamId, SubjectId, Version};
use crate::log::{CommandRecord, EventLog, LogError, Recorded};
use std::sync::Arc;
use std::time::Duration;

/// Where the store takes the time from, ms since 1970 UTC. The demo hands in a simulated one.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

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

/// Which events a reader wants; empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Stream families, any of.
    pub families: Vec<String>,
    /// Event types, any of.
    pub types: Vec<String>,
}

/// One page of the log.
#[derive(Clone, Debug)]
pub struct Page {
    /// Events that pass the filter, in position order.
    pub events: Vec<Recorded>,
    /// Everything up to here was looked at; continue with `after = scanned_to`.
    pub scanned_to: Position,
    /// The log's head when the page was read.
    pub head: Position,
}

/// The event store. Cheap to clone; all clones share one writer.
#[derive(Clone)]
pub struct EventStore {
    log: Arc<dyn EventLog>,
}
