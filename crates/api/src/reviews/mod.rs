//! `/v1/reviews/{year}`: the annual review.

pub mod handlers;
pub mod member;
pub mod question;
pub mod table;
pub mod view;
