//! The facts of leaves of absence, as stored (FORMAT §7).

use crate::event_type::events;
use crate::ids::LeaveId;
use crate::vocabulary::LeaveReason;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `leave/<uuid of the delegate>`.
    LeaveEvent {
        /// A delegate asks.
        Requested(LeaveRequested) = "leave.requested"/1, "C-5.1",
            "代表请假。", "A delegate asked for leave.";
        /// It is approved.
        Approved(LeaveDecided) = "leave.approved"/1, "C-5.1",
            "准予请假。", "A leave was approved.";
        /// It is refused.
        Refused(LeaveDecided) = "leave.refused"/1, "C-5.1",
            "未准请假。", "A leave was refused.";
        /// The delegate takes it back.
        Withdrawn(LeaveDecided) = "leave.withdrawn"/1, "C-5.1",
            "撤回请假。", "A leave was withdrawn.";
    }
}

/// `leave.requested/1` (C-5.1). Words are in the narrative part; why somebody is ill is in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveRequested {
    /// Its id.
    pub leave_id: LeaveId,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    pub reason_code: LeaveReason,
}

/// `leave.approved/1`, `leave.refused/1`, `leave.withdrawn/1` (C-5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveDecided {
    /// Which.
    pub leave_id: LeaveId,
}
