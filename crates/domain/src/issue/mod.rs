//! Issues (事项): what one visitor raised, who owes the answer, by when, and what became of it (C-3.6, C-4.4; T1–T20).
//!
//! [`Issue`] is the fold of its [`IssueEvent`]s. Each module beside it holds the decisions of one transition of the
//! life cycle: plain functions from state, rules and a draft to an event or a refusal. T1 is decided with
//! the reception that an issue is raised in ([`crate::reception::record`]).

pub mod answering;
pub mod closing;
pub mod commitment;
mod correctable;
pub mod correcting;
pub mod delivery;
mod due;
pub mod escalation;
mod events;
pub mod evidence;
pub mod extension;
pub mod feedback;
#[cfg(test)]
pub(crate) mod fixture;
pub mod handover;
pub mod input;
pub mod interim;
pub mod linking;
#[cfg(test)]
mod lives;
pub mod merging;
pub mod receipt;
pub mod referral;
pub mod reopening;
mod shapes;
mod state;
mod step;
pub mod suspension;
pub mod taking;
pub mod withdrawal;

pub use correctable::Place;
pub(crate) use due::days;
pub use due::{Days, Due};
pub use events::{IssueEvent, Reviewed};
pub use shapes::*;
pub use state::*;
