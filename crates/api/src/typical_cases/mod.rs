//! `/v1/typical-cases`: typical cases (典型案例), what a grid did well, from its nomination to what is said beside it later
//! (C-5.3). What everybody may read of them is in `public/cases.rs`.

pub mod commands;
pub mod questions;
mod table;
pub mod view;
