//! How a use case can end without doing anything: a rule said no, or something failed.

use crate::access::two_persons::Proposed;
use domain::access::Action;
use domain::event::Unencodable;
use domain::refusal::Refusal;
use event_store::{AppendError, LogError, Version};

/// Why nothing was recorded (or, for [`Failure::OutcomeUnknown`], why that is not known).
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule of the service says no; asking again is useless.
    #[error("refused: {}", .0.code.as_str())]
    Refused(Box<Refusal>),
    /// Rules say no to several things that the command names; all of it.
    #[error("refused {} times", .0.len())]
    RefusedAtOnce(Vec<Refusal>),
    /// A document does not fit; all its faults.
    #[error("{} faults in the document", .0.len())]
    Invalid(Vec<Refusal>),
    /// What the path names does not exist, or did not at the time asked about.
    #[error("no such thing")]
    NotFound,
    /// The role in which somebody acts may not do this, now, whatever it is done to.
    #[error("{action} is not for this role")]
    Forbidden {
        /// The action.
        action: Action,
    },
    /// The role may do this, but not of this thing.
    #[error("{action} reaches no such thing")]
    OutOfScope {
        /// The action.
        action: Action,
    },
    /// The role decides on proposals, but not on those of this action.
    #[error("{action} is approved of by others")]
    ApprovedByOthers {
        /// The action that is proposed.
        action: Action,
    },
    /// It takes two persons: what was asked for is proposed, and nothing else is recorded.
    #[error("it was proposed as {}", .0.id)]
    Proposed(Proposed),
    /// `If-Match` names another version than the newest.
    #[error("the thing is at version {actual}")]
    Stale {
        /// Its newest version; 0 where there is no such thing yet.
        actual: Version,
    },
    /// Others were faster five times.
    #[error("gave up after five conflicting writes")]
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
    /// The clock was set while the server ran; nothing is recorded until it is set right.
    #[error("{0}")]
    ClockImplausible(event_store::ClockJump),
    /// No room on the disk.
    #[error("the store's disk is full")]
    StorageFull,
    /// The writer failed under way; ask again with the same key.
    #[error("outcome unknown: {0}")]
    OutcomeUnknown(String),
    /// The store cannot be read or written just now; nothing was recorded. It may be asked again.
    #[error("the store cannot be used: {0}")]
    Unavailable(String),
    /// The store holds something this program cannot read, or was to be given something that it cannot hold.
    #[error("fault: {0}")]
    Fault(String),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Unencodable> for Failure {
    fn from(error: Unencodable) -> Self {
        Self::Fault(error.to_string())
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Io(_) | LogError::NotWritten(_) | LogError::Closed => Self::Unavailable(error.to_string()),
            LogError::Full => Self::StorageFull,
            LogError::Damaged(_) => Self::Fault(error.to_string()),
        }
    }
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict { actual, .. } => Self::Stale { actual },
            AppendError::CommandReused => Self::KeyReused,
            AppendError::Invalid(why) => Self::Fault(format!("the store refused the append: {why}")),
            AppendError::Overloaded => Self::Overloaded,
            AppendError::ClockImplausible(jump) => Self::ClockImplausible(jump),
            AppendError::StorageFull => Self::StorageFull,
            AppendError::NotWritten(why) => Self::Unavailable(why),
            AppendError::OutcomeUnknown(why) => Self::OutcomeUnknown(why),
            AppendError::Log(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::Event;
    use domain::policy::PolicyEvent;

    /// Nobody can mend it by asking otherwise, and nothing of it may be recorded.
    #[test]
    fn an_event_that_cannot_be_stored_is_a_fault_of_ours() {
        let nothing = Event::from(PolicyEvent::VersionAdopted(serde_json::Value::Null.into()));
        assert!(matches!(Failure::from(nothing.encode().unwrap_err()), Failure::Fault(_)));
    }

    /// A client takes 500 for final; what can pass must not look like it.
    #[test]
    fn a_store_that_cannot_be_used_just_now_is_no_fault_of_ours() {
        let io = || LogError::Io("EIO".to_owned());
        for error in [io(), LogError::NotWritten("EMFILE".to_owned()), LogError::Closed] {
            assert!(matches!(Failure::from(error), Failure::Unavailable(_)));
        }
        assert!(matches!(Failure::from(AppendError::Log(io())), Failure::Unavailable(_)));
        assert!(matches!(Failure::from(AppendError::NotWritten("EMFILE".to_owned())), Failure::Unavailable(_)));
        assert!(matches!(Failure::from(LogError::Full), Failure::StorageFull));
        assert!(matches!(Failure::from(LogError::Damaged("a box".to_owned())), Failure::Fault(_)));
    }
}
