//! `/v1/studies`: studies and inspections (调查研究、巡查监督), what delegates look into, with whom it is filed and what came of it
//! (C-3.5).

pub mod commands;
pub mod corrections;
pub mod filing;
pub mod questions;
mod table;
pub mod view;
