//! Deeds (为民服务): what a delegate takes on for people of a grid, by when, and what came of it (C-3.4).
//!
//! [`Deed`] is the fold of its [`DeedEvent`]s. `pledge.rs` says who may promise what, `ending.rs` how it is completed or
//! given up, `hear.rs` that people were heard at it, `due.rs` what is owed of it and whether it was done in time (O-16);
//! `correctable.rs` which recorded values may be corrected, and `correcting.rs` how.

mod correctable;
pub mod correcting;
mod due;
mod ending;
mod events;
mod hear;
mod pledge;
mod state;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use correctable::Place;
pub use ending::{abandon, complete};
pub use events::{Beneficiary, DeedAbandoned, DeedCompleted, DeedEvent, DeedPledged};
pub use hear::hear;
pub use pledge::{BENEFICIARIES_MAX, ISSUES_MAX, LinkedIssue, PledgeDraft, PledgeParts, pledge, pledge_faults};
pub use state::Deed;
