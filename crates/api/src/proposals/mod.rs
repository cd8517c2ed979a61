//! `/v1/proposals`: what takes two persons, proposed by one and decided on by another.

pub mod commands;
pub mod questions;
pub mod view;
pub(crate) mod withheld;
