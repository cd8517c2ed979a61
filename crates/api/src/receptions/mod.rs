//! `/v1/receptions`: recording one, reading one, the list.

pub mod bodies;
pub mod commands;
pub mod questions;
pub mod table;
pub mod view;
pub mod visitors;
