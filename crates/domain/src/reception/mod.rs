//! Receptions (联系记录): who received whom, where, in which of four forms, and which issues were raised (C-3.1).

mod correctable;
pub mod correcting;
mod events;
mod record;
mod state;

pub use correctable::Place;
pub use events::{ReceivingDelegate, ReceptionCorrected, ReceptionEvent, ReceptionRecorded, Visitor};
pub use record::{
    DELEGATES_MAX, DelegateDraft, ISSUES_MAX, IssueDraft, IssueParts, People, ReceptionDraft, ReceptionParts,
    RecordedReception, VISITORS_MAX, faults, record,
};
pub use state::*;
