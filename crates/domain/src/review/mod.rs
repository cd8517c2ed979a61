//! The annual review (年度述职评议) of a delegate or a grid: indicators that anyone can derive again from the first N
//! leaves (C-5.2). A change of shape or formula is a new [`RuleSet`] beside those that are there.
//!
//! Integers only, no clock, whole town days. One stream becomes facts ([`IssueFacts`], [`ReceptionFacts`],
//! [`SessionFacts`], [`Gatherings`]), facts become findings about single members ([`Finding`]), findings are summed in a [`Tally`], whose
//! [`Figure`]s are the answer. So a figure and the list of what is behind it cannot differ.
//!
//! Reading order: [`period`](Period), `rule_set`, [`book`](Book) (under which rules a day is counted), `finding`; of issues
//! `corrected`, `facts`, `member` (effective due date, responsibility), `judge`; then `receptions`, `sessions`,
//! `undertakings`, `gatherings` and `disputes`, and `tally`. What the notice leaves open is decided where it is used and listed in
//! `docs/adr/0011-review-readings.md` and `0054-review-2.md`.

mod book;
mod corrected;
mod disputes;
mod duties;
mod facts;
mod figure;
mod finding;
mod gatherings;
mod interim;
mod judge;
mod member;
mod period;
mod rank;
mod receptions;
mod recurring;
mod rule_set;
mod sessions;
mod subject;
mod tally;
#[cfg(test)]
mod tests;
mod undertakings;
mod wilson;

pub use book::Book;
pub(crate) use corrected::issue as as_corrected;
pub use disputes::judge_disputes;
pub use duties::{CycleDuty, InterimDuty};
pub use facts::IssueFacts;
pub use figure::{Figure, Measure, Ratio, Satisfied};
pub use finding::{Dates, Finding, Split, What};
pub use gatherings::{Gathered, Gathering, Gatherings, judge_attended, judge_recurring};
pub use judge::judge;
pub use period::Period;
pub use receptions::{ReceptionFacts, judge_reception};
pub use recurring::Recurring;
pub use rule_set::RuleSet;
pub use sessions::{SessionAround, SessionFacts, judge_session};
pub use subject::Subject;
pub use tally::Tally;
pub use undertakings::{Undertaken, judge_case, judge_deed, judge_study};
