//! `/v1/personal-data`: who looked at whose words; finding one person, and all that is held of them.

pub mod exports;
mod held;
mod page;
pub mod questions;
pub mod searches;
pub mod view;
