//! `/v1/calendars`: working calendars, year by year.

pub mod commands;
pub mod questions;
mod table;
pub mod view;
