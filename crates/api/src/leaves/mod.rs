//! `/v1/delegates/{id}/leaves`: leaves of absence (请假) of delegates (C-5.1), and `/v1/leaves`, those of all.

pub mod commands;
pub mod list;
pub mod questions;
mod table;
pub mod view;
