//! `/v1/reviews/{year}`: the annual review: its figures, and the process around them.

pub mod appraisal_view;
pub mod appraising;
pub mod behind;
pub mod commands;
pub mod dossier;
mod fields;
pub mod frozen;
pub(crate) mod frozen_years;
pub mod member;
mod member_table;
pub mod questions;
pub mod reading;
pub mod table;
pub mod view;
pub mod year;
mod year_table;
pub mod year_view;
