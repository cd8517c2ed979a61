//! Periods of the town's calendar as counters know them: all time, a year, a month, a day. A range of days is a sum of
//! few of them.

use chrono::{Datelike as _, Months, NaiveDate};

/// All time.
const EVER: i64 = 0;
/// First and last day that a range without an end on that side reaches to.
const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a date");
const LAST: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");

/// The periods that a day lies in: 0, 2026, 202611, 20261119. The four widths do not overlap as numbers.
pub(super) fn periods_of(day: NaiveDate) -> [i64; 4] {
    [EVER, year_of(day), month_of(day), day_of(day)]
}

/// The periods that the days of an open issue are counted in: its month and its day. Open issues are few, and of few
/// months: what is wider is a sum over these.
pub(super) fn narrow_periods_of(day: NaiveDate) -> [i64; 2] {
    [month_of(day), day_of(day)]
}

/// A range of [`ranges`] in such periods: all time and years as months.
pub(super) fn in_narrow_periods((first, last): (i64, i64)) -> (i64, i64) {
    if (first, last) == (EVER, EVER) {
        (month_of(FIRST), month_of(LAST))
    } else if last <= year_of(LAST) {
        (first * 100 + 1, last * 100 + 12)
    } else {
        (first, last)
    }
}

fn year_of(day: NaiveDate) -> i64 {
    day.year().into()
}

fn month_of(day: NaiveDate) -> i64 {
    year_of(day) * 100 + i64::from(day.month())
}

/// A day as a number, 20261119; in the order of the days.
pub(super) fn day_of(day: NaiveDate) -> i64 {
    month_of(day) * 100 + i64::from(day.day())
}

/// The days `from..=to` as ranges of periods: at most two of days, two of months and one of years; a missing end is
/// open. Nothing where `to` is before `from`.
pub(super) fn ranges(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Vec<(i64, i64)> {
    if from.is_none() && to.is_none() {
        return vec![(EVER, EVER)];
    }
    let mut ranges = Vec::new();
    let (from, to) = (from.unwrap_or(FIRST).max(FIRST), to.unwrap_or(LAST).min(LAST));
    if from <= to {
        by_years(from, to, &mut ranges);
    }
    ranges
}

fn by_years(from: NaiveDate, to: NaiveDate, ranges: &mut Vec<(i64, i64)>) {
    let (begins, ends) = (from.ordinal() == 1, (to.month(), to.day()) == (12, 31));
    if from.year() == to.year() && !(begins && ends) {
        return by_months(from, to, ranges);
    }
    let first = if begins { from.year() } else { from.year() + 1 };
    let last = if ends { to.year() } else { to.year() - 1 };
    if first <= last {
        ranges.push((first.into(), last.into()));
    }
    if !begins && let Some(end) = NaiveDate::from_ymd_opt(from.year(), 12, 31) {
        by_months(from, end, ranges);
    }
    if !ends && let Some(begin) = NaiveDate::from_ymd_opt(to.year(), 1, 1) {
        by_months(begin, to, ranges);
    }
}

/// Both days lie in one year.
fn by_months(from: NaiveDate, to: NaiveDate, ranges: &mut Vec<(i64, i64)>) {
    let (begins, ends) = (from.day() == 1, to == end_of_month(to));
    if from.month() == to.month() && !(begins && ends) {
        ranges.push((day_of(from), day_of(to)));
        return;
    }
    let first = month_of(from) + i64::from(!begins);
    let last = month_of(to) - i64::from(!ends);
    if first <= last {
        ranges.push((first, last));
    }
    if !begins {
        ranges.push((day_of(from), day_of(end_of_month(from))));
    }
    if !ends {
        ranges.push((month_of(to) * 100 + 1, day_of(to)));
    }
}

/// Days before this one are settled when the newest leaf was recorded on `newest`: the first day of the quarter before.
pub(super) fn settled_before(newest: NaiveDate) -> NaiveDate {
    let quarter = newest.with_day(1).and_then(|first| first.checked_sub_months(Months::new(newest.month0() % 3)));
    quarter.and_then(|first| first.checked_sub_months(Months::new(3))).unwrap_or(NaiveDate::MIN)
}

fn end_of_month(day: NaiveDate) -> NaiveDate {
    let next = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    next.and_then(|first| first.pred_opt()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_counted_once_when_it_lies_in_the_range_and_not_at_all_otherwise() {
        let start = day("2023-11-20");
        for (first, length) in [(0, 0), (0, 1), (0, 10), (11, 30), (11, 31), (42, 365), (42, 366), (5, 700), (41, 900)]
        {
            for wobble in 0..40 {
                let from = start + chrono::Duration::days(first + wobble);
                let to = from + chrono::Duration::days(length);
                let ranges = ranges(Some(from), Some(to));
                assert!(ranges.len() <= 5, "{ranges:?}");
                for n in 0..1_300 {
                    let on = start + chrono::Duration::days(n);
                    let counted = periods_of(on)
                        .iter()
                        .map(|period| ranges.iter().filter(|(low, high)| low <= period && period <= high).count())
                        .sum::<usize>();
                    assert_eq!(counted, usize::from(from <= on && on <= to), "{on} in {from}..={to}: {ranges:?}");
                }
            }
        }
    }

    #[test]
    fn all_time_and_years_are_sums_of_months() {
        assert_eq!(in_narrow_periods((EVER, EVER)), (101, 999_912));
        assert_eq!(in_narrow_periods((2025, 2026)), (202_501, 202_612));
        assert_eq!(in_narrow_periods((202_601, 202_610)), (202_601, 202_610));
        assert_eq!(in_narrow_periods((20_261_101, 20_261_102)), (20_261_101, 20_261_102));
        assert_eq!(narrow_periods_of(day("2026-11-19")), [202_611, 20_261_119]);
    }

    #[test]
    fn open_ends_reach_everything_and_an_impossible_range_nothing() {
        assert_eq!(ranges(None, None), [(0, 0)]);
        assert_eq!(ranges(Some(day("2026-01-01")), None), [(2026, 9999)]);
        assert_eq!(ranges(None, Some(day("2026-11-02"))), [(1, 2025), (202601, 202610), (20261101, 20261102)]);
        assert_eq!(ranges(Some(day("2026-01-02")), Some(day("2026-01-01"))), []);
    }

    #[test]
    fn what_is_settled_lies_a_quarter_or_two_back() {
        for (newest, before) in [
            ("2026-11-24", "2026-07-01"),
            ("2026-10-01", "2026-07-01"),
            ("2026-09-30", "2026-04-01"),
            ("2026-03-31", "2025-10-01"),
            ("2026-01-01", "2025-10-01"),
            ("2024-05-31", "2024-01-01"),
        ] {
            assert_eq!(settled_before(day(newest)), day(before), "{newest}");
        }
    }
}
