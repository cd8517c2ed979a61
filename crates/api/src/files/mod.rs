//! `/v1/files`: papers, pictures and recordings, in and out.

pub mod commands;
pub mod name;
pub(crate) mod places;
pub mod questions;
pub mod ranges;
pub mod view;
