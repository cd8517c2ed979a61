//! `/v1/vocabulary`: what every value and every action is called in both languages.

pub mod questions;
