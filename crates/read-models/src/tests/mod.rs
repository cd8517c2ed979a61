//! Read models over a log in memory: rows equal a plain recount, whatever way they came about.

mod dashboards;
mod failing;
mod fixture;
mod lists;
mod models;
mod obligations;
mod plans;
mod recount;
mod reviews;
mod running;
mod sessions;
mod trouble;
mod views;
