//! Studies (调查研究) and inspections (巡查监督): what delegates look into, what they write of it, and that both offices have
//! it (C-3.5). An inspection is done when it is recorded; a study is finished by its written material.
//!
//! [`Study`] is the fold of its [`StudyEvent`]s. `starting.rs` begins one and `finishing.rs` ends it; `filing.rs` sends it
//! to the offices, takes what they say of it, and tells how it stands; `hearing.rs` is of the people heard for it; `due.rs`
//! says by when it is to be with whom (O-14, O-15); `correctable.rs` which recorded values may be corrected, and
//! `correcting.rs` how.

mod correctable;
pub mod correcting;
mod due;
mod events;
mod filing;
mod finishing;
mod hearing;
mod starting;
mod state;
mod step;

#[cfg(test)]
mod tests;

pub use correctable::Place;
pub use due::{due_on, filed_on};
pub use events::{StudyAcknowledged, StudyBegun, StudyEvent, StudyFinished, StudySubmitted, StudyUsed};
pub use filing::{UseDraft, acknowledge, acknowledged_by, is_filed, lacking, record_use, state, submit};
pub use finishing::finish;
pub use hearing::hear;
pub use starting::{StudyDraft, StudyParts, TEAM_MAX, faults, start};
pub use state::{Hearing, Study, Use};
