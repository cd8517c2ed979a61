//! The facts of a delegate, as stored (FORMAT §7).

use crate::event_type::events;
use crate::ids::AreaId;
use crate::vocabulary::{DelegateType, DepartureReason};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `delegate/<uuid>`.
    DelegateEvent {
        /// A person became known as a delegate.
        Registered(Registered) = "delegate.registered"/1, "C-1",
            "登记一名代表。", "A delegate was registered.";
        /// A person has another name.
        Renamed(Renamed) = "delegate.renamed"/1, "C-1",
            "代表更名。", "A delegate was renamed.";
        /// A mandate of one type.
        MandateGiven(MandateGiven) = "delegate.mandate_given"/1, "C-1",
            "代表取得党代表或人大代表资格。", "A delegate was given a mandate, of the party or of the congress.";
        /// Assigned to a grid, perhaps to a unit of it.
        Assigned(Assigned) = "delegate.assigned"/1, "C-1",
            "代表编入网格或其下单位。", "A delegate was assigned to a grid or a unit of it.";
        /// An assignment ended.
        AssignmentEnded(AssignmentEnded) = "delegate.assignment_ended"/1, "C-1",
            "代表的编组结束。", "A delegate's assignment ended.";
        /// All mandates and assignments ended.
        Departed(Departed) = "delegate.departed"/1, "C-1",
            "代表离任。", "A delegate departed.";
    }
}

/// `delegate.registered/1`. The name is an official record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registered {
    /// Name, NFC, without padding.
    pub name: String,
}

/// `delegate.renamed/1`: the name was misspelt, or the person changed it. Why is in the narrative part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renamed {
    /// The new name, NFC, without padding.
    pub name: String,
}

/// `delegate.mandate_given/1`: a person holds a mandate (代表资格) from a day on; nobody without one receives or answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateGiven {
    /// Party delegate or deputy.
    pub delegate_type: DelegateType,
    /// First day.
    pub from: NaiveDate,
}

/// `delegate.assigned/1`: a delegate belongs to a grid, perhaps to a unit of it, from a day on (网格分工).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assigned {
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<AreaId>,
    /// First day.
    pub from: NaiveDate,
}

/// `delegate.assignment_ended/1`: the open assignment to that place has its last day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentEnded {
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<AreaId>,
    /// Last day.
    pub to: NaiveDate,
}

/// `delegate.departed/1`: every open mandate and assignment of the person has its last day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Departed {
    /// Why.
    pub reason_code: DepartureReason,
    /// Last day.
    pub on: NaiveDate,
}
