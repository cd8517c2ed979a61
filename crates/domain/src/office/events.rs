//! The facts of an office, as stored (FORMAT §7).

use crate::vocabulary::OfficeKind;
use serde::{Deserialize, Serialize};

/// Facts in streams `office/<uuid>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "public")]
pub enum OfficeEvent {
    /// An office became known.
    #[serde(rename = "office.registered")]
    Registered(OfficeRegistered),
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
