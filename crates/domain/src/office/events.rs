//! The facts of an office, as stored (FORMAT §7).

use crate::event_type::events;
use crate::vocabulary::OfficeKind;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `office/<uuid>`.
    OfficeEvent {
        /// An office became known.
        Registered(OfficeRegistered) = "office.registered"/1, "C-3.5",
            "登记一个办公室、部门或单位。", "An office was registered.";
        /// An office has another name.
        Renamed(OfficeRenamed) = "office.renamed"/1, "C-3.5",
            "办公室、部门或单位更名。", "An office was renamed.";
    }
}

/// `office.registered/1`: an office that can be told of things, or given a major issue to handle (C-3.5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeRegistered {
    /// Official name.
    pub name: String,
    /// Its kind.
    pub kind: OfficeKind,
}

/// `office.renamed/1` (C-3.5). Why is in the narrative part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeRenamed {
    /// The new official name.
    pub name: String,
}
