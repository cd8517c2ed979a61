//! `/v1/programme`: what the service is called, who issued it, what it rests on (C-0).

pub mod commands;
pub mod questions;
pub mod view;
