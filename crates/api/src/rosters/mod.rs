//! `/v1/roster-imports`: the lists of delegates, which come as files.

pub mod commands;
pub mod questions;
pub mod view;
