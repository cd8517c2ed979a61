//! The facts of the programme, as stored (FORMAT §7).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Facts in stream `programme`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "public")]
pub enum ProgrammeEvent {
    /// The programme was established.
    #[serde(rename = "programme.established")]
    Established(Established),
}

/// `programme.established/1` (C-0).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Established {
    /// Name of the programme.
    pub name: String,
    /// First day on which receptions count.
    pub effective_on: NaiveDate,
}
