//! Working calendars (工作日历): public holidays, make-up working days (调休) and local closures, year by year, as
//! published.
//!
//! A day is worked when no local closure, then a make-up day, then no public holiday says otherwise; without any of
//! them Monday to Friday are worked. A year without a published calendar is counted by its weekdays alone, and what
//! was counted through it is *provisional*.

mod count;
mod events;
mod publish;
#[cfg(test)]
mod tests;

pub use count::{Counted, MAX_WORKING_DAYS};
pub use events::{CalendarEvent, CalendarSource, CalendarYear, NamedDay};
pub use publish::{MAX_DAYS, YearParts, publish};

use crate::{Fold, Stamp};
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeMap;

/// What a day is, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day<'a> {
    /// Monday to Friday, worked.
    Working,
    /// A weekend day that is worked instead of another; the name of the holiday it makes up for.
    MakeUp(&'a str),
    /// Saturday or Sunday, not worked.
    Weekend,
    /// A public holiday, weekends inside it included; its name.
    PublicHoliday(&'a str),
    /// Closed for a local reason; its name.
    LocalClosure(&'a str),
}

impl Day<'_> {
    /// Whether it counts as a working day.
    pub fn is_working(self) -> bool {
        match self {
            Day::Working | Day::MakeUp(_) => true,
            Day::Weekend | Day::PublicHoliday(_) | Day::LocalClosure(_) => false,
        }
    }
}

/// A day that is not what its weekday says, or has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Special {
    Closure,
    MakeUp,
    Holiday,
}

/// One year as it was published at one position of the log.
#[derive(Clone, Debug, PartialEq)]
struct Edition {
    position: u64,
    version: u64,
    year: CalendarYear,
}

/// Every calendar published so far: the fold of all streams `calendar/<year>`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendars {
    /// Every edition, in log order: what a decision of the past knew is still here.
    editions: Vec<Edition>,
    /// Year → its newest edition.
    newest_of: BTreeMap<i32, usize>,
    /// The special days of the newest editions. Ordered, so that counting looks at a range of it only.
    days: BTreeMap<NaiveDate, (Special, String)>,
}

impl Fold for Calendars {
    type Event = CalendarEvent;

    /// The year is in the event, so the stream's id is not needed.
    fn apply(&mut self, event: &CalendarEvent, at: &Stamp) {
        let year = match event {
            CalendarEvent::Published(year) | CalendarEvent::Amended(year) => year,
        };
        self.insert(Edition { position: at.position, version: at.version, year: year.clone() });
    }
}

impl Calendars {
    fn insert(&mut self, edition: Edition) {
        // The year again as a whole: days of an earlier edition that the new one does not name are ordinary again.
        self.days.retain(|day, _| day.year() != edition.year.year);
        // Later in this list wins, which is the order of precedence turned round.
        for (special, named) in [
            (Special::Holiday, &edition.year.public_holidays),
            (Special::MakeUp, &edition.year.make_up_days),
            (Special::Closure, &edition.year.local_closures),
        ] {
            for day in named.iter().filter(|day| day.date.year() == edition.year.year) {
                self.days.insert(day.date, (special, day.name.clone()));
            }
        }
        self.newest_of.insert(edition.year.year, self.editions.len());
        self.editions.push(edition);
    }

    /// What `d` is.
    pub fn day(&self, d: NaiveDate) -> Day<'_> {
        match self.days.get(&d) {
            Some((Special::Closure, name)) => Day::LocalClosure(name),
            Some((Special::MakeUp, name)) => Day::MakeUp(name),
            Some((Special::Holiday, name)) => Day::PublicHoliday(name),
            None if is_weekend(d) => Day::Weekend,
            None => Day::Working,
        }
    }

    /// Whether `d` is a working day.
    pub fn is_working(&self, d: NaiveDate) -> bool {
        self.day(d).is_working()
    }

    /// Whether a calendar of `year` has been published.
    pub fn published(&self, year: i32) -> bool {
        self.newest_of.contains_key(&year)
    }

    /// The newest edition of `year`.
    pub fn year(&self, year: i32) -> Option<&CalendarYear> {
        self.edition(year).map(|edition| &edition.year)
    }

    /// The version of the stream `calendar/<year>`; 0 where nothing is published. A decision that counts through the
    /// year checks it in its append.
    pub fn version(&self, year: i32) -> u64 {
        self.edition(year).map_or(0, |edition| edition.version)
    }

    /// Position of the newest calendar event of any year.
    pub fn newest(&self) -> Option<u64> {
        self.editions.last().map(|edition| edition.position)
    }

    /// Positions of all calendar events, ascending: what a decision of the past may have known.
    pub fn positions(&self) -> impl Iterator<Item = u64> + '_ {
        self.editions.iter().map(|edition| edition.position)
    }

    /// The years with a calendar, ascending.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.newest_of.keys().copied()
    }

    /// The calendars as they stood when the log held its first `position` leaves.
    #[must_use]
    pub fn as_of(&self, position: u64) -> Self {
        let mut then = Self::default();
        for edition in &self.editions {
            if edition.position <= position {
                then.insert(edition.clone());
            }
        }
        then
    }

    fn edition(&self, year: i32) -> Option<&Edition> {
        self.newest_of.get(&year).and_then(|index| self.editions.get(*index))
    }
}

fn is_weekend(d: NaiveDate) -> bool {
    matches!(d.weekday(), Weekday::Sat | Weekday::Sun)
}
