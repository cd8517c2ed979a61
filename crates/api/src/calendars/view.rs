//! A year's working calendar in an answer.

use crate::http::response::absent;
use chrono::NaiveDate;
use domain::calendar::{CalendarYear, Calendars, NamedDay};
use serde::Serialize;
use utoipa::ToSchema;

/// A year's working calendar (工作日历), as published last.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Calendar, example = json!({
    "year": 2026, "source": {"title": "国务院办公厅关于2026年部分节假日安排的通知", "document": "国办发明电〔2025〕7号",
        "published_on": "2025-11-04"},
    "public_holidays": [{"date": "2026-10-01", "name": "国庆节"}],
    "make_up_days": [{"date": "2026-10-10", "name": "国庆节"}], "local_closures": [], "version": 1
}))]
pub struct CalendarView {
    /// The year.
    pub year: i32,
    /// The paper it was taken from.
    pub source: CalendarSourceView,
    /// Days that are not worked, weekends inside holidays included.
    pub public_holidays: Vec<NamedDayView>,
    /// Weekend days that are worked instead.
    pub make_up_days: Vec<NamedDayView>,
    /// Days on which the town's offices are closed for a reason of their own.
    pub local_closures: Vec<NamedDayView>,
    /// Version, also the `ETag`; 1 as first published.
    pub version: u64,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// Where a calendar was published.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CalendarSource)]
pub struct CalendarSourceView {
    /// Title of the document.
    pub title: String,
    /// Its number.
    #[serde(skip_serializing_if = "absent")]
    pub document: Option<String>,
    /// Day of publication.
    pub published_on: NaiveDate,
}

/// A day with its name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NamedDay)]
pub struct NamedDayView {
    /// The day.
    pub date: NaiveDate,
    /// What it is.
    #[schema(max_length = 200)]
    pub name: String,
}

impl CalendarView {
    /// The calendar of a year, where one is published.
    pub fn of(calendars: &Calendars, year: i32) -> Option<Self> {
        calendars.year(year).map(|known| Self::shown(known, calendars.version(year)))
    }

    fn shown(known: &CalendarYear, version: u64) -> Self {
        let days = |days: &[NamedDay]| {
            days.iter().map(|day| NamedDayView { date: day.date, name: day.name.clone() }).collect()
        };
        Self {
            year: known.year,
            source: CalendarSourceView {
                title: known.source.title.clone(),
                document: known.source.document.clone(),
                published_on: known.source.published_on,
            },
            public_holidays: days(&known.public_holidays),
            make_up_days: days(&known.make_up_days),
            local_closures: days(&known.local_closures),
            version,
            as_of_position: None,
        }
    }
}
