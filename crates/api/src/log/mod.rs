//! `/log`, `/v1/events`, `/v1/feed`: the record itself, as files, pages and while it grows.

pub mod event;
pub mod feed;
pub mod openings;
mod stale;
pub mod stream;
pub mod tiles;
pub mod whole;
