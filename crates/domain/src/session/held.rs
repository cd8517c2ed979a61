//! When and where a session is held, and who said so.

use crate::claims::Claim;
use crate::policy::ClockTime;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// When and where a session is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The day.
    pub on: NaiveDate,
    /// From this time of day.
    pub from: ClockTime,
    /// To this time of day.
    pub to: ClockTime,
    /// Where.
    pub venue: Option<String>,
    /// Other service days that are held together with it.
    pub merged_days: Vec<NaiveDate>,
    /// Who moved it there, and when; a plan where nobody did.
    pub by: PlacedBy,
    /// When that was said.
    pub since: Claim,
    /// Who put it on that day, and when: other hours or another venue leave the day where it is.
    pub day_by: (PlacedBy, Claim),
    /// The day that it was planned for, where it has been moved to another.
    pub moved_from: Option<NaiveDate>,
}

/// What put a session on its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlacedBy {
    /// A plan.
    Plan,
    /// A calendar published later.
    Calendar,
    /// Somebody, for a reason of their own; the calendar leaves it alone from then on.
    Hand,
}
