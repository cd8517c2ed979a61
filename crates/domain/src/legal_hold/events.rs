//! The facts of a legal hold, as stored (FORMAT §7).

use crate::event_type::events;
use crate::ids::{AreaId, IssueId, ReceptionId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `legal_hold/<uuid>`.
    LegalHoldEvent {
        /// Nothing of it is erased until a day. Why is in the narrative part.
        Set(LegalHoldSet) = "legal_hold.set"/1, "",
            "设定依法保全。", "A legal hold was set.";
        /// It holds no more. Why is in the narrative part.
        Lifted(LegalHoldLifted) = "legal_hold.lifted"/1, "",
            "解除依法保全。", "A legal hold was lifted.";
    }
}

/// `legal_hold.set/1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalHoldSet {
    /// What it covers.
    pub scope: HoldScope,
    /// Last day on which it holds.
    pub until_on: NaiveDate,
}

/// What a hold covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum HoldScope {
    /// All that lies with these subjects (`s/…`).
    Subjects {
        /// Whose.
        subjects: Vec<String>,
    },
    /// An issue.
    Issue {
        /// Which.
        issue_id: IssueId,
    },
    /// A reception with its issues.
    Reception {
        /// Which.
        reception_id: ReceptionId,
    },
    /// All receptions of a grid from one day to another, with their issues.
    Grid {
        /// Which.
        grid_id: AreaId,
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
}

/// `legal_hold.lifted/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalHoldLifted {}
