//! `/v1/meetings`: the grids' quarterly meetings (季度例会) and those between them, and `/v1/grids/{id}/agenda`, what a grid
//! has to study (C-4.3a).

pub mod agenda;
mod agenda_table;
pub mod commands;
pub mod corrections;
pub mod deciding;
pub mod items;
pub mod questions;
mod table;
pub mod view;
