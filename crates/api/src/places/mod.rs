//! `/v1/grids` and `/v1/units`: the town's places.

pub mod commands;
pub mod questions;
pub mod view;
