//! Working days, counted from the calendars that the log holds: `local closure ?? make-up day ?? public holiday ??
//! Monday to Friday`; the first day does not count.

use super::log::{Leaf, day};
use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use serde_json::Value;
use std::collections::HashSet;
use std::rc::Rc;

/// What was published of every year up to some leaf.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    closures: HashSet<NaiveDate>,
    make_up_days: HashSet<NaiveDate>,
    holidays: HashSet<NaiveDate>,
    years: HashSet<i32>,
}

impl Calendar {
    /// A year in place of what was known of it.
    fn with(&self, public: &Value) -> Self {
        let year = i32::try_from(public["year"].as_i64().unwrap()).unwrap();
        let replaced = |known: &HashSet<NaiveDate>, name: &str| -> HashSet<NaiveDate> {
            let days = public[name].as_array().into_iter().flatten().map(|named| day(&named["date"]).unwrap());
            known.iter().copied().filter(|known| known.year() != year).chain(days).collect()
        };
        let mut years = self.years.clone();
        years.insert(year);
        Self {
            closures: replaced(&self.closures, "local_closures"),
            make_up_days: replaced(&self.make_up_days, "make_up_days"),
            holidays: replaced(&self.holidays, "public_holidays"),
            years,
        }
    }

    /// Whether the year of a day has been published.
    pub fn knows(&self, day: NaiveDate) -> bool {
        self.years.contains(&day.year())
    }

    /// Whether people work on a day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        if self.closures.contains(&day) {
            return false;
        }
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.make_up_days.contains(&day) || !(weekend || self.holidays.contains(&day))
    }

    /// Working days in (from, to].
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> u64 {
        from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| self.is_working(*day)).count() as u64
    }

    /// The `n`th working day after a day.
    pub fn after(&self, day: NaiveDate, n: u64) -> NaiveDate {
        (0..n).fold(day, |day, _| self.on_or_after(day + Days::new(1)))
    }

    /// The day, or the next working one.
    pub fn on_or_after(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|day| self.is_working(*day)).unwrap()
    }
}

/// Every version of the calendars by the position that made it.
#[derive(Clone, Debug, Default)]
pub struct Calendars {
    versions: Vec<(u64, Rc<Calendar>)>,
}

impl Calendars {
    /// Takes up a leaf of the family `calendar`.
    pub fn take(&mut self, leaf: &Leaf) {
        let next = self.newest().with(&leaf.public);
        self.versions.push((leaf.position, Rc::new(next)));
    }

    /// What is known now.
    pub fn newest(&self) -> Rc<Calendar> {
        self.versions.last().map(|(_, calendar)| Rc::clone(calendar)).unwrap_or_default()
    }

    /// What was known at a position.
    pub fn at(&self, position: u64) -> Rc<Calendar> {
        let until = self.versions.partition_point(|(made, _)| *made <= position);
        until.checked_sub(1).map(|last| Rc::clone(&self.versions[last].1)).unwrap_or_default()
    }
}
