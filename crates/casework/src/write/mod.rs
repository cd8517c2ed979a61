//! How a command becomes leaves, whatever it is about.
//!
//! Reading order: [`context`] (who asks for what), [`failure`] (how it can end), [`transact`] (the one way a decision
//! becomes leaves), `plan` (what it wants appended), [`change`] (what a decision on a thing is given, and what it
//! records), `staging` (its events, appended and folded).

pub mod change;
pub mod context;
pub mod failure;
pub(crate) mod plan;
pub(crate) mod staging;
pub mod transact;
