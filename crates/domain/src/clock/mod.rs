//! The clock over obligations (履职时钟): what is owed, by whom and by when, whether it was done, and what follows when it
//! was not.
//!
//! That an obligation exists, its due date and its standing are never stored: they are a pure function of what is recorded
//! ([`Obligation`], derived in `sessions.rs` and its neighbours, judged in `judging.rs`). Events are only what the clock
//! found ([`Breached`], [`TierReached`]), each decided from what was recorded before the instant that it stands for, so that
//! a clock that stood still for a month finds what one that ran all the time found ([`happenings`]); and what people said
//! of a breach (`explaining.rs`).
//!
//! A new obligation is a row of [`row`] and a function that derives it from the state of its thing.

mod events;
mod explaining;
mod issues;
mod judging;
mod ledger;
mod obligation;
mod offices;
mod past;
mod promising;
mod recorded;
mod running;
mod sessions;
mod state;
mod subject;
mod table;
#[cfg(test)]
mod tests;
mod things;
mod timeline;

pub use events::{Breached, Explained, ExplanationDecided, ObligationEvent, TierReached};
pub use explaining::{EXPLANATIONS_MAX, decide, explain};
pub use issues::{IssueKnown, of_issue};
pub use judging::{Happening, Occurrence, Standing, counts, judged_at, occurrence, possible, stands_for, status};
pub use ledger::{LedgerEntry, LedgerEvent, Outlook};
pub use obligation::{Charge, Key, Obligation, OwedBy, OwingFamily, Part};
pub use offices::{OfficesKnown, falls_to_convener, of_departures, of_grid};
pub use past::Past;
pub use promising::{Edition, Promise, promised};
pub use recorded::Recorded;
pub use running::{Happened, happenings};
pub use sessions::{SessionKnown, of_session};
pub use state::{Explanation, ObligationRecord, supervises};
pub use subject::{Subject, by_the_clock, on_duty};
pub use table::{ROWS, Row, row};
pub use things::{ThingKnown, of_appointment, of_deed, of_study};
pub use timeline::{Lean, RulesThen, Timeline};
