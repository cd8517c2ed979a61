//! Quarters and half-years, by the paper calendar.

use crate::calendar::day;
use chrono::NaiveDate;

/// A quarter or a half-year, as obligations name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub name: &'static str,
}

/// The quarters of the year that is lived through.
pub fn quarters() -> [Period; 4] {
    [
        of("2026-Q1", "2026-01-01", "2026-03-31"),
        of("2026-Q2", "2026-04-01", "2026-06-30"),
        of("2026-Q3", "2026-07-01", "2026-09-30"),
        of("2026-Q4", "2026-10-01", "2026-12-31"),
    ]
}

/// Its half-years.
pub fn half_years() -> [Period; 2] {
    [of("2026-H1", "2026-01-01", "2026-06-30"), of("2026-H2", "2026-07-01", "2026-12-31")]
}

/// Nothing is done in the quarter after it.
pub fn quarter_after() -> Period {
    of("2027-Q1", "2027-01-01", "2027-03-31")
}

/// What is under way when the ledger is read.
pub fn quarter_under_way() -> Period {
    of("2027-Q2", "2027-04-01", "2027-06-30")
}

/// Likewise.
pub fn half_year_under_way() -> Period {
    of("2027-H1", "2027-01-01", "2027-06-30")
}

fn of(name: &'static str, first: &str, last: &str) -> Period {
    Period { first: day(first), last: day(last), name }
}
