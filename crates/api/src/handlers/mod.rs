//! The handlers, one file per noun of the address. Each is a dozen lines: read, hand to the use cases, show.

pub mod calendars;
pub mod commands;
pub mod dashboards;
pub mod delegates;
pub mod difference;
pub mod events;
pub mod feed;
pub mod issue_bodies;
pub mod issue_list;
pub mod issues;
pub mod log;
pub mod major_bodies;
pub mod major_issues;
pub mod offices;
pub mod places;
pub mod policies;
pub mod policy_shape;
pub mod read_models;
pub mod receptions;
pub mod reference;
pub mod rosters;
pub mod tokens;
pub mod topics;
pub mod whole_log;
