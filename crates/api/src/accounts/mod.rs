//! `/v1/accounts`, `/v1/access/adoption`, `/v1/access-table`: who asks, what they may do, and from when on it is asked.

pub mod access;
pub mod commands;
pub(crate) mod enrolling;
pub(crate) mod guard;
#[cfg(test)]
mod markdown;
pub mod questions;
pub mod view;
