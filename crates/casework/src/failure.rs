//! How a use case can end without doing anything: a rule said no, or something failed.

use domain::refusal::Refusal;
use event_store::{AppendError, LogError, Version};

/// Why nothing was recorded (or, for [`Failure::OutcomeUnknown`], why that is not known).
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule of the service says no; asking again is useless.
    #[error("refused: {}", .0.code.as_str())]
    Refused(Box<Refusal>),
    /// A document does not fit; all its faults.
    #[error("{} faults in the document", .0.len())]
    Unfit(Vec<Refusal>),
    /// What the path names does not exist, or did not at the time asked about.
    #[error("no such thing")]
    NotFound,
    /// `If-Match` names another version than the newest.
    #[error("the thing is at version {actual}")]
    Stale {
        /// Its newest version.
        actual: Version,
    },
    /// Others were faster five times.
    #[error("others were faster, five times over")]
    Contended,
    /// The idempotency key came before with another request.
    #[error("the idempotency key was used with another request")]
    KeyReused,
    /// A position beyond the head, or an instant before the log.
    #[error("no such moment in the log")]
    BeyondHead,
    /// Too much to do.
    #[error("overloaded")]
    Overloaded,
    /// No room on the disk.
    #[error("the store's disk is full")]
    StorageFull,
    /// The writer failed under way; ask again with the same key.
    #[error("outcome unknown: {0}")]
    OutcomeUnknown(String),
    /// The store could not be read, or holds something this program cannot read.
    #[error("fault: {0}")]
    Fault(String),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        Self::Fault(error.to_string())
    }
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict { actual, .. } => Self::Stale { actual },
            AppendError::CommandReused => Self::KeyReused,
            AppendError::Invalid(why) => Self::Fault(format!("the store refused the append: {why}")),
            AppendError::Overloaded => Self::Overloaded,
            AppendError::StorageFull => Self::StorageFull,
            AppendError::OutcomeUnknown(why) => Self::OutcomeUnknown(why),
            AppendError::Log(error) => error.into(),
        }
    }
}
