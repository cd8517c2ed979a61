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
        /// What is said of it changed.
        Amended(ProgrammeAmended) = "programme.amended"/1, "C-0",
            "修订活动的名称、主办单位、依据或主题。", "What is said of the programme was amended: its name, issuer, legal bases or theme.";
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

/// `programme.amended/1` (C-0): what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeAmended {
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What it rests on, the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_bases: Option<Vec<String>>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
}
