//! The facts of a roster import, as stored (FORMAT §7).

use crate::event_type::events;
use crate::vocabulary::DelegateType;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `roster/<uuid>`.
    RosterEvent {
        /// A roster file was imported.
        Imported(Imported) = "roster.imported"/1, "C-A1",
            "导入名单；记下各项数目与文件的 SHA-256。", "A roster was imported; counts and the file's SHA-256 are kept.";
    }
}

/// `roster.imported/1` (C-A1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    /// Date the roster speaks of.
    pub source_date: NaiveDate,
    /// Type of every delegate in the file.
    pub delegate_type: DelegateType,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: String,
    /// What it changed.
    pub counts: Counts,
}

/// Counts of one import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Grids.
    pub grids: AreaCounts,
    /// Units.
    pub units: AreaCounts,
    /// Delegates.
    pub delegates: DelegateCounts,
}

/// Distinct areas named, and how many of them were new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaCounts {
    /// Distinct areas in the file.
    pub rows: u32,
    /// New ones.
    pub created: u32,
}

/// Delegates named, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegateCounts {
    /// Rows with a delegate.
    pub rows: u32,
    /// New people.
    pub created: u32,
    /// Known, where they were.
    pub unchanged: u32,
    /// Known, with an assignment or a mandate they did not have.
    pub moved: u32,
    /// Known of this type, but not in the file: reported, never removed.
    pub absent: u32,
}
