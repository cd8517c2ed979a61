//! `/v1/issues`: what can be done to an issue, and how it is shown.

pub mod bodies;
pub mod deadline;
pub mod difference;
pub mod difference_view;
pub mod handlers;
pub mod list;
pub mod tables;
pub mod together;
pub mod together_bodies;
pub mod together_view;
pub mod view;
