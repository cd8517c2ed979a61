//! `/v1/roster-imports`: the lists of delegates, which come as files.

pub mod handlers;
pub mod looks_alike;
pub mod view;
