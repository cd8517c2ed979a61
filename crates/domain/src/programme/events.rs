//! The facts of the programme, as stored (FORMAT §7).

use crate::event_type::events;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in stream `programme`.
    ProgrammeEvent {
        /// The programme was established.
        Established(Established) = "programme.established"/1, "C-0",
            "活动自某日起施行。", "The programme was established, in effect from a day.";
    }
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
