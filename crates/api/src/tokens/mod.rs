//! `/v1/tokens` and `/v1/me`: accounts and their bearer tokens.

pub mod commands;
pub mod questions;
mod table;
pub mod view;
