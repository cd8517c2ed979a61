//! Typical cases (典型案例): what a grid did well, made fit to be read by everybody, submitted, selected and published
//! (C-5.3).
//!
//! [`TypicalCase`] is the fold of its [`TypicalCaseEvent`]s. `nominating.rs` begins one, `deidentifying.rs` makes its text one that
//! may be published, `selecting.rs` sends it to an office and decides on it, `publishing.rs` brings it before people, and
//! `annotating.rs` says beside it what became of its matter.

mod annotating;
mod deidentifying;
mod events;
mod nominating;
mod publishing;
mod selecting;
mod state;
mod step;

#[cfg(test)]
mod tests;

pub use annotating::{annotate, annotated_up_to, annotation_due};
pub use deidentifying::deidentify;
pub use events::{
    CaseAnnotated, CaseDecided, CaseDeidentified, CaseNominated, CasePublished, CaseSources, CaseSubmitted,
    TypicalCaseEvent,
};
pub use nominating::{CaseDraft, CaseParts, NamedSource, SOURCES_MAX, faults, nominate, sources_fit};
pub use publishing::{outdated, publish, text_for_everybody};
pub use selecting::{select, submit, submitted_on};
pub use state::{CasePublication, CaseSubmission, TypicalCase};
