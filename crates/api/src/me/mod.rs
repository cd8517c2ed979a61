//! `/v1/me/…`: what an account does for itself, and what it has to do.

pub mod credentials;
pub mod mine;
pub mod tasks;
pub mod view;
