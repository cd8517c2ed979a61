//! `…/corrections`: correcting the record of issues and receptions.

pub mod commands;
