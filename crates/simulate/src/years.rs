//! What the years of a story bring: receptions week by week, and once a year a day on which the town's offices close,
//! and two delegates who leave.

use super::town::{Action, Town};
use super::{hours, people, receptions};
use casework::reference::Reference;
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::VecDeque;

/// Days of a year of the story.
const YEAR_DAYS: u64 = 365;

/// Service days on which the story holds receptions.
pub(super) fn service_days(reference: &Reference, begun_on: NaiveDate, until: DateTime<Utc>) -> VecDeque<NaiveDate> {
    receptions::service_days(reference, begun_on + Days::new(1), reference.town_date(until)).into()
}

/// Puts the receptions of every week into the queue that begins before, or with, what is due next.
pub(super) fn plan_next_weeks(town: &mut Town<'_>) {
    let reference = town.casework.reference();
    while let Some(day) = town.service_days.front().copied()
        && town.queue.next_at().is_none_or(|next| reference.town_date(next) >= day)
    {
        town.service_days.pop_front();
        for grid in 0..town.people.grids.len() {
            let worth = town.towns_worth_thousandths;
            for planned in receptions::of_service_day(&reference, grid, day, &mut town.receptions, worth, town.seed) {
                town.queue.put(planned.recorded_at, Action::Record(planned));
            }
        }
    }
}

/// What happens once a year.
pub(super) fn plan(town: &mut Town<'_>, begun_on: NaiveDate, until: DateTime<Utc>) {
    let reference = town.casework.reference();
    let whole = reference.town_date(until).signed_duration_since(begun_on).num_days();
    let whole = u64::try_from(whole).unwrap_or(0);
    for (year, first) in (0_usize..).zip((0..whole.max(1)).step_by(usize::try_from(YEAR_DAYS).unwrap_or(365))) {
        let of_year = |percent: u64| {
            let day = begun_on + Days::new(first + YEAR_DAYS.min(whole) * percent / 100);
            hours::soon(&reference, hours::afternoon(&reference, day, 60))
        };
        for (percent, deputy) in [(35, 2), (70, 3)] {
            if let Some(deputy) = people::deputy_of_year(year, deputy) {
                town.queue.put(of_year(percent), Action::Depart(people::deputy_name(deputy)));
            }
        }
        let announced = of_year(60);
        let closed_on = reference.calendars.after(reference.town_date(announced), 1).on;
        town.queue.put(announced, Action::CloseOffices(closed_on));
    }
}
