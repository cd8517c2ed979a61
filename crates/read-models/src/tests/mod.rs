//! Read models over a log in memory: rows equal a plain recount, whatever way they came about.

mod dashboards;
mod fixture;
mod lists;
mod reviews;
mod running;
mod trouble;
