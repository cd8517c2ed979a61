//! Days that a record may name. A mistyped year would otherwise stand in the log for ever.

use crate::refusal::{Code, Refusal};
use chrono::{Datelike, NaiveDate};

/// Years that dated facts about people, places and the programme may fall into. Mandates may be old; nothing is
/// planned past 2100.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2100;

/// Whether a day of a record is a plausible one.
///
/// Errors: [`Code::OutOfRange`] at `pointer`.
pub fn plausible(on: NaiveDate, pointer: &str) -> Result<(), Refusal> {
    if YEARS.contains(&on.year()) {
        return Ok(());
    }
    let (first, last) = (YEARS.start(), YEARS.end());
    Err(Refusal::new(Code::OutOfRange).at(pointer).because(
        format!("{on} 不在 {first} 年至 {last} 年之间。"),
        format!("{on} is not between the years {first} and {last}."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::day;

    #[test]
    fn a_mistyped_year_is_refused_where_it_stands() {
        assert!(plausible(day("1950-01-01"), "/from").is_ok() && plausible(day("2100-12-31"), "/from").is_ok());
        for on in ["1949-12-31", "2101-01-01", "+20251-01-01", "0026-01-01"] {
            let refusal = plausible(day(on), "/from").map_err(|r| (r.code, r.pointer));
            assert_eq!(refusal, Err((Code::OutOfRange, Some("/from".to_owned()))));
        }
    }
}
