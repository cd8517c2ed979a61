//! How days and instants are written: the same as chrono does, without its formatter where they are as nearly all are.

use chrono::{DateTime, Datelike as _, NaiveDate, Offset as _, SecondsFormat, Timelike as _, Utc};
use chrono_tz::Tz;
use std::fmt::Write as _;

/// A day, `2026-11-19`.
pub(crate) fn write_day(text: &mut String, on: NaiveDate) {
    match u32::try_from(on.year()) {
        Ok(year @ 0..10_000) => {
            write_two(text, year / 100);
            write_two(text, year % 100);
            for part in [on.month(), on.day()] {
                text.push('-');
                write_two(text, part);
            }
        }
        // With a sign. Writing to a String cannot fail.
        Ok(_) | Err(_) => drop(write!(text, "{on}")),
    }
}

/// A business time, as [`business_time`](crate::http::response::business_time) says.
pub(crate) fn write_business_time(text: &mut String, at: DateTime<Utc>, town: Tz) {
    let there = at.with_timezone(&town);
    let east_s = there.offset().fix().local_minus_utc();
    if east_s % 60 != 0 {
        text.push_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    } else if !there.nanosecond().is_multiple_of(NS_PER_MS) || there.nanosecond() >= 1000 * NS_PER_MS {
        text.push_str(&there.to_rfc3339_opts(SecondsFormat::AutoSi, false));
    } else {
        write_second(text, &there.naive_local());
        if there.nanosecond() > 0 {
            write_ms(text, there.nanosecond() / NS_PER_MS);
        }
        text.push(if east_s < 0 { '-' } else { '+' });
        write_two(text, east_s.unsigned_abs() / 3600);
        text.push(':');
        write_two(text, east_s.unsigned_abs() / 60 % 60);
    }
}

/// When something was recorded, as [`recorded_time`](crate::http::response::recorded_time) says.
pub(crate) fn write_recorded_time(text: &mut String, at: DateTime<Utc>) {
    let ms = at.timestamp_subsec_millis();
    if ms < 1000 {
        write_second(text, &at.naive_utc());
        write_ms(text, ms);
        text.push('Z');
    } else {
        // A leap second.
        text.push_str(&at.to_rfc3339_opts(SecondsFormat::Millis, true));
    }
}

const NS_PER_MS: u32 = 1_000_000;

fn write_ms(text: &mut String, ms: u32) {
    text.push('.');
    text.push(digit(ms / 100));
    write_two(text, ms % 100);
}

fn write_second(text: &mut String, at: &chrono::NaiveDateTime) {
    write_day(text, at.date());
    for (before, part) in [('T', at.hour()), (':', at.minute()), (':', at.second())] {
        text.push(before);
        write_two(text, part);
    }
}

/// A number below 100.
#[inline]
fn write_two(text: &mut String, number: u32) {
    text.push(digit(number / 10));
    text.push(digit(number));
}

/// The last digit of a number.
#[inline]
fn digit(number: u32) -> char {
    char::from_digit(number % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn of(write: impl FnOnce(&mut String)) -> String {
        let mut text = String::new();
        write(&mut text);
        text
    }

    proptest! {
        #[test]
        fn they_are_spelled_as_by_chrono(
            ms in prop_oneof![-70_000_000_000_000_i64..260_000_000_000_000, 1_500_000_000_000_i64..1_900_000_000_000],
            whole in any::<bool>(),
        ) {
            let ms = if whole { ms - ms.rem_euclid(1000) } else { ms };
            let at = DateTime::from_timestamp_millis(ms).unwrap();
            for zone in [chrono_tz::Asia::Shanghai, chrono_tz::America::St_Johns, chrono_tz::UTC, chrono_tz::Asia::Kathmandu] {
                let there = at.with_timezone(&zone);
                if there.offset().fix().local_minus_utc() % 60 == 0 {
                    let expected = there.to_rfc3339_opts(SecondsFormat::AutoSi, false);
                    prop_assert_eq!(of(|text| write_business_time(text, at, zone)), expected);
                }
                prop_assert_eq!(of(|text| write_day(text, there.date_naive())), format!("{:?}", there.date_naive()));
            }
            let expected = at.to_rfc3339_opts(SecondsFormat::Millis, true);
            prop_assert_eq!(of(|text| write_recorded_time(text, at)), expected);
        }
    }
}
