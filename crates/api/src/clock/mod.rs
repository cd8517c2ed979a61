//! `/v1/clock`, `/v1/clock-runs`: the clock over obligations, which the server runs by itself as well.

pub mod commands;
pub mod questions;
pub mod running;
pub mod runs;
