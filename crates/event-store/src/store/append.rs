//! What a caller hands to the store, and what comes back.

use crate::clock::ClockJump;
use crate::ids::{CommandId, Fingerprint, Position, StreamId, Version};
use crate::log::LogError;
use crate::record::leaf::NewEvent;

/// One command's events over one or several streams: recorded together or not at all.
///
/// Limits: 1,024 streams, 1,024 events and 4 MiB (leaves and boxes together); a bulk append has 4,096 of both.
#[derive(Clone, Debug)]
pub struct Append {
    /// Which command this is; asked for before deciding and checked again in the append.
    pub command: CommandId,
    /// Keyed digest of the request. The same command with another fingerprint is refused as [`AppendError::CommandReused`].
    pub fingerprint: Fingerprint,
    /// Who did it: `account/<uuid>` or `system/…`.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// Access-policy table in force, 16 hex digits; `None` while there is none.
    pub access: Option<String>,
    /// Streams to extend, in the order in which their events take positions. No stream twice.
    pub writes: Vec<Write>,
    /// Streams that must not have moved although nothing is written to them.
    pub checks: Vec<Check>,
}

/// Events for one stream.
#[derive(Clone, Debug)]
pub struct Write {
    /// The stream.
    pub stream: StreamId,
    /// What its version must be. Events with boxes need [`Expected::NoStream`] or [`Expected::Exact`], because a box
    /// is sealed for one version (FORMAT §4, aad).
    pub expected: Expected,
    /// At least one.
    pub events: Vec<NewEvent>,
}

/// What must hold of a stream for the append to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The stream does not exist yet.
    NoStream,
    /// The stream's newest version is this one.
    Exact(Version),
    /// The stream exists, at whatever version.
    Exists,
    /// Anything goes. For imports and the system's own notes; decisions about people never use it.
    Any,
}

impl Expected {
    /// Whether a stream that stands at `actual` (0: it does not exist) is as expected.
    pub fn met_by(self, actual: Version) -> bool {
        match self {
            Self::NoStream => actual == Version(0),
            Self::Exact(version) => actual == version,
            Self::Exists => actual > Version(0),
            Self::Any => true,
        }
    }
}

/// A condition on something that is not written. An enum, so that other kinds of condition can follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// A stream is as the decision saw it.
    StreamAt {
        /// The stream.
        stream: StreamId,
        /// Its required state.
        expected: Expected,
    },
}

/// Where a command's events went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Position of the first event.
    pub first: Position,
    /// Position of the last event.
    pub last: Position,
    /// New version of each written stream, in the order of the writes.
    pub versions: Vec<(StreamId, Version)>,
    /// Server time given to the events, ms. All events of one command share it.
    pub recorded_at: i64,
    /// True when the command had been recorded before and nothing was written now.
    pub replayed: bool,
}

/// Why nothing was recorded, or why that is not known.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// A stream is not as expected: decide again from its present state.
    #[error("stream {stream} is at version {actual}, which is not what the decision relied on")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// What was expected of it.
        expected: Expected,
        /// Where it is.
        actual: Version,
    },
    /// The command id was used before with another request.
    #[error("the command was recorded before with another request")]
    CommandReused,
    /// The append breaks a rule of the record (size, canonical form, twice the same stream …).
    #[error("append refused: {0}")]
    Invalid(String),
    /// The queue is full; try again later.
    #[error("the writer's queue is full")]
    Overloaded,
    /// The disk has less free space than the store keeps in reserve; nothing was written.
    #[error("the store's disk is full")]
    StorageFull,
    /// The log could not be written for a reason that can pass; nothing was written. Retry with the same command.
    #[error("nothing was recorded: {0}")]
    NotWritten(String),
    /// The wall clock was set while the server ran, so that nobody knows what time it is; nothing was written.
    #[error("{0}")]
    ClockImplausible(ClockJump),
    /// The writer failed while the command was under way: it may or may not be recorded. Retry with the same command.
    #[error("the outcome is unknown: {0}")]
    OutcomeUnknown(String),
    /// Reading what the append depends on failed; nothing was written.
    #[error(transparent)]
    Log(#[from] LogError),
}
