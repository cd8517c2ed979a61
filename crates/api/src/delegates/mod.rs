//! `/v1/delegates`: who they are, their mandates and assignments.

pub mod commands;
pub mod handovers;
pub mod questions;
mod table;
pub mod view;
