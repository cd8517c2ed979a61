//! Days and instants that a record may name. A mistyped year would otherwise stand in the log for ever.

use crate::refusal::{Code, Refusal};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike as _, Utc};
use chrono_tz::Tz;

/// Years that anything may fall into that a record or a question names. Mandates may be old; nothing is planned past
/// 2100. What belongs to the programme begins with it.
pub const YEARS: std::ops::RangeInclusive<i32> = 1950..=2100;

/// The time zone that holds before a policy has said another: that of the notice.
pub const ZONE: Tz = Tz::Asia__Shanghai;

/// Whether a day of a record is a plausible one.
///
/// Errors: [`Code::OutOfRange`] at `pointer`.
pub fn plausible(on: NaiveDate, pointer: &str) -> Result<(), Refusal> {
    if YEARS.contains(&on.year()) { Ok(()) } else { Err(outside().at(pointer)) }
}

/// Whether an instant is a plausible one; its day is that of the programme's zone, as for everything that is counted by days.
///
/// Errors: [`Code::OutOfRange`].
pub fn plausible_instant(at: DateTime<Utc>, zone: Tz) -> Result<(), Refusal> {
    if YEARS.contains(&at.with_timezone(&zone).year()) { Ok(()) } else { Err(outside()) }
}

/// An instant as RFC 3339 writes it: `T`, seconds and offset included, `t` and `z` like `T` and `Z`. No 60th second: the
/// record counts milliseconds since 1970, in which a leap second has no place of its own.
pub fn read_instant(text: &str) -> Option<DateTime<FixedOffset>> {
    // chrono also takes a space for the `T`.
    let spelt = matches!(text.as_bytes().get(10), Some(b'T' | b't'));
    let instant = DateTime::parse_from_rfc3339(text).ok().filter(|_| spelt)?;
    (instant.nanosecond() < 1_000_000_000).then_some(instant)
}

/// The refusal of a day or an instant outside [`YEARS`].
fn outside() -> Refusal {
    let (first, last) = (YEARS.start(), YEARS.end());
    Refusal::new(Code::OutOfRange)
        .because(format!("须在 {first} 年至 {last} 年之间。"), format!("Must be between the years {first} and {last}."))
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

    #[test]
    fn the_first_and_the_last_instant_are_those_of_the_zone() {
        let plausible =
            |text: &str, zone| read_instant(text).is_some_and(|at| plausible_instant(at.to_utc(), zone).is_ok());
        let (first, after) = ("1950-01-01T00:00:00+08:00", "2101-01-01T00:00:00+08:00");
        assert!(plausible(first, ZONE) && plausible("2100-12-31T23:59:59+08:00", ZONE));
        assert!(!plausible("1949-12-31T23:59:59+08:00", ZONE) && !plausible(after, ZONE));
        assert!(!plausible(first, Tz::UTC) && plausible(after, Tz::UTC));
    }
}
