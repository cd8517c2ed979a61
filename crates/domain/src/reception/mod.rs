//! Receptions (联系记录): who received whom, where, in which of five forms, and which issues were raised (C-3.1).
//!
//! The fifth, the hearing (听取意见), is of opinions that were heard elsewhere than where people are received.

mod attending;
mod correctable;
pub mod correcting;
mod events;
mod occasion;
mod record;
mod state;

pub use attending::{DelegateDraft, attending, sat};
pub use correctable::Place;
pub use events::{ReceivingDelegate, ReceptionEvent, ReceptionRecorded, Visitor};
pub use occasion::{Occasion, occasion_faults};
pub use record::{
    DELEGATES_MAX, ISSUES_MAX, IssueDraft, IssueParts, People, ReceptionDraft, ReceptionParts, RecordedReception,
    VISITORS_MAX, faults, held_faults, record,
};
pub use state::*;
