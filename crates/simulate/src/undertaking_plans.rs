//! When delegates do what they do beside receiving people: what the notice asks of a grid in a quarter and a half-year (C-3.1 to
//! C-3.5, C-4.2, C-4.3a, C-4.3b, C-5.3), and what comes as it comes. Not every grid does all of it.

use super::dice::Dice;
use super::hours;
use super::town::{Action, Town};
use super::undertaking_steps::{
    ActivityStep, AppointmentStep, CaseStep, DeedStep, MeetingStep, StudyStep, Undertaking, UndertakingStep,
};
use chrono::{Datelike as _, Days, NaiveDate};
use domain::vocabulary::{ActivityKind, DeedKind, MeetingKind, StudyKind};
use std::collections::HashMap;

/// Chance of its own, whatever else is told.
const DICE: u64 = 0x9_1A45;
/// Days to settle in before the first of it.
const SETTLING_DAYS: u64 = 3;
/// Deeds of a grid in a quarter.
const DEEDS: usize = 2;

/// What is planned so far.
#[derive(Default)]
struct Planned {
    number: u64,
    of_family: HashMap<String, u64>,
}

impl Planned {
    /// The how manieth of its family something is. Each kind is a family of its own, but for deeds.
    fn nth(&mut self, step: UndertakingStep) -> u64 {
        let family = if matches!(step, UndertakingStep::Deed(_)) { step.name() } else { format!("{step:?}") };
        let next = self.of_family.entry(family).or_default();
        let nth = *next;
        *next += 1;
        nth
    }
}

/// Puts in what every grid does between two days.
pub(super) fn plan(town: &mut Town<'_>, begun_on: NaiveDate, last_on: NaiveDate) {
    let mut planned = Planned::default();
    let mut from = begun_on + Days::new(SETTLING_DAYS);
    let mut quarter: usize = 0;
    while from <= last_on {
        let to = hours::quarter_end(from);
        for grid in 0..town.people.grids.len() {
            for (step, share) in of_quarter(grid, quarter, to) {
                town.plan_undertaking(&mut planned, (grid, step), (from, to), share);
            }
        }
        from = to + Days::new(1);
        quarter += 1;
    }
}

/// What a grid does in the quarter that ends on a day, each with the part of the quarter in which it begins, in percent.
fn of_quarter(grid: usize, quarter: usize, ends_on: NaiveDate) -> Vec<(UndertakingStep, (u32, u32))> {
    use UndertakingStep::{Activity, Appointment, Case, Deed, Meeting, Study};
    let turn = grid + quarter;
    let mut of = Vec::new();
    if turn % 13 != 12 {
        of.push((Activity(ActivityStep::Hold(ActivityKind::ThemeActivity)), (15, 85)));
    }
    match turn % 4 {
        0 => of.push((Activity(ActivityStep::Hold(ActivityKind::Outreach)), (5, 90))),
        2 => of.push((Activity(ActivityStep::Hold(ActivityKind::Consultation)), (5, 90))),
        _ => {}
    }
    // The second quarter of a half-year.
    if ends_on.month().is_multiple_of(6) && turn % 17 != 16 {
        of.push((Activity(ActivityStep::Hold(ActivityKind::Symposium)), (5, 75)));
    }
    if turn % 11 != 10 {
        of.push((Meeting(MeetingStep::Convene(MeetingKind::Regular)), (30, 78)));
    }
    if turn % 5 == 1 {
        of.push((Meeting(MeetingStep::Convene(MeetingKind::Extraordinary)), (10, 60)));
    }
    match turn % 3 {
        0 => of.push((Study(StudyStep::Start(StudyKind::Study)), (5, 50))),
        1 => of.push((Study(StudyStep::Start(StudyKind::Inspection)), (10, 85))),
        _ => {}
    }
    for nth in 0..DEEDS {
        let kind = DeedKind::ALL[(turn * DEEDS + nth) % DeedKind::ALL.len()];
        of.push((Deed(DeedStep::Pledge(kind)), (5, 85)));
    }
    of.push((Appointment(AppointmentStep::Request), (2, 92)));
    if turn.is_multiple_of(2) {
        of.push((Case(CaseStep::Nominate), (60, 90)));
    }
    of
}

impl Town<'_> {
    fn plan_undertaking(
        &mut self,
        planned: &mut Planned,
        (grid, step): (usize, UndertakingStep),
        (from, to): (NaiveDate, NaiveDate),
        (low, high): (u32, u32),
    ) {
        let reference = self.casework.reference();
        let (number, nth) = (planned.number, planned.nth(step));
        planned.number += 1;
        let mut dice = Dice::of(self.seed ^ DICE, number, 0);
        let days = u64::try_from((to - from).num_days()).unwrap_or(0);
        let day = from + Days::new(days * u64::from(dice.between(low, high)) / 100);
        let day = reference.calendars.working_day_on_or_after(day).on;
        // What is held in an afternoon is recorded at its end.
        let at = match step {
            UndertakingStep::Activity(_) => hours::late(&reference, day),
            UndertakingStep::Meeting(_)
            | UndertakingStep::Study(_)
            | UndertakingStep::Deed(_)
            | UndertakingStep::Appointment(_)
            | UndertakingStep::Case(_)
            | UndertakingStep::Mend(_) => hours::some_time_on(&reference, &mut dice, day, self.now),
        };
        self.queue.put(at, Action::Undertaking(Undertaking { grid, number, nth, turn: 0, step }));
    }
}
