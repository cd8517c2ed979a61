//! `/v1/appointments`: visits by appointment (应约走访), asked for, answered, agreed, kept by a reception or called off (C-3.1).

pub mod commands;
pub mod questions;
mod table;
pub mod view;
