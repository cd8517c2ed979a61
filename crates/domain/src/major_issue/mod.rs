//! Major issues (重大问题): the grid's process for what cannot be answered on the spot or is hard to solve (C-3.6,
//! G-2).
//!
//! [`MajorIssue`] is the fold of its [`MajorIssueEvent`]s. It begins with an escalation
//! ([`crate::issue::escalation::escalate`]) and ends by bringing something back to every issue linked to it.

pub mod assignment;
pub mod conclusion;
pub mod deliberation;
mod events;
pub mod handling;
mod joining;
pub mod level;
mod state;
mod step;
pub mod triage;

pub use events::{
    Accepted, Assigned, Concluded, Deliberated, DispatchRefused, IssueJoined, LevelChanged, MajorIssueEvent,
    OutcomeReported, RefusalDecided, ReturnedForRework, Submitted, Triaged, Verified,
};
pub use joining::{JoinDraft, join};
pub use state::*;
pub use step::LinkedNow;

#[cfg(test)]
mod tests;
