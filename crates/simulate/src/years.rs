//! What the years of a story bring: service days planned quarter by quarter, what delegates do besides, the review of a year; and once a year a day on which the town's
//! offices close, two deputies who leave, and a convener and a liaison officer whose term ends.

use super::hours;
use super::steps::OfficeStep;
use super::town::{Action, Town};
use super::{review_plans, undertaking_plans};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use domain::clock::Subject;

/// Days of a year of the story.
const YEAR_DAYS: u64 = 365;
/// How long before its first day a quarter is planned.
const PLANNED_AHEAD_DAYS: u64 = 16;

/// Puts in the plan of every quarter, and what happens once a year.
pub(super) fn plan(town: &mut Town<'_>, begun_on: NaiveDate, until: DateTime<Utc>) {
    let reference = town.casework.reference();
    let last_on = reference.town_date(until);
    let whole = u64::try_from(last_on.signed_duration_since(begun_on).num_days()).unwrap_or(0);
    let grids: Vec<_> = town.people.grids.iter().map(|desk| desk.id).collect();
    let delegates: Vec<_> = reference.delegates.all().map(|delegate| delegate.id).collect();
    for grid in grids {
        town.watch.changed(Subject::Grid(grid));
        (begun_on.year()..=last_on.year()).for_each(|year| town.watch.changed(Subject::GridYear(grid, year)));
    }
    for who in delegates {
        (begun_on.year()..=last_on.year()).for_each(|year| town.watch.changed(Subject::DelegateYear(who, year)));
    }
    town.queue.put(hours::midnight(&reference, begun_on), Action::RunClock);
    let (mut from, mut at) = (begun_on + Days::new(1), hours::soon(&reference, town.now));
    loop {
        let to = hours::quarter_end(from);
        if !town.queue.put(at, Action::Plan(from, to)) {
            break;
        }
        from = to + Days::new(1);
        let ahead = hours::soon(&reference, hours::afternoon(&reference, from - Days::new(PLANNED_AHEAD_DAYS), 0));
        at = ahead.max(at);
    }
    undertaking_plans::plan(town, begun_on, last_on);
    review_plans::plan(town, begun_on, last_on);
    let grids = town.people.grids.len().max(1);
    for (year, first) in (0_usize..).zip((0..whole.max(1)).step_by(usize::try_from(YEAR_DAYS).unwrap_or(365))) {
        let of_year = |percent: u64| {
            let day = begun_on + Days::new(first + YEAR_DAYS.min(whole) * percent / 100);
            hours::soon(&reference, hours::afternoon(&reference, day, 60))
        };
        // Another grid's every year, and nobody's once every grid has lost two.
        if year < grids {
            town.queue.put(of_year(35), Action::Depart(year));
            town.queue.put(of_year(70), Action::Depart(year));
        }
        town.queue.put(of_year(45), Action::Office((year + 1) % grids, OfficeStep::EndConvener));
        town.queue.put(of_year(55), Action::Office((year + 2) % grids, OfficeStep::EndLiaison));
        let announced = of_year(60);
        let closed_on = reference.calendars.after(reference.town_date(announced), 1).on;
        town.queue.put(announced, Action::CloseOffices(closed_on));
    }
}
