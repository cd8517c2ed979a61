//! `/v1/legal-holds`: what must not be erased before a day.

pub mod commands;
pub mod questions;
mod table;
pub mod view;
