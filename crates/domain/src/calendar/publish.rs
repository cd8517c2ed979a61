//! Publishing a year's calendar, and publishing it again after a later notice.

use super::{CalendarEvent, CalendarYear, Calendars, NamedDay, is_weekend};
use crate::refusal::{Code, Refusal};
use crate::text;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// The most days of one kind a year may name: more than any notice ever named, far less than a year.
const MAX_DAYS: usize = 100;
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

/// Every fault of a year, whatever was published before.
pub fn faults(year: &CalendarYear) -> Vec<Refusal> {
    checked(year.clone()).err().unwrap_or_default()
}

/// Puts days in order and texts in form, so that one calendar has one stored shape.
fn checked(mut year: CalendarYear) -> Result<CalendarYear, Vec<Refusal>> {
    let mut faults = Vec::new();
    if !YEARS.contains(&year.year) {
        faults.push(Refusal::new(Code::OutOfRange).under("C-4.4").at("/year"));
    }
    put_in_form(&mut year.source.title, "/source/title", &mut faults);
    if let Some(document) = &mut year.source.document {
        put_in_form(document, "/source/document", &mut faults);
    }
    let number = year.year;
    days(number, &mut year.public_holidays, "/public_holidays", &mut faults);
    days(number, &mut year.make_up_days, "/make_up_days", &mut faults);
    days(number, &mut year.local_closures, "/local_closures", &mut faults);
    for (index, day) in year.make_up_days.iter().enumerate() {
        if !is_weekend(day.date) {
            faults.push(Refusal::new(Code::NotOnWeekend).at(format!("/make_up_days/{index}/date")));
        }
        if year.public_holidays.iter().any(|holiday| holiday.date == day.date) {
            faults.push(
                Refusal::new(Code::Duplicate).under("C-4.4").at(format!("/make_up_days/{index}/date")).because(
                    "同一天不能既是节假日又是调休上班日。",
                    "A day cannot be both a public holiday and a make-up day.",
                ),
            );
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    // After the faults, whose pointers speak of the order as sent.
    for named in [&mut year.public_holidays, &mut year.make_up_days, &mut year.local_closures] {
        named.sort_by_key(|day| day.date);
    }
    Ok(year)
}

fn days(year: i32, named: &mut [NamedDay], pointer: &str, faults: &mut Vec<Refusal>) {
    if named.len() > MAX_DAYS {
        faults.push(Refusal::new(Code::TooMany).at(pointer));
        return;
    }
    let mut seen: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for (index, day) in named.iter_mut().enumerate() {
        if day.date.year() != year {
            faults.push(Refusal::new(Code::NotInYear).at(format!("{pointer}/{index}/date")));
        }
        if seen.insert(day.date, index).is_some() {
            faults.push(Refusal::new(Code::Duplicate).at(format!("{pointer}/{index}/date")));
        }
        put_in_form(&mut day.name, &format!("{pointer}/{index}/name"), faults);
    }
}

fn put_in_form(value: &mut String, pointer: &str, faults: &mut Vec<Refusal>) {
    match text::title(value) {
        Ok(formed) => *value = formed,
        Err(refusal) => faults.push(refusal.at(pointer)),
    }
}
