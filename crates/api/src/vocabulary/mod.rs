//! `/v1/vocabulary`: what every value and every action is called in both languages.

pub mod actions;
pub mod questions;
