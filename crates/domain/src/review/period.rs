//! The year that a review is about, as far as it has been seen.

use chrono::NaiveDate;

/// A calendar year, cut off at the last day that the leaves tell of (the cut-off).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The year.
    pub year: i32,
    /// Its 1 January.
    pub first: NaiveDate,
    /// *C*: its 31 December, or the town day on which the last leaf was recorded, whichever is earlier.
    pub until: NaiveDate,
    /// The town day on which the last leaf was recorded, also where the year is over by then.
    pub seen_on: NaiveDate,
}

impl Period {
    /// The part of `year` that was over or under way on `seen_on`, the town day of the last leaf's `recorded_at`;
    /// nothing when the year had not begun, or is no year of the calendar.
    pub fn of(year: i32, seen_on: NaiveDate) -> Option<Self> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        let last = NaiveDate::from_ymd_opt(year, 12, 31)?;
        (first <= seen_on).then(|| Self { year, first, until: last.min(seen_on), seen_on })
    }

    /// Whether a day lies in it; both ends do.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.until
    }
}
