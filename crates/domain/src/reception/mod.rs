//! Receptions (联系记录): who received whom, where, in which of four forms, and which issues were raised (C-3.1).

pub mod correcting;
mod events;
mod place;
mod record;
mod state;

pub use events::{ReceivingDelegate, ReceptionCorrected, ReceptionEvent, ReceptionRecorded, Visitor};
pub use place::Place;
pub use record::{
    DELEGATES_MAX, DelegateDraft, ISSUES_MAX, IssueDraft, IssueParts, People, ReceptionDraft, ReceptionParts,
    RecordedReception, VISITORS_MAX, faults, record,
};
pub use state::*;
