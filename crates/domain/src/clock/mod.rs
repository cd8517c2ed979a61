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

mod activities;
mod deriving;
mod events;
mod explaining;
mod issues;
mod judging;
mod ledger;
mod major_issues;
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
mod years;

pub use activities::of_activity;
pub use events::{Breached, Explained, ExplanationDecided, ObligationEvent, TierReached};
pub use explaining::{EXPLANATIONS_MAX, decide, explain};
pub use issues::{IssueKnown, of_issue};
pub use judging::{Happening, Occurrence, Standing, counts, judged_at, occurrence, possible, stands_for, status};
pub use ledger::{LedgerEntry, LedgerEvent, Outlook};
pub use major_issues::of_major_issue;
pub use obligation::{Charge, Key, Obligation, OwedBy, OwingFamily, Part};
pub use offices::{OfficesKnown, falls_to_convener, of_departures, of_grid};
pub use past::Past;
pub use promising::{Edition, Promise, promised};
pub use recorded::{
    Events, Members, Recorded, Years, files_of, years_of_activity, years_of_case, years_of_major_issue,
    years_of_meeting,
};
pub use running::{Happened, happenings};
pub use sessions::{SessionKnown, of_session};
pub use state::{Explanation, ObligationRecord, supervises};
pub use subject::{Candidate, Member, Subject, by_the_clock, on_duty};
pub use table::{ROWS, Row, is_only_counted, row};
pub use things::{ThingKnown, of_appointment, of_deed, of_study};
pub use timeline::{Lean, RulesThen, Timeline};
pub use years::{GridDefinedBy, OfYear, of_delegate_year, of_grid_year};
