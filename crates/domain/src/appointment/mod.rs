//! Appointments (应约走访): somebody asks that a delegate comes, is spoken to, a day is agreed, and the visit is a reception
//! (C-3.1).
//!
//! [`Appointment`] is the fold of its [`AppointmentEvent`]s. `arranging.rs` says how one is asked for, answered and agreed,
//! `ending.rs` how it is kept or called off, `due.rs` what is owed of it by whom, and whether that was done in time (O-9).

mod arranging;
mod due;
mod ending;
mod events;
mod state;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use arranging::{
    EVENTS_MAX, RequestDraft, RequestParts, ScheduleDraft, contact, request, request_faults, schedule, schedule_faults,
};
pub use ending::{VisitDraft, cancel, keep};
pub use events::{
    AppointmentCancelled, AppointmentContacted, AppointmentEvent, AppointmentKept, AppointmentRequested,
    AppointmentScheduled,
};
pub use state::{Agreement, Appointment};
