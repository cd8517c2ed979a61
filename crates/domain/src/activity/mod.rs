//! Activities (活动): policy outreach (C-3.2), democratic consultations (C-3.3), theme activities (C-4.2) and symposia
//! (C-4.3b). One is recorded when it was held; what it lacks is derived, and may be made good later.
//!
//! [`Activity`] is the fold of its [`ActivityEvent`]s. `holding.rs` records one (`classes.rs`: who may
//! attend it), `reporting.rs` attaches evidence and sends
//! it to the offices, `improving.rs` keeps what a symposium adopted, `hearing.rs` is of the people heard at it; `complete.rs`
//! says what it lacks, `due.rs` what counts for the quarter and the half-year, and by when (O-10, O-13); `correctable.rs`
//! which recorded values may be corrected, and `correcting.rs` how.

mod classes;
mod complete;
mod correctable;
pub mod correcting;
mod due;
mod events;
mod hearing;
mod holding;
mod improving;
mod reporting;
mod state;

#[cfg(test)]
mod tests;

pub use complete::{Against, faults, lacking_classes, lacking_offices, open_questions};
pub use correctable::Place;
pub use due::{best_symposium, evidence_on, reported_on, reports_due_on, symposium_held, theme_activity_held};
pub use events::{
    ActivityAcknowledged, ActivityEvent, ActivityHeld, ActivitySubmitted, EvidenceAttached, ImprovementAdopted,
    ImprovementCompleted, Questions,
};
pub use hearing::hear;
pub use holding::{
    ActivityDraft, ActivityParts, COUNT_MAX, DELEGATES_MAX, GRIDS_MAX, OFFICES_MAX, OwnFields, hold, parts_faults,
};
pub use improving::{ImprovementDraft, adopt_improvement, by_on_fits, complete_improvement};
pub use reporting::{CLAUSE as REPORTING_CLAUSE, acknowledge, attach_evidence, some_files, submit};
pub use state::{Activity, Evidence, Improvement};
