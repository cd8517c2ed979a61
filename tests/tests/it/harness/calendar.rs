//! Working days, counted once more: from the shipped files and nothing else.

use super::binary::workspace;
use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use serde_json::Value;
use std::collections::BTreeSet;

/// The shipped calendars.
#[derive(Debug)]
pub struct WorkingDays {
    holidays: BTreeSet<NaiveDate>,
    make_up_days: BTreeSet<NaiveDate>,
    years: BTreeSet<i32>,
}

impl WorkingDays {
    /// Reads `data/calendars`.
    pub fn shipped() -> Self {
        let mut all = Self { holidays: BTreeSet::new(), make_up_days: BTreeSet::new(), years: BTreeSet::new() };
        for entry in std::fs::read_dir(workspace().join("data/calendars")).unwrap() {
            let year: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
            let days = |name: &str| -> Vec<NaiveDate> {
                year[name]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|day| day["date"].as_str().unwrap().parse().unwrap())
                    .collect()
            };
            all.holidays.extend(days("public_holidays"));
            all.make_up_days.extend(days("make_up_days"));
            all.years.insert(i32::try_from(year["year"].as_i64().unwrap()).unwrap());
        }
        all
    }

    /// Whether a year has been published.
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// Whether people work on a day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.make_up_days.contains(&day) || !(weekend || self.holidays.contains(&day))
    }

    /// The `n`th working day after a day, which itself does not count.
    pub fn after(&self, day: NaiveDate, n: u32) -> NaiveDate {
        let mut day = day;
        for _ in 0..n {
            day = self.on_or_after(day + Days::new(1));
        }
        day
    }

    /// The day, or the next working one.
    pub fn on_or_after(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|day| self.is_working(*day)).unwrap()
    }
}
