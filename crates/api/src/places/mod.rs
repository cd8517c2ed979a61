//! `/v1/grids` and `/v1/units`: the town's places.

pub mod handlers;
pub mod view;
