//! Why a read model stands still. It concerns that model alone: no command and no other model fails with it.

use event_store::{LogError, Position, StreamId, Version};
use uuid::Uuid;

/// What stopped a read model. All but a transient fault of log or disk need a rebuild or a newer program.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A stored event that this program cannot read, or that does not follow from what came before.
    #[error("the event at position {position} cannot be folded: {why}")]
    Undecodable {
        /// Where it stands.
        position: Position,
        /// What is wrong with it.
        why: String,
    },
    /// A stream ends before a version that the log or a row names.
    #[error("{stream} has no version {version}")]
    Missing {
        /// Which stream.
        stream: StreamId,
        /// The version.
        version: Version,
    },
    /// Rows could not be read or written.
    #[error("the read database failed: {0}")]
    Sql(#[from] sqlx::Error),
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The rows were folded from another log.
    #[error("the rows belong to log {rows}, but this log is {log}; rebuild the model")]
    OtherLog {
        /// Id of the log that the rows came from.
        rows: String,
        /// Id of the log at hand.
        log: Uuid,
    },
    /// The rows know more than the log does: the log was restored from a copy.
    #[error("the rows reach position {rows}, but the log ends at {log}; rebuild the model")]
    AheadOfLog {
        /// How far the rows reach.
        rows: Position,
        /// Where the log ends.
        log: Position,
    },
    /// The log is another one than the rows were folded from, up to the same position.
    #[error("the log up to position {0} is not the one that the rows were folded from; rebuild the model")]
    RootDiffers(Position),
    /// The log could not say what its root was.
    #[error("the root at position {position} is not known: {why}")]
    RootUnknown {
        /// Of which size.
        position: Position,
        /// Why.
        why: String,
    },
    /// Somebody else wrote this model's checkpoint.
    #[error("another process moved the checkpoint away from position {0}")]
    CheckpointMoved(Position),
    /// The fold panicked, which is a bug of this program.
    #[error("the model stopped unexpectedly: {0}")]
    Panicked(String),
}

impl Failure {
    /// What is wrong with an event, without its position.
    pub(crate) fn why_undecodable(self) -> String {
        if let Self::Undecodable { why, .. } = self { why } else { self.to_string() }
    }
}
