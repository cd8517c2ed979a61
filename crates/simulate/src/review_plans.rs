//! When the annual review of a year is told (C-5.2): of one year, the last whose results are out before the story ends, or else
//! the last that is frozen in it.

use super::dice::Dice;
use super::hours;
use super::review_story::ReviewStep;
use super::town::{Action, Town};
use chrono::{Datelike as _, Days, NaiveDate};

/// Chance of its own, whatever else is told.
const DICE: u64 = 0x0A22_0A16;
/// Days to settle in before a review is opened.
const SETTLING_DAYS: u64 = 3;
/// Days from a freeze until results are out.
const RESULTS_DAYS: u64 = 45;
/// Working days from the opening of a review to its freeze, at least; and until the last report.
const FROZEN_AFTER: u32 = 5;
const REPORTED_UNTIL: u32 = 12;

/// Puts in the review of a year, where the days that are told hold it.
pub(super) fn plan(town: &mut Town<'_>, begun_on: NaiveDate, last_on: NaiveDate) {
    let reference = town.casework.reference();
    let Some(policy) = reference.policies.newest() else { return };
    let first = reference.programme.effective_on().map_or(begun_on.year(), |on| on.year());
    let frozen_on = |year: i32| policy.review.freeze_on.in_year(year + 1);
    let in_story = |year: &i32| {
        let settled_on = begun_on + Days::new(SETTLING_DAYS);
        *year >= first && frozen_on(*year).is_some_and(|on| settled_on <= on && on <= last_on)
    };
    let whole = |year: &i32| frozen_on(*year).is_some_and(|on| on + Days::new(RESULTS_DAYS) <= last_on);
    let years: Vec<i32> = (begun_on.year() - 1..=last_on.year()).rev().filter(in_story).collect();
    let Some(year) = years.iter().copied().find(whole).or(years.first().copied()) else { return };
    let (Some(opens_on), Some(freezes_on)) = (policy.review.opens_on.in_year(year), frozen_on(year)) else { return };

    let mut dice = Dice::of(town.seed ^ DICE, u64::from(year.unsigned_abs()), 0);
    let calendars = &reference.calendars;
    let opened_on = calendars.working_day_on_or_after(opens_on.max(begun_on + Days::new(SETTLING_DAYS))).on;
    let opened_at = hours::some_time_on(&reference, &mut dice, opened_on, town.now);
    town.queue.put(opened_at, Action::Review(ReviewStep::Open(year)));
    for grid in 0..town.people.grids.len() {
        let on = calendars.after(opened_on, dice.between(1, REPORTED_UNTIL)).on;
        let at = hours::some_time_on(&reference, &mut dice, on, town.now);
        town.queue.put(at, Action::Review(ReviewStep::Report(year, grid)));
    }
    let frozen_on = freezes_on.max(calendars.after(opened_on, FROZEN_AFTER).on);
    let frozen_on = calendars.working_day_on_or_after(frozen_on).on;
    let frozen_at = hours::some_time_on(&reference, &mut dice, frozen_on, town.now);
    town.queue.put(frozen_at, Action::Review(ReviewStep::Freeze(year)));
}
