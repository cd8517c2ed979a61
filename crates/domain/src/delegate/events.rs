//! The facts of a delegate, as stored (FORMAT §7).

use crate::ids::AreaId;
use crate::vocabulary::{DelegateType, DepartureReason};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Facts in streams `delegate/<uuid>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "public")]
pub enum DelegateEvent {
    /// A person became known as a delegate.
    #[serde(rename = "delegate.registered")]
    Registered(Registered),
    /// A mandate of one type.
    #[serde(rename = "delegate.mandate_given")]
    MandateGiven(MandateGiven),
    /// Assigned to a grid, perhaps to a unit of it.
    #[serde(rename = "delegate.assigned")]
    Assigned(Assigned),
    /// An assignment ended.
    #[serde(rename = "delegate.assignment_ended")]
    AssignmentEnded(AssignmentEnded),
    /// All mandates and assignments ended.
    #[serde(rename = "delegate.departed")]
    Departed(Departed),
}

/// `delegate.registered/1`. The name is an official record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registered {
    /// Name, NFC, without padding.
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
