//! Working calendars as a table for a spreadsheet, a year in a row with how many days it names of each kind.

use crate::calendars::view::{CalendarView, NamedDayView};
use crate::http::cells::day;
use crate::http::csv::Cell;
use crate::http::tables::Table;

/// Calendars.
pub(super) const TABLE: Table = Table {
    name: "calendars",
    columns: &[
        ("年度", "year"),
        ("依据", "source"),
        ("文号", "document"),
        ("公布之日", "published_on"),
        ("节假日天数", "public_holidays"),
        ("调休上班天数", "make_up_days"),
        ("本镇休息天数", "local_closures"),
        ("版本", "version"),
    ],
};

/// One of them.
pub(super) fn row(view: &CalendarView) -> Vec<Cell> {
    let count = |days: &[NamedDayView]| Cell::from(u64::try_from(days.len()).unwrap_or(u64::MAX));
    vec![
        i64::from(view.year).into(),
        view.source.title.as_str().into(),
        view.source.document.as_deref().into(),
        day(view.source.published_on),
        count(&view.public_holidays),
        count(&view.make_up_days),
        count(&view.local_closures),
        view.version.into(),
    ]
}
