//! Publishing a year's calendar, and publishing it again after a later notice.

use super::{CalendarEvent, CalendarYear, Calendars, NamedDay, is_weekend};
use crate::refusal::{Code, Refusal};
use crate::text;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

/// The most days of one kind a year may name: more than any notice ever named, far less than a year.
pub const MAX_DAYS: usize = 100;
/// Years that a calendar may be published for. Due dates past 2100 are refused elsewhere.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// The first publication of a year, or, after a later notice, the whole year as it now is.
///
/// Errors: every fault of the year at once; [`Code::AlreadyPublished`] where the year is published and says the same.
pub fn publish(calendars: &Calendars, year: CalendarYear) -> Result<CalendarEvent, Vec<Refusal>> {
    let year = checked(year)?;
    match calendars.year(year.year) {
        Some(published) if *published == year => Err(vec![Refusal::new(Code::AlreadyPublished)]),
        Some(_) => Ok(CalendarEvent::Amended(year)),
        None => Ok(CalendarEvent::Published(year)),
    }
}

/// The days of a year, as far as they could be read: one that could not keeps its place in its list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearParts {
    /// The year.
    pub year: i32,
    /// Days that are not worked.
    pub public_holidays: Vec<Option<NaiveDate>>,
    /// Weekend days that are worked instead.
    pub make_up_days: Vec<Option<NaiveDate>>,
    /// Days on which the town's offices are closed.
    pub local_closures: Vec<Option<NaiveDate>>,
}

impl YearParts {
    /// Every fault of the year and of its days, whatever was published before.
    pub fn faults(&self) -> Vec<Refusal> {
        let mut faults = Vec::new();
        if !YEARS.contains(&self.year) {
            faults.push(Refusal::out_of_range(YEARS.start(), YEARS.end()).under("C-4.4").at("/year"));
        }
        self.days(&self.public_holidays, "/public_holidays", &mut faults);
        self.days(&self.make_up_days, "/make_up_days", &mut faults);
        self.days(&self.local_closures, "/local_closures", &mut faults);
        for (index, day) in read(&self.make_up_days) {
            if !is_weekend(day) {
                faults.push(Refusal::new(Code::NotOnWeekend).at(format!("/make_up_days/{index}/date")));
            }
            if self.public_holidays.contains(&Some(day)) {
                faults.push(
                    Refusal::new(Code::Duplicate).under("C-4.4").at(format!("/make_up_days/{index}/date")).because(
                        "同一天不能既是节假日又是调休上班日。",
                        "A day cannot be both a public holiday and a make-up day.",
                    ),
                );
            }
        }
        faults
    }

    fn days(&self, days: &[Option<NaiveDate>], pointer: &str, faults: &mut Vec<Refusal>) {
        if days.len() > MAX_DAYS {
            faults.push(Refusal::new(Code::TooMany).at(pointer));
            return;
        }
        let mut seen = BTreeSet::new();
        for (index, day) in read(days) {
            if day.year() != self.year {
                faults.push(Refusal::new(Code::NotInYear).at(format!("{pointer}/{index}/date")));
            }
            if !seen.insert(day) {
                faults.push(Refusal::new(Code::Duplicate).at(format!("{pointer}/{index}/date")));
            }
        }
    }
}

impl From<&CalendarYear> for YearParts {
    fn from(year: &CalendarYear) -> Self {
        let days = |named: &[NamedDay]| named.iter().map(|day| Some(day.date)).collect();
        Self {
            year: year.year,
            public_holidays: days(&year.public_holidays),
            make_up_days: days(&year.make_up_days),
            local_closures: days(&year.local_closures),
        }
    }
}

/// The days that could be read, with their places.
fn read(days: &[Option<NaiveDate>]) -> impl Iterator<Item = (usize, NaiveDate)> {
    days.iter().enumerate().filter_map(|(index, day)| Some((index, (*day)?)))
}

/// Puts days in order and texts in form, so that one calendar has one stored shape.
fn checked(mut year: CalendarYear) -> Result<CalendarYear, Vec<Refusal>> {
    let mut faults = YearParts::from(&year).faults();
    put_in_form(&mut year.source.title, "/source/title", &mut faults);
    if let Some(document) = &mut year.source.document {
        put_in_form(document, "/source/document", &mut faults);
    }
    names(&mut year.public_holidays, "/public_holidays", &mut faults);
    names(&mut year.make_up_days, "/make_up_days", &mut faults);
    names(&mut year.local_closures, "/local_closures", &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    // After the faults, whose pointers speak of the order as sent.
    for named in [&mut year.public_holidays, &mut year.make_up_days, &mut year.local_closures] {
        named.sort_by_key(|day| day.date);
    }
    Ok(year)
}

fn names(named: &mut [NamedDay], pointer: &str, faults: &mut Vec<Refusal>) {
    for (index, day) in named.iter_mut().enumerate().take(MAX_DAYS) {
        put_in_form(&mut day.name, &format!("{pointer}/{index}/name"), faults);
    }
}

fn put_in_form(value: &mut String, pointer: &str, faults: &mut Vec<Refusal>) {
    match text::title(value) {
        Ok(formed) => *value = formed,
        Err(refusal) => faults.push(refusal.at(pointer)),
    }
}
