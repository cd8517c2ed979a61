//! Receptions that a session brings, on its day and in the days after, and what is said there.

use super::dice::Dice;
use super::hours::{afternoon, soon, working_days_on};
use super::matters::MATTERS;
use super::people::GridDesk;
use super::steps::OfReception;
use super::stories::IssueStory;
use super::words::{self, Scene};
use casework::loaded::Loaded;
use casework::receptions::{NewIssue, NewReception, NewVisitor};
use casework::reference::Reference;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::issue::Issue;
use domain::reception::{DelegateDraft, Occasion};
use domain::vocabulary::{IssueKind, ReceptionForm};
use std::sync::Arc;

/// A reception to be held.
#[derive(Clone, Debug)]
pub(super) struct PlannedReception {
    /// Which grid's.
    pub grid: usize,
    /// Its number, from which its chance is drawn.
    pub number: u64,
    /// The number of the session that brings it, where one does.
    pub session: Option<usize>,
    /// When it is held.
    pub held_at: DateTime<Utc>,
    /// When it is recorded.
    pub recorded_at: DateTime<Utc>,
    /// Its form.
    pub form: ReceptionForm,
}

/// An issue as raised in a reception: which matter, in which scene.
#[derive(Clone, Debug)]
pub(super) struct Raised {
    /// Index into [`MATTERS`].
    pub matter: usize,
    /// Place and numbers.
    pub scene: Scene,
}

/// A reception that was recorded, how many visitors came, and what was raised.
pub(super) struct Heard {
    pub of: OfReception,
    pub visitors: u32,
    pub raised: Vec<(IssueStory, Arc<Loaded<Issue>>)>,
}

/// The receptions that a grid's session of a day brings.
pub(super) fn of_session(
    reference: &Reference,
    (grid, session): (usize, usize),
    service_day: NaiveDate,
    number: &mut u64,
    towns_worth_thousandths: u32,
    seed: u64,
) -> Vec<PlannedReception> {
    let day = u64::try_from(service_day.num_days_from_ce()).unwrap_or(0);
    let mut dice = Dice::of(seed, day, u64::try_from(grid).unwrap_or(0));
    let of_one_town = dice.weighed(&[(6, 0), (18, 1), (32, 2), (28, 3), (16, 4)], 1_u64);
    let count = of_one_town * u64::from(towns_worth_thousandths);
    // What is left of a whole reception is held by chance.
    let left = u32::try_from(count % 1000).unwrap_or(0);
    let count = count / 1000 + u64::from(left > 0 && dice.chance(left));
    let mut receptions = Vec::new();
    for _ in 0..count {
        let form = dice.weighed(
            &[
                (62, ReceptionForm::WalkIn),
                (15, ReceptionForm::GroupVisit),
                (10, ReceptionForm::ThemedVisit),
                (13, ReceptionForm::Appointment),
            ],
            ReceptionForm::WalkIn,
        );
        // Visits and appointments may fall on another day than the service day.
        let elsewhere = form != ReceptionForm::WalkIn && dice.chance(400);
        let after = if elsewhere { dice.between(1, 3) } else { 0 };
        let on = reference.calendars.after(service_day, after).on;
        let held_at = afternoon(reference, on, dice.between(0, 150));
        let recorded_at = match dice.weighed(&[(88, 0), (9, 1), (3, 3)], 0) {
            0 => soon(reference, held_at + chrono::Duration::minutes(15)),
            days => working_days_on(reference, &mut dice, on, days, held_at),
        };
        *number += 1;
        receptions.push(PlannedReception { grid, number: *number, session: Some(session), held_at, recorded_at, form });
    }
    receptions
}

/// What is recorded of a reception by those who were there. `None` where none of them holds a mandate on its day.
pub(super) fn recorded(
    reference: &Reference,
    desk: &GridDesk,
    planned: &PlannedReception,
    (occasion, present): (Option<Occasion>, &[DelegateDraft]),
    seed: u64,
) -> Option<(NewReception, Vec<Raised>)> {
    let mut dice = Dice::of(seed ^ 0x5E55_1045, planned.number, 0);
    let on = reference.town_date(planned.held_at);
    let holds = |one: &&DelegateDraft| reference.delegates.holding(one.delegate_id, on).is_ok();
    let delegates: Vec<DelegateDraft> = present.iter().filter(holds).copied().collect();
    if delegates.is_empty() {
        return None;
    }
    let home = dice.pick(&desk.homes).cloned();
    let place = home.as_ref().map_or(desk.name.as_str(), |(_, name)| name.as_str());
    let visitors: Vec<NewVisitor> = (0..visitors(planned.form, &mut dice)).map(|_| visitor(&mut dice)).collect();
    let said = match planned.form {
        // Mostly a word or two, beside what people came for.
        ReceptionForm::Hearing => [(45, 0), (42, 1), (13, 2), (0, 3)],
        ReceptionForm::WalkIn | ReceptionForm::Appointment | ReceptionForm::GroupVisit | ReceptionForm::ThemedVisit => {
            [(10, 0), (46, 1), (29, 2), (15, 3)]
        }
    };
    let count = if visitors.is_empty() { 0 } else { dice.weighed(&said, 1) };
    let mut raised = Vec::new();
    let mut issues = Vec::new();
    for _ in 0..count {
        let matter = matter(desk, &mut dice);
        let Some(about) = MATTERS.get(matter) else { continue };
        let scene = Scene::at(place, &mut dice);
        let most = u32::try_from(visitors.len()).unwrap_or(1);
        issues.push(NewIssue {
            kind: dice.weighed(
                &[(25, IssueKind::Opinion), (25, IssueKind::Suggestion), (50, IssueKind::Demand)],
                IssueKind::Demand,
            ),
            topic: about.topic.to_owned(),
            subject: scene.fill(about.subject),
            text: scene.said(about),
            visitor: Some(dice.below(most)),
            responsible_delegate_id: dice.pick(&delegates).map(|one| one.delegate_id),
        });
        raised.push(Raised { matter, scene });
    }
    let reception = NewReception {
        form: planned.form,
        grid_id: desk.id,
        unit_id: home.map(|(id, _)| id),
        held_at: planned.held_at,
        occasion,
        delegates,
        visitors,
        issues,
    };
    Some((reception, raised))
}

fn visitors(form: ReceptionForm, dice: &mut Dice) -> u32 {
    match form {
        ReceptionForm::WalkIn => dice.weighed(&[(80, 1), (17, 2), (3, 0)], 1),
        ReceptionForm::Appointment => dice.weighed(&[(90, 1), (10, 2)], 1),
        ReceptionForm::GroupVisit | ReceptionForm::ThemedVisit | ReceptionForm::Hearing => dice.between(2, 6),
    }
}

fn visitor(dice: &mut Dice) -> NewVisitor {
    if dice.chance(140) {
        return NewVisitor::default();
    }
    let name = Some(words::name(dice));
    NewVisitor { name, phone: dice.chance(800).then(|| words::phone(dice)) }
}

/// Every grid has a few concerns that come up again and again: those are what issues join one major issue about.
fn matter(desk: &GridDesk, dice: &mut Dice) -> usize {
    let all = u32::try_from(MATTERS.len()).unwrap_or(1);
    let first = desk.name.chars().fold(0, |sum: u32, c| sum.wrapping_add(u32::from(c)));
    let matter = if dice.chance(550) { first.wrapping_add(dice.below(5) * 7) % all } else { dice.below(all) };
    usize::try_from(matter).unwrap_or(0)
}
