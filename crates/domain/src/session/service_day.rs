//! Where the calendar places an ordinary service day: on itself, on another day, together with another, or nowhere (C-2).

use crate::calendar::{Calendars, Day};
use crate::policy::{HolidayRule, Policies, Weekday};
use crate::vocabulary::Placement;
use chrono::{Datelike as _, NaiveDate};

/// Days that are looked through for a day that is worked: more than any published year can close in a row.
const WALK_DAYS_MAX: usize = 400;

/// An ordinary service day, placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The service day.
    pub ordinary_on: NaiveDate,
    /// How it is placed.
    pub placement: Placement,
    /// The session that it has, unless another day's session stands for it.
    pub held: Option<PlacedSession>,
    /// The service day whose session stands for it too.
    pub merged_into: Option<NaiveDate>,
}

/// Where the session of a service day is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedSession {
    /// The day.
    pub on: NaiveDate,
    /// Other service days that it stands for, ascending.
    pub merged_days: Vec<NaiveDate>,
    /// True where a year without a published calendar was looked at.
    pub provisional: bool,
}

/// Whether a day is an ordinary service day: the weekday that the policy in force on it names.
pub fn is_service_day(policies: &Policies, on: NaiveDate) -> bool {
    policies.in_force(on).is_some_and(|policy| weekday(policy.service_day.weekday) == on.weekday())
}

/// Places an ordinary service day. Those that fall on one day merge into one session: that of the worked service day
/// among them, else of the last.
pub fn place_service_day(policies: &Policies, calendars: &Calendars, ordinary_on: NaiveDate) -> Placed {
    let nowhere = Placed { ordinary_on, placement: Placement::Skipped, held: None, merged_into: None };
    let Some(on) = day_of(policies, calendars, ordinary_on) else { return nowhere };
    let mut together: Vec<NaiveDate> = around(calendars, on)
        .filter(|day| is_service_day(policies, *day) && day_of(policies, calendars, *day) == Some(on))
        .collect();
    let owner = if together.contains(&on) { Some(on) } else { together.last().copied() };
    if owner != Some(ordinary_on) {
        return Placed { placement: Placement::Merged, merged_into: owner, ..nowhere };
    }
    together.retain(|day| *day != ordinary_on);
    let placement = match on.cmp(&ordinary_on) {
        std::cmp::Ordering::Equal => Placement::Ordinary,
        std::cmp::Ordering::Greater => Placement::Postponed,
        std::cmp::Ordering::Less => Placement::Advanced,
    };
    let provisional = calendars.provisional(on.min(ordinary_on), on.max(ordinary_on));
    Placed { placement, held: Some(PlacedSession { on, merged_days: together, provisional }), ..nowhere }
}

/// The day on which a service day is held by itself; nothing where it is skipped.
fn day_of(policies: &Policies, calendars: &Calendars, ordinary_on: NaiveDate) -> Option<NaiveDate> {
    if calendars.is_working(ordinary_on) {
        return Some(ordinary_on);
    }
    let rule = &policies.in_force(ordinary_on)?.service_day;
    let fits = |on: &NaiveDate| match calendars.day(*on) {
        Day::Working => true,
        Day::MakeUp(_) => rule.allow_make_up_day,
        Day::Weekend | Day::PublicHoliday(_) | Day::LocalClosure(_) => false,
    };
    match rule.holiday_rule {
        HolidayRule::Skip => None,
        HolidayRule::Postpone => ordinary_on.iter_days().skip(1).take(WALK_DAYS_MAX).find(fits),
        HolidayRule::Advance => back_from(ordinary_on).take(WALK_DAYS_MAX).find(fits),
    }
}

/// A day and the days around it from which something can fall on it: none beyond a day that is worked as a matter of
/// course, since every rule finds that one first. Ascending.
fn around(calendars: &Calendars, on: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let passed_over = |day: &NaiveDate| calendars.day(*day) != Day::Working;
    let mut before: Vec<NaiveDate> = back_from(on).take(WALK_DAYS_MAX).take_while(passed_over).collect();
    before.reverse();
    let after: Vec<NaiveDate> = on.iter_days().skip(1).take(WALK_DAYS_MAX).take_while(passed_over).collect();
    before.into_iter().chain([on]).chain(after)
}

/// The days before a day, the nearest first.
fn back_from(on: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    std::iter::successors(on.pred_opt(), |day| day.pred_opt())
}

const fn weekday(of_policy: Weekday) -> chrono::Weekday {
    match of_policy {
        Weekday::Monday => chrono::Weekday::Mon,
        Weekday::Tuesday => chrono::Weekday::Tue,
        Weekday::Wednesday => chrono::Weekday::Wed,
        Weekday::Thursday => chrono::Weekday::Thu,
        Weekday::Friday => chrono::Weekday::Fri,
        Weekday::Saturday => chrono::Weekday::Sat,
        Weekday::Sunday => chrono::Weekday::Sun,
    }
}
