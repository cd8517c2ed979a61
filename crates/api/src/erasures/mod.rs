//! `/v1/erasures`: asking that personal data be erased, deciding on it, and how far it is; carrying it out.

pub mod carrying_out;
pub mod commands;
pub(crate) mod persons;
pub mod questions;
mod table;
pub mod view;
