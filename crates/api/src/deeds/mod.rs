//! `/v1/deeds`: deeds (实事), what delegates promise to do for people and what came of it (C-3.4).

pub mod commands;
pub mod corrections;
pub mod questions;
mod table;
pub mod view;
