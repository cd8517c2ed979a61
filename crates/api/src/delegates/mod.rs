//! `/v1/delegates`: who they are, their mandates and assignments.

pub mod commands;
pub mod questions;
pub mod view;
