//! The parts of a calendar year in which things come again: quarters (季度, C-4.2, C-4.3a) and half-years (C-4.3b). A fact
//! belongs to the part in which the town's day lies on which it was held, whenever it was recorded.

use chrono::{Datelike as _, Months, NaiveDate};
use std::fmt;
use std::str::FromStr;

/// A quarter, written `2026-Q1`.
pub type Quarter = YearPart<3>;
/// A half-year, written `2026-H1`.
pub type HalfYear = YearPart<6>;

/// A part of a calendar year of so many months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearPart<const MONTHS: u32> {
    year: i32,
    /// From 1.
    number: u32,
}

impl<const MONTHS: u32> YearPart<MONTHS> {
    const PER_YEAR: u32 = 12 / MONTHS;
    const LETTER: char = if MONTHS == 3 { 'Q' } else { 'H' };

    /// The one that a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), number: day.month0() / MONTHS + 1 }
    }

    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, (self.number - 1) * MONTHS + 1, 1).unwrap_or(NaiveDate::MAX)
    }

    /// Its last day, whether that is worked or not.
    pub fn last_day(self) -> NaiveDate {
        let next = self.first_day().checked_add_months(Months::new(MONTHS));
        next.and_then(|day| day.pred_opt()).unwrap_or(NaiveDate::MAX)
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self { year, number } if number < Self::PER_YEAR => Self { year, number: number + 1 },
            Self { year, .. } => Self { year: year + 1, number: 1 },
        }
    }

    /// Whether a day lies in it; both ends do.
    pub fn holds(self, day: NaiveDate) -> bool {
        Self::of(day) == self
    }
}

impl<const MONTHS: u32> fmt::Display for YearPart<MONTHS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{}{}", self.year, Self::LETTER, self.number)
    }
}

impl<const MONTHS: u32> FromStr for YearPart<MONTHS> {
    type Err = &'static str;

    /// Reads it as it is written, and in no other way.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = text.split_once('-').and_then(|(year, part)| {
            let digits = year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit());
            let number = part.strip_prefix(Self::LETTER)?;
            let number: u32 = number.parse().ok().filter(|of_it: &u32| of_it.to_string() == number)?;
            let known = digits && (1..=Self::PER_YEAR).contains(&number);
            known.then_some(Self { year: year.parse().ok()?, number })
        });
        read.ok_or(if MONTHS == 3 { "a quarter is written 2026-Q1" } else { "a half-year is written 2026-H1" })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::fixtures::day;

    #[test]
    fn every_day_lies_in_one_quarter_and_one_half_year() {
        let mut quarters = Vec::new();
        let mut halves = Vec::new();
        let mut on = day("2026-01-01");
        while on < day("2028-01-01") {
            let (quarter, half) = (Quarter::of(on), HalfYear::of(on));
            assert!(quarter.first_day() <= on && on <= quarter.last_day() && quarter.holds(on));
            assert!(half.first_day() <= quarter.first_day() && quarter.last_day() <= half.last_day());
            quarters.push(quarter);
            halves.push(half);
            on = on.succ_opt().unwrap();
        }
        quarters.dedup();
        halves.dedup();
        assert_eq!((quarters.len(), halves.len()), (8, 4));
        assert!(quarters.windows(2).all(|pair| pair[0].next() == pair[1] && !pair[0].holds(pair[1].first_day())));
        assert!(halves.windows(2).all(|pair| pair[0].next() == pair[1] && !pair[0].holds(pair[1].first_day())));
        assert_eq!(Quarter::of(day("2024-02-29")).last_day(), day("2024-03-31"));
        assert_eq!(HalfYear::of(day("2026-12-31")).last_day(), day("2026-12-31"));
    }

    #[test]
    fn it_is_written_one_way() {
        let quarter: Quarter = "2026-Q4".parse().unwrap();
        assert_eq!((quarter, quarter.to_string()), (Quarter::of(day("2026-10-01")), "2026-Q4".to_owned()));
        let half: HalfYear = "2026-H1".parse().unwrap();
        assert_eq!((half, half.to_string()), (HalfYear::of(day("2026-06-30")), "2026-H1".to_owned()));
        for text in ["2026-Q5", "2026-Q0", "2026-Q01", "2026-q1", "2026-H1", "26-Q1", "+026-Q1", "2026Q1", "2026-Q", ""]
        {
            assert!(text.parse::<Quarter>().is_err(), "{text}");
        }
        for text in ["2026-H3", "2026-Q1", "2026-H"] {
            assert!(text.parse::<HalfYear>().is_err(), "{text}");
        }
    }
}
