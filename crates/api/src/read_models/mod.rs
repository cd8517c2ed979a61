//! `/v1/read-models`: how far the lists are.

pub mod commands;
pub mod questions;
