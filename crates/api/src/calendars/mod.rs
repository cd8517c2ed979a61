//! `/v1/calendars`: working calendars, year by year.

pub mod handlers;
pub mod view;
