//! How bodies and queries are read: strictly, and every fault in one answer.

pub mod bodies;
pub mod body;
pub mod filters;
pub mod params;
pub mod query;
pub mod strict_json;
