//! `/v1/clauses`: the notice clause by clause, with what is owed under each and how it was kept.

pub(crate) mod content;
mod html;
pub mod ledger;
#[cfg(test)]
mod markdown;
pub mod questions;
pub mod table;
#[cfg(test)]
mod tests;
pub mod view;
