//! The use cases: look up, read, decide, append; again when somebody was faster. And what the calendar makes the
//! system do by itself.
//!
//! Reading order: [`call`] (who asks for what), [`failure`] (how it can end), [`transact`] (the one way a decision
//! becomes leaves), [`change`] (what a decision on a thing is given, and what it records), `staging` (its events,
//! appended and folded) and [`personal`] (words sealed and opened); then one file per noun: [`receptions`],
//! [`issues`], [`escalations`], [`together`], [`corrections`], [`major_issues`], [`people`], [`rules`], [`rosters`],
//! [`accounts`], of which those that change reference data go through [`governed`]. Reading back is [`files`] (folded
//! states, and what is to be known of a family), [`history`] (events with their opened personal parts), [`moments`]
//! (positions and instants), [`reviews`] (the annual review, folded from leaves) and [`reference`](mod@reference)
//! (areas, people, policy and calendars, folded in memory). [`start`] begins a log or takes one up again;
//! [`recompute`] is what the server does by itself.
//!
//! Where a method says nothing of its errors, they are those of [`Failure`]: a rule's no is not worth repeating, a
//! fault may be.
//!
//! No HTTP and no SQL here; no rule of the service either: those are `domain`'s.

pub mod accounts;
pub mod call;
pub mod change;
pub mod corrections;
pub mod escalations;
pub mod failure;
pub mod files;
pub mod governed;
pub mod history;
pub mod issues;
pub mod major_issues;
pub mod moments;
pub mod people;
pub mod personal;
pub mod receptions;
pub mod recompute;
pub mod reference;
pub mod reviews;
pub mod rosters;
pub mod rules;
pub mod start;
pub mod together;
pub mod transact;

mod cache;
mod casework;
mod staging;

pub use call::Call;
pub use casework::Casework;
pub use failure::Failure;
