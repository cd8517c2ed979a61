//! The annual review (年度述职评议) of a delegate or a grid: indicators that anyone can derive again from the first N
//! leaves (C-5.2). Rules `review/1`; a change of shape or formula is a new value of `rules`.
//!
//! Integers only, no clock, whole town days. One stream becomes facts ([`IssueFacts`], [`ReceptionFacts`]), facts become
//! findings about single members ([`Finding`]), findings are summed in a [`Tally`], whose [`Figure`]s are the answer. So
//! a figure and the list of what is behind it cannot differ.
//!
//! Reading order: [`period`](Period), [`book`](Book) (under which rules a day is counted), `corrected`, `facts`,
//! `member` (effective due date, responsibility), `judge`, `tally`. What the notice leaves open is decided where it is used and
//! listed in `docs/adr/0011-review-readings.md`.

mod book;
mod corrected;
mod duties;
mod facts;
mod figure;
mod interim;
mod judge;
mod member;
mod period;
mod rank;
mod receptions;
mod tally;
#[cfg(test)]
mod tests;
mod wilson;

pub use book::Book;
pub(crate) use corrected::issue as as_corrected;
pub use duties::{CycleDuty, InterimDuty};
pub use facts::IssueFacts;
pub use figure::{Figure, Measure, Ratio, Satisfied};
pub use judge::{Dates, Finding, Split, What, judge};
pub use period::Period;
pub use receptions::{ReceptionFacts, judge_reception};
pub use tally::{Subject, Tally};

/// The rules that this module holds.
pub const RULES: &str = "review/1";
