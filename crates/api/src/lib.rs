//! The HTTP side of Huiyin: bodies in, bodies out, one table of routes, one table of problems.
//!
//! A folder is either what every request needs ([`http`], [`input`], [`problem`], [`openapi`]) or one family of
//! addresses: its handlers, its bodies, how it is shown. Reading order: [`routes`] (what can be asked),
//! [`http::middleware`] (what happens around every request), [`http::router`] (the way to its handler),
//! [`http::caller`] and [`http::extract`] (what a handler is given), [`input`] (how input is read), [`problem`] (how
//! anything is refused), [`server`]. No rule of the service lives here.

pub mod accounts;
pub mod activities;
pub mod appointments;
pub mod calendars;
pub mod clauses;
pub mod clock;
pub mod configuration;
pub mod corrections;
pub mod dashboards;
pub mod deeds;
pub mod delegates;
pub mod erasures;
pub mod files;
pub mod http;
pub mod input;
pub mod issues;
pub mod leaves;
pub mod legal_holds;
pub mod limits;
pub mod log;
pub mod major_issues;
pub(crate) mod me;
pub mod meetings;
pub mod obligations;
pub mod offices;
pub mod openapi;
pub mod personal_data;
pub mod places;
pub mod policies;
pub mod problem;
pub mod programme;
pub mod proposals;
pub mod public;
pub mod read_models;
pub mod receptions;
pub mod reviews;
pub mod rosters;
pub mod routes;
pub mod security;
pub mod server;
pub mod sessions;
pub mod sign_ins;
pub mod state;
pub mod studies;
pub mod tokens;
pub mod typical_cases;
pub mod undertakings;
pub mod vocabulary;
