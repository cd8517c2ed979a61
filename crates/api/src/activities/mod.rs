//! `/v1/activities`: policy outreach, democratic consultations, theme activities and symposia, what is kept of them, and what
//! they lack (C-3.2, C-3.3, C-4.2, C-4.3b).

pub mod bodies;
pub mod commands;
pub mod corrections;
pub mod following;
pub mod parts;
pub mod questions;
mod table;
pub mod view;
