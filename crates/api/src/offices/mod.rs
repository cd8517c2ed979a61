//! `/v1/offices`: the offices and handling units.

pub mod commands;
pub mod questions;
mod table;
pub mod view;
