//! `/v1/personal-data`: who looked at whose words.

pub mod questions;
pub mod view;
