//! The facts of a working calendar, as stored (FORMAT §7).

use crate::event_type::events;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `calendar/<year>`.
    CalendarEvent {
        /// The first publication of a year.
        Published(CalendarYear) = "calendar.published"/1, "C-4.4",
            "公布一年的工作日历。", "A year's working calendar was published.";
        /// A later notice: the whole year again, as it now is.
        Amended(CalendarYear) = "calendar.amended"/1, "C-4.4",
            "修订一年的工作日历。", "A year's working calendar was amended.";
    }
}

/// `calendar.published/1`, `calendar.amended/1`: one whole year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// The paper it was taken from.
    pub source: CalendarSource,
    /// Public holidays that are not worked, weekends inside them included.
    pub public_holidays: Vec<NamedDay>,
    /// Weekend days that are worked instead.
    pub make_up_days: Vec<NamedDay>,
    /// Days on which the town's offices are closed for a reason of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub local_closures: Vec<NamedDay>,
}

/// Where a calendar was published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSource {
    /// Title of the document.
    pub title: String,
    /// Its number, for example `国办发明电〔2025〕7号`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Day of publication.
    pub published_on: NaiveDate,
}

/// One day with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedDay {
    /// The day.
    pub date: NaiveDate,
    /// What it is, for example `春节`.
    pub name: String,
}
