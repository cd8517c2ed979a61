//! `/v1/sessions`: sessions (接待场次), their day and their record (C-2, C-4.1, C-5.2).

pub mod changed;
pub mod list;
pub mod moves;
pub mod notices;
pub mod parts;
pub mod planning;
pub mod proposal;
pub mod questions;
pub mod rotas;
pub mod sitting;
mod table;
pub mod view;
