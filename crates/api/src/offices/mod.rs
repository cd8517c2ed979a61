//! `/v1/offices`: the offices and handling units.

pub mod handlers;
pub mod view;
