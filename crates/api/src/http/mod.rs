//! A request from its connection to its answer, as far as no family of addresses differs.
//!
//! Reading order: `connections`, `tls`, `paced`, `connection` (who is connected), `proxies` (who it is), `middleware` (what happens around every request),
//! `router` and `route` (which line of the table it is), `caller` (who asks), `extract` (what a handler is given),
//! `commands` (what every command does), `waiting` and `reference` (what questions share), `response`, `tables` and
//! `packing` (how an answer leaves). The rest is what its name says.

pub(crate) mod absence;
pub mod account;
pub mod accounts;
pub mod caller;
pub mod cells;
pub mod client;
pub mod commands;
pub mod connection;
pub mod connections;
pub mod context;
pub(crate) mod cookies;
pub mod cors;
pub mod csv;
pub mod docs;
pub mod extract;
pub mod fixed;
pub mod format;
pub mod health;
pub(crate) mod html;
pub mod json;
pub mod language;
pub mod logs;
pub mod looks_alike;
pub mod measure;
pub mod memory;
pub mod metrics;
pub mod middleware;
pub mod names;
pub mod output;
pub(crate) mod paced;
pub mod packing;
pub mod proxies;
pub mod rates;
pub mod reader;
pub mod reference;
pub mod response;
pub mod route;
pub mod router;
pub(crate) mod scope;
pub(crate) mod sent;
pub mod slots;
pub mod strangers;
pub(crate) mod tables;
pub mod tickets;
pub mod times;
pub mod tls;
mod unhandled;
pub mod upload;
pub mod waiting;
pub(crate) mod whole;
pub mod xlsx;
