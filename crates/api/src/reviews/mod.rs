//! `/v1/reviews/{year}`: the annual review: its figures, and the process around them.

pub mod appraisal_view;
pub mod appraising;
pub mod commands;
pub mod dossier;
mod fields;
pub mod frozen;
pub(crate) mod frozen_years;
pub mod member;
pub mod questions;
pub mod reading;
pub mod table;
pub mod view;
pub mod year;
