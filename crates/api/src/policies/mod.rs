//! `/v1/policies` and `/v1/topics`: the values that the notice leaves open.

pub mod commands;
pub mod questions;
pub mod shape;
mod table;
pub mod topics;
pub mod view;
