//! `/v1/obligations`: what is owed, how it stands, and what is said of a breach.

pub mod commands;
pub mod list;
pub mod questions;
pub mod sums;
pub mod table;
pub mod view;
