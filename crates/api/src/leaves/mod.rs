//! `/v1/delegates/{id}/leaves`: leaves of absence (请假) of delegates (C-5.1).

pub mod commands;
pub mod questions;
pub mod view;
