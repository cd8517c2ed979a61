//! `/v1/obligations`: what is owed, how it stands, and what is said of a breach.

pub mod commands;
pub mod questions;
pub mod view;
