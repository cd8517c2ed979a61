//! The facts of who looked at personal data, as stored (FORMAT §7).

use crate::event_type::events;
use crate::vocabulary::{PersonalClass, Purpose};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `personal_data/<account>`.
    PersonalDataEvent {
        /// Personal parts were opened in full, the first time on a day.
        Viewed(Viewed) = "personal_data.viewed"/1, "",
            "当日首次查看个人信息，载明目的、类别与所查看的事项。", "Personal data was looked at for the first time on a day: what for, which classes, and of what.";
    }
}

/// `personal_data.viewed/1`: who looked is the leaf's actor, as what its role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Viewed {
    /// The town's day.
    pub day: NaiveDate,
    /// The action by which it was read, such as `issue.read`.
    pub action: String,
    /// What for.
    pub purpose: Purpose,
    /// Which classes were opened.
    pub classes: Vec<PersonalClass>,
    /// Positions of the first leaf of each stream that was looked at; ascending, at most 1,000.
    pub seen: Vec<u64>,
}

impl Viewed {
    /// Whether it was in a list, which shows what a thing is about and not the whole of it.
    pub fn is_of_a_list(&self) -> bool {
        is_list(&self.action)
    }
}

/// Whether an action reads a list.
pub(super) fn is_list(action: &str) -> bool {
    action.ends_with(".list")
}
