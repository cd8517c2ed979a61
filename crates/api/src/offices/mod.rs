//! `/v1/offices`: the offices and handling units.

pub mod commands;
pub mod questions;
pub mod view;
