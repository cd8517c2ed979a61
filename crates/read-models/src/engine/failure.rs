//! Why a read model does not go on, and what helps. It concerns that model alone: no command and no other model fails
//! with it.

use crate::engine::remedy::Remedy;
use crate::engine::sqlite::{Gone, SqlError, remedy_of};
use event_store::{LogError, Position, StreamId, Version};
use uuid::Uuid;

/// What keeps a read model from going on.
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
    Sql(#[from] SqlError),
    /// The file could not be moved.
    #[error("the read database failed: {0}")]
    Io(#[from] std::io::Error),
    /// The threads that read and write the file are closed, or could not be started.
    #[error("the read database is closed")]
    Closed,
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The rows were folded from another log.
    #[error("the rows belong to log {rows}, but this log is {log}")]
    OtherLog {
        /// Id of the log that the rows came from.
        rows: String,
        /// Id of the log at hand.
        log: Uuid,
    },
    /// The rows know more than the log does: the log was restored from a copy.
    #[error("the rows reach position {rows}, but the log ends at {log}")]
    AheadOfLog {
        /// How far the rows reach.
        rows: Position,
        /// Where the log ends.
        log: Position,
    },
    /// The log is another one than the rows were folded from, up to the same position.
    #[error("the log up to position {0} is not the one that the rows were folded from")]
    RootDiffers(Position),
    /// Rows were changed, lost or added by something else than their fold.
    #[error("the rows up to position {position} are not those that were written: {why}")]
    RowsDiffer {
        /// How far they reach.
        position: Position,
        /// What shows it.
        why: String,
    },
    /// Another connection has written in the file: its rows may be others now.
    #[error("another program has written in the read database; its rows are looked through")]
    WrittenByOthers,
    /// The file at the path is not the one that was opened, or was changed by something else than SQLite.
    #[error("the read database was deleted, replaced or written over")]
    OtherFile,
    /// The file was set aside while it was used.
    #[error("the read database was set aside")]
    SetAside,
    /// A row holds what cannot stand in it.
    #[error("a row cannot be read: {0}")]
    BadRow(String),
    /// SQLite reads nothing in the file.
    #[error("the read database cannot be read: {0}")]
    BadFile(String),
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

    /// What helps.
    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::Sql(error) => remedy_of(error),
            Self::Log(LogError::Io(_) | LogError::NotWritten(_) | LogError::Full | LogError::Closed)
            // Another connection will do.
            | Self::Io(_)
            | Self::Closed
            | Self::RootUnknown { .. }
            | Self::CheckpointMoved(_) => Remedy::Patience,
            Self::OtherLog { .. }
            | Self::AheadOfLog { .. }
            | Self::RootDiffers(_)
            | Self::RowsDiffer { .. }
            | Self::BadRow(_) => Remedy::Rebuild,
            Self::WrittenByOthers | Self::SetAside => Remedy::Look,
            Self::BadFile(_) | Self::OtherFile => Remedy::NewFile,
            Self::Log(LogError::Damaged(_)) | Self::Undecodable { .. } | Self::Missing { .. } | Self::Panicked(_) => {
                Remedy::None
            }
        }
    }
}

/// A failure to read what every file has, or to make it: where that does not pass, it is the file's.
pub(crate) fn of_the_file(error: SqlError) -> Failure {
    match remedy_of(&error) {
        Remedy::Patience | Remedy::Look => Failure::Sql(error),
        Remedy::Rebuild | Remedy::NewFile | Remedy::None => Failure::BadFile(error.to_string()),
    }
}

impl From<Gone> for Failure {
    fn from(gone: Gone) -> Self {
        match gone {
            Gone::Closed => Self::Closed,
            Gone::Panicked => Self::Panicked("where its rows are read or written".to_owned()),
        }
    }
}
