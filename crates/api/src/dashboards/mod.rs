//! `/v1/dashboards`: what is counted for those who follow it up every day.

pub mod obligations;
pub mod questions;
pub mod rows;
pub mod scope;
pub mod sessions;
pub mod table;
#[cfg(test)]
mod tests;
pub mod view;
