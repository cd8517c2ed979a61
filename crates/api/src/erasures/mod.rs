//! `/v1/erasures`: asking that personal data be erased, deciding on it, and how far it is; carrying it out.
//! `/v1/retention`: what the clock will erase by itself.

pub mod carrying_out;
pub mod commands;
pub mod expiring;
pub(crate) mod persons;
pub mod questions;
pub mod retention;
mod retention_table;
pub mod retention_view;
mod table;
pub mod view;
