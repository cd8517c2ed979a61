//! `/v1/grids` and `/v1/units`: the town's places.

pub mod appointing;
pub mod commands;
pub mod offices;
pub mod questions;
mod table;
pub mod view;
