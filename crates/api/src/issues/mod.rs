//! `/v1/issues`: what can be done to an issue, and how it is shown.

pub mod answering;
pub mod changed;
pub mod closing;
pub mod deadline;
pub mod delivery;
pub mod difference;
pub mod difference_view;
pub mod escalation;
pub mod extension;
pub mod handover;
pub mod input;
pub mod list;
mod listed;
pub mod merging;
mod opening;
pub mod parts;
pub mod questions;
pub mod receipt;
pub mod slip;
pub(crate) mod subjects;
pub mod suspension;
pub mod table;
pub(crate) mod told;
pub mod view;
