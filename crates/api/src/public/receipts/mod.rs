//! `/v1/public/receipts/{code}`: what the holder of a receipt code is told of an issue and may do about it, without an account
//! (C-3.6). Nothing of a person is told, and a code that is nobody's takes as long to answer as one that holds.

pub mod commands;
mod looking;
pub mod page;
pub mod proof;
pub mod questions;
pub(crate) mod slip;
pub mod view;
