//! How much is simulated: how long, how busy, from which seed.

use chrono::{DateTime, Duration, Utc};
use std::time::SystemTime;

/// Days to settle in before the first receptions.
const SETTLING_DAYS: i64 = 2;
/// A mean year, in thousandths of a day.
const YEAR_DAYS_THOUSANDTHS: i64 = 365_250;

/// How much is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// From this all chance is drawn.
    pub seed: u64,
    /// Where the story begins.
    pub begins_at: DateTime<Utc>,
    /// Where it ends.
    pub until: DateTime<Utc>,
    /// Receptions held, in thousandths of what one town holds.
    pub towns_worth_thousandths: u32,
    /// From when on the clock over obligations stands still, if it does.
    pub clock_stops_at: Option<DateTime<Utc>>,
    /// How many grids act.
    pub(super) grids: usize,
}

impl Extent {
    /// What `serve --demo` shows: one town's year that ends now.
    pub fn demonstration() -> Self {
        Self::ending_now(1000, 1000, 20_151_201)
    }

    /// So many thousandths of a year that end now, with so many thousandths of a town's receptions.
    pub fn ending_now(years_thousandths: u32, towns_worth_thousandths: u32, seed: u64) -> Self {
        let until = DateTime::<Utc>::from(SystemTime::now());
        let days = i64::from(years_thousandths) * YEAR_DAYS_THOUSANDTHS / 1_000_000 + SETTLING_DAYS;
        Self {
            seed,
            begins_at: until - Duration::days(days),
            until,
            towns_worth_thousandths,
            clock_stops_at: None,
            grids: usize::MAX,
        }
    }
}

/// A decimal number of up to three places, in thousandths: `20`, `0.1`, `2.125`.
pub fn thousandths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 3 {
        return None;
    }
    let part: u32 = format!("{part:0<3}").parse().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(1000)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_in_thousandths_without_rounding() {
        let read = [("20", 20_000), ("0.1", 100), ("2.125", 2125), ("0.05", 50), ("1000", 1_000_000), ("0.210", 210)];
        for (text, expected) in read {
            assert_eq!(thousandths(text), Some(expected), "{text}");
        }
        for text in ["", ".", "1.", ".5", "-1", "1e3", "0.0001", "1,5", "4294968", "１"] {
            assert_eq!(thousandths(text), None, "{text}");
        }
    }

    #[test]
    fn a_story_ends_now_and_begins_so_long_ago() {
        let whole = Extent::ending_now(20_000, 1000, 1);
        assert_eq!((whole.until - whole.begins_at).num_days(), 7305 + 2);
        assert_eq!((Extent::ending_now(100, 1000, 1).until - whole.until).num_minutes(), 0);
        let demonstration = Extent::demonstration();
        assert_eq!((demonstration.until - demonstration.begins_at).num_days(), 365 + 2);
    }
}
