//! Read models over a log in memory: rows equal a plain recount, whatever way they came about.

mod dashboards;
mod failing;
pub(crate) mod fixture;
mod ledger;
mod lists;
pub(crate) mod models;
mod obligations;
mod plans;
mod recount;
mod reviews;
mod running;
mod sessions;
mod tables;
mod tasks;
mod trouble;
mod typical_cases;
mod undertakings;
mod views;
mod waiting;
