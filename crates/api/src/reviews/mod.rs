//! `/v1/reviews/{year}`: the annual review.

pub mod member;
pub mod questions;
pub mod reading;
pub mod table;
pub mod view;
