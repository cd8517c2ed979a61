//! The facts of an appointment, as stored (FORMAT §7). What it is about, the place (perhaps a home), what was said and why it
//! was called off are in a box of the appointment; name and telephone number of whoever asked in boxes of their own.

use crate::event_type::events;
use crate::ids::{AreaId, DelegateId, ReceptionId};
use crate::policy::ClockTime;
use crate::reception::Visitor;
use crate::vocabulary::{CancelledBy, WordChannel};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `appointment/<uuid>`.
    AppointmentEvent {
        /// Somebody asks for a visit. The leaf's `occurred_at` is when.
        Requested(AppointmentRequested) = "appointment.requested"/1, "C-3.1",
            "群众预约走访。", "A visit by appointment was requested.";
        /// The visitor is spoken to.
        Contacted(AppointmentContacted) = "appointment.contacted"/1, "C-3.1",
            "与预约人联系。", "Whoever asked for the visit was contacted.";
        /// A day is agreed, or another one.
        Scheduled(AppointmentScheduled) = "appointment.scheduled"/1, "C-3.1",
            "约定走访的代表、日期和时间。", "Delegate, day and hour of the visit were agreed.";
        /// It is called off.
        Cancelled(AppointmentCancelled) = "appointment.cancelled"/1, "C-3.1",
            "取消预约。", "The appointment was cancelled.";
        /// The delegate came: the reception says what was said. The leaf's `occurred_at` is when it was held.
        Kept(AppointmentKept) = "appointment.kept"/1, "C-3.1",
            "代表如约走访。", "The delegate kept the appointment.";
    }
}

/// `appointment.requested/1` (C-3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentRequested {
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<AreaId>,
    /// The delegate who is asked for, where that is one in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate_id: Option<DelegateId>,
    /// Who asks.
    pub visitor: Visitor,
}

/// `appointment.contacted/1` (C-3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentContacted {
    /// How.
    pub channel: WordChannel,
}

/// `appointment.scheduled/1` (C-3.1): what is agreed now. The place is in the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentScheduled {
    /// Who will come.
    pub delegate_id: DelegateId,
    /// On which day.
    pub scheduled_on: NaiveDate,
    /// From this time of day.
    pub from: ClockTime,
}

/// `appointment.cancelled/1` (C-3.1). Why is in the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentCancelled {
    /// Who called it off.
    pub by: CancelledBy,
}

/// `appointment.kept/1` (C-3.1), in the append of the reception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentKept {
    /// The reception that the visit was.
    pub reception_id: ReceptionId,
}
