//! What activities discharge: that a quarter has its theme activity, with evidence and reports in time (O-10, C-4.2), and a
//! half-year its symposium with every class of people (O-13, C-4.3b). An activity belongs to the period of the day it was
//! held, and counts from the day that the claim rule says. The policy handed in is that of the duty: in force on the first
//! day of the period, or on the day it was held.

use super::complete::{Kept, lacking_classes};
use super::state::Activity;
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::filing::{both_sent, in_order};
use crate::ids::{AreaId, FileId};
use crate::office::Offices;
use crate::period::{HalfYear, Quarter};
use crate::policy::Policy;
use crate::vocabulary::{ActivityKind, AttendanceClass, FileKind};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The activity by which a grid had as many theme activities in a quarter as the policy asks for, and the day from which
/// that counts. Nothing while there are fewer; nor where none is asked for, for then nothing is owed.
pub fn theme_activity_held<'a>(
    activities: impl IntoIterator<Item = &'a Activity>,
    grid: AreaId,
    quarter: Quarter,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<(NaiveDate, Claim)> {
    let held = activities.into_iter().filter(|activity| {
        activity.kind == ActivityKind::ThemeActivity
            && activity.grid_ids.contains(&grid)
            && activity.quarter(policy) == quarter
    });
    reached(held, policy.cadence.theme_activities_per_quarter, policy, calendars)
}

/// The symposium by which a grid had as many in a half-year as the policy asks for, each with somebody of every class that
/// it names, and the day from which that counts.
pub fn symposium_held<'a>(
    activities: impl IntoIterator<Item = &'a Activity>,
    grid: AreaId,
    half_year: HalfYear,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<(NaiveDate, Claim)> {
    let whole = symposia(activities, grid, half_year, policy).filter(|one| lacking_classes(one, policy).is_empty());
    reached(whole, policy.cadence.symposia_per_half_year, policy, calendars)
}

/// The symposium of a half-year that lacks the fewest classes of people, the first of them, with those that it lacks;
/// nothing where none was held.
pub fn best_symposium<'a>(
    activities: impl IntoIterator<Item = &'a Activity>,
    grid: AreaId,
    half_year: HalfYear,
    policy: &Policy,
) -> Option<(&'a Activity, Vec<AttendanceClass>)> {
    let lacking = symposia(activities, grid, half_year, policy).map(|one| (one, lacking_classes(one, policy)));
    lacking.min_by_key(|(one, classes)| (classes.len(), one.held.at, one.held.position))
}

fn symposia<'a>(
    activities: impl IntoIterator<Item = &'a Activity>,
    grid: AreaId,
    half_year: HalfYear,
    policy: &Policy,
) -> impl Iterator<Item = &'a Activity> {
    activities.into_iter().filter(move |activity| {
        activity.kind == ActivityKind::Symposium
            && activity.grid_ids.contains(&grid)
            && activity.half_year(policy) == half_year
    })
}

/// The `times`-th of some activities by the days from which they count.
fn reached<'a>(
    held: impl Iterator<Item = &'a Activity>,
    times: u32,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<(NaiveDate, Claim)> {
    let mut counting: Vec<(NaiveDate, Claim)> =
        held.map(|one| (one.held.counts_on(policy, calendars), one.held)).collect();
    counting.sort_by_key(in_order);
    counting.get(usize::try_from(times).ok()?.checked_sub(1)?).copied()
}

/// The last day for its evidence and for its reports: so many working days after the day it was held.
pub fn reports_due_on(activity: &Activity, policy: &Policy, calendars: &Calendars) -> NaiveDate {
    calendars.after(activity.held_on(policy), policy.cadence.report_working_days).on
}

/// The day from which its evidence is enough, and the fact that made it so (O-10, part evidence). `kinds` are those of its
/// files.
pub fn evidence_on(
    activity: &Activity,
    kinds: &BTreeMap<FileId, FileKind>,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<(NaiveDate, Claim)> {
    let held = (activity.held.counts_on(policy, calendars), activity.held);
    let mut facts: Vec<((NaiveDate, Claim), FileId)> = activity
        .evidence
        .iter()
        .map(|one| ((one.claim.counts_on(policy, calendars), one.claim), one.file_id))
        .collect();
    facts.sort_by_key(|(on, _)| in_order(on));
    if Kept::default().enough(policy) {
        return Some(held);
    }
    let so_far = |index: usize| facts[..=index].iter().map(|(_, file)| *file);
    (0..facts.len()).find(|index| Kept::of(so_far(*index), kinds).enough(policy)).map(|index| facts[index].0)
}

/// The day from which both offices have its report, and the submission that made it so (O-10, part reports).
pub fn reported_on(
    activity: &Activity,
    offices: &Offices,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<(NaiveDate, Claim)> {
    both_sent(&activity.submissions, offices, policy, calendars)
}
