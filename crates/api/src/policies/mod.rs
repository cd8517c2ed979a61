//! `/v1/policies` and `/v1/topics`: the values that the notice leaves open.

pub mod handlers;
pub mod shape;
pub mod topics;
pub mod view;
