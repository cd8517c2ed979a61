//! `/v1/receptions`: recording one, reading one, the list.

pub mod bodies;
pub mod handlers;
pub mod view;
