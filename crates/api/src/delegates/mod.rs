//! `/v1/delegates`: who they are, their mandates and assignments.

pub mod handlers;
pub mod view;
