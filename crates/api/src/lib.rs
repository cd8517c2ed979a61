//! The HTTP side of Huiyin: bodies in, bodies out, one table of routes, one table of problems.
//!
//! Reading order: [`routes`] (what can be asked), `edge` (what happens around every request), [`router`] (the way to
//! its handler), [`caller`] and [`command`] (what a handler is given), [`body`] and [`query`] (how input is read),
//! [`problem`] and [`codes`] (how anything is refused), [`server`]. No rule of the service lives here.

pub mod account;
mod actions;
mod admin_token;
pub mod answer;
pub mod asked;
mod background;
mod beginnings;
pub mod body;
pub mod caller;
mod causes;
pub mod cli;
pub mod client;
mod clock;
pub mod codes;
pub mod command;
mod connection;
mod connections;
pub mod cors;
pub mod csv;
mod docs;
mod edge;
mod event_types;
mod examples;
mod feeds;
mod fixed;
pub mod format;
mod handlers;
pub mod health;
pub mod language;
pub mod limits;
pub mod logs;
mod measure;
pub mod metrics;
mod names;
pub mod office;
pub mod openapi;
pub mod output;
mod packing;
mod params;
pub mod problem;
mod problems;
pub mod process;
mod progress;
pub mod query;
pub mod rates;
pub mod route;
pub mod router;
pub mod routes;
mod serve;
pub mod serve_arguments;
pub mod server;
pub mod simulate;
pub mod strict_json;
mod terminal;
mod tickets;
mod views;
pub mod vocabulary;
mod waiting;
