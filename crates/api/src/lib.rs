//! The HTTP side of Huiyin: bodies in, bodies out, one table of routes, one table of problems.
//!
//! A folder is either what every request needs ([`http`], [`input`], [`problem`], [`openapi`]) or one family of
//! addresses: its handlers, its bodies, how it is shown. Reading order: [`routes`] (what can be asked),
//! [`http::middleware`] (what happens around every request), [`http::router`] (the way to its handler),
//! [`http::caller`] and [`http::extract`] (what a handler is given), [`input`] (how input is read), [`problem`] (how
//! anything is refused), [`server`]. No rule of the service lives here.

#![cfg_attr(not(test), allow(unused_imports, reason = "some are named in descriptions alone, which are read in tests"))]

// The macros that describe handlers and bodies say nothing but in the test that makes the document (`openapi`).
#[cfg(not(test))]
extern crate no_schema as utoipa;

mod accounts;
mod activities;
mod appointments;
mod calendars;
mod clauses;
pub mod clock;
pub mod configuration;
mod corrections;
mod dashboards;
mod deeds;
mod delegates;
pub mod erasures;
mod files;
pub mod http;
pub mod input;
mod issues;
mod leaves;
mod legal_holds;
pub mod limits;
mod log;
mod major_issues;
mod me;
mod meetings;
mod obligations;
mod offices;
pub mod openapi;
mod personal_data;
mod places;
mod policies;
pub mod problem;
mod programme;
mod proposals;
mod public;
mod read_models;
mod receptions;
pub mod reviews;
mod rosters;
pub mod routes;
pub mod security;
pub mod server;
mod sessions;
pub mod sign_ins;
pub mod state;
mod studies;
pub mod tokens;
mod typical_cases;
mod undertakings;
mod vocabulary;
