//! Meetings (季度例会、临时会议): the grid's quarterly meeting, as a rule together with its work meeting, studies the major
//! issues of the grid (C-4.3a).
//!
//! [`Meeting`] is the fold of its [`MeetingEvent`]s. `convening.rs` calls one and calls it off, `tabling.rs` puts major issues
//! on its agenda or off, `deciding.rs` records what it decides on them, `closing.rs` that it was held and by whom it was
//! attended, `hear.rs` that people were heard at it. `agenda.rs` says what waits and what a meeting left over, `due.rs` what is
//! owed (O-11, O-12); `correctable.rs` which recorded values may be corrected, and `correcting.rs` how.

mod agenda;
mod closing;
mod convening;
mod correctable;
pub mod correcting;
mod deciding;
mod due;
mod events;
#[cfg(test)]
mod fixture;
mod hear;
mod state;
mod step;
mod tabling;
#[cfg(test)]
mod tests;

pub use agenda::{CameBefore, Waiting, agenda, untabled};
pub use closing::{ATTENDANCE_MAX, CloseDraft, DELEGATES_MAX, attendance_faults, close, delegate_faults};
pub use convening::{ConveneDraft, ConveneParts, cancel, convene, faults};
pub use correctable::Place;
pub use deciding::{Decision, NamedMeeting, decide, deliberate_in};
pub use due::{Tabling, first_regular_on, regular_held, tabling};
pub use events::{MajorIssueDeferred, MeetingCancelled, MeetingClosed, MeetingConvened, MeetingEvent, OnAgenda};
pub use hear::hear;
pub use state::{AgendaItem, Meeting};
pub use tabling::{NamedMajorIssue, defer, table};
