//! Sessions (接待场次): one grid's sitting of one service day, from its place in the calendar to its record (C-2, C-4.1).
//!
//! [`Session`] is the fold of its [`SessionEvent`]s. `service_day.rs` says where the calendar puts a service day,
//! `planning.rs` what a plan records of it, `moving.rs` what is done by hand; `rota.rs` who is to sit there, `proposal.rs`
//! who might in fairness, and `coming.rs` who of them will come; `sitting.rs` what happens on the day, `presence.rs` and
//! `verdict.rs` what it comes to; `correctable.rs` which recorded values may be corrected, and `correcting.rs` how. The
//! public notice is next door, in [`crate::notice`]: its facts are facts of the session.

mod coming;
mod correctable;
pub mod correcting;
mod events;
mod held;
mod moving;
mod planning;
mod presence;
mod proposal;
mod rota;
mod service_day;
mod sitting;
mod state;
mod step;
mod verdict;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use correctable::Place;
pub use events::{
    AssignedSlot, Checked, DutySubstituted, NoticeAmended, NoticeContent, NoticePosted, ObjectionAnswered,
    ObjectionRecorded, RecordFiled, RotaAssigned, RotaPublished, SessionCancelled, SessionClosed, SessionEvent,
    SessionMoved, SessionOpened, SessionPlanned,
};
pub use held::{Held, PlacedBy};
pub use moving::{ExtraDraft, MoveDraft, SessionsOfGrid, add, cancel, hours_fit, move_session};
pub use planning::{
    DAYS_MAX as PLAN_DAYS_MAX, Plan, PlanDraft, PlannedEvent, Planning, SESSIONS_MAX as PLAN_SESSIONS_MAX,
    faults as plan_faults, plan,
};
pub use presence::DayRules;
pub use proposal::{DutyLoad, Proposal, ProposedRota, Proposing, propose};
pub use rota::{
    Duty, RotaItem, SESSIONS_MAX as ROTA_SESSIONS_MAX, SLOTS_MAX, SubstitutionDraft, assign, publish, short_of,
    substitute,
};
pub use service_day::{Placed, PlacedSession, is_service_day, place_service_day};
pub use sitting::{
    Closing, FILES_MAX, ISSUES_MAX as TAKEN_ISSUES_MAX, RaisedThere, attended_by_oneself, check_in, check_out, close,
    file_record, files, open_session, taken_faults,
};
pub use state::{Notice, Objection, Presence, Session, Slot, Substitution};
pub use step::EVENTS_MAX;
pub(crate) use step::{follows, not_full, not_over};
pub use verdict::{Judged, judge, record_due_on, settled_from};
