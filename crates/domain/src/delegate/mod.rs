//! Delegates (代表): who they are, which mandates they hold, where they are assigned (C-1, C-4.1, C-A1).

mod decide;
mod events;
#[cfg(test)]
mod tests;

pub use decide::{NewDelegate, Renaming, assign, depart, end_assignment, give_mandate, namesake, register, rename};
pub use events::{Assigned, AssignmentEnded, DelegateEvent, Departed, MandateGiven, Registered, Renamed};

use crate::Stamp;
use crate::claims::Claim;
use crate::ids::{AreaId, DelegateId};
use crate::names::{self, Names};
use crate::text::{looks_like, person_key};
use crate::vocabulary::{DelegateType, DepartureReason};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A mandate of one type over an interval of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Party delegate or deputy.
    pub delegate_type: DelegateType,
    /// First day.
    pub from: NaiveDate,
    /// Last day; open while absent.
    pub to: Option<NaiveDate>,
}

impl Mandate {
    /// Whether it is held on a day.
    pub fn holds(&self, on: NaiveDate) -> bool {
        within(self.from, self.to, on)
    }

    /// Whether both are of one type and held on some day alike.
    pub fn meets(&self, other: &Self) -> bool {
        let begins_in_time = |one: &Self, other: &Self| other.to.is_none_or(|to| one.from <= to);
        self.delegate_type == other.delegate_type && begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// An assignment to a grid, perhaps to a unit of it, over an interval of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day; open while absent.
    pub to: Option<NaiveDate>,
}

impl Assignment {
    /// Whether it holds on a day.
    pub fn holds(&self, on: NaiveDate) -> bool {
        within(self.from, self.to, on)
    }

    /// Whether it is to this grid and this unit (or to the grid itself).
    pub fn is_to(&self, grid_id: AreaId, unit_id: Option<AreaId>) -> bool {
        self.grid_id == grid_id && self.unit_id == unit_id
    }
}

/// Somebody left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Their last day.
    pub on: NaiveDate,
    /// Why.
    pub reason: DepartureReason,
    /// When that was said.
    pub claim: Claim,
}

/// One person, with all mandates and assignments they ever had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegate {
    /// Their id.
    pub id: DelegateId,
    /// Name, NFC, without padding.
    pub name: String,
    /// Names they had before, in the order in which they gave them up; never the present one.
    pub former_names: Vec<String>,
    /// Mandates in the order given.
    pub mandates: Vec<Mandate>,
    /// Assignments in the order made.
    pub assignments: Vec<Assignment>,
    /// The last departure, where there was one: day and reason. A mandate given later stands beside it.
    pub departed: Option<(NaiveDate, DepartureReason)>,
    /// Every departure, oldest first: what they left open is to be handed over.
    pub departures: Vec<Departure>,
    /// Version of their stream.
    pub version: u64,
}

impl Delegate {
    /// Every name of theirs, the present one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        names::all(&self.name, &self.former_names)
    }

    /// Whether a name is theirs or was, by [`person_key`].
    pub fn is_known_as(&self, name: &str) -> bool {
        let key = person_key(name);
        self.names().any(|known| person_key(known) == key)
    }

    /// Whether they hold a mandate of this type on a day.
    pub fn holds(&self, delegate_type: DelegateType, on: NaiveDate) -> bool {
        let mut mandates = self.mandates.iter();
        mandates.any(|mandate| mandate.delegate_type == delegate_type && mandate.holds(on))
    }

    /// Whether they hold any mandate on a day.
    pub fn holds_any(&self, on: NaiveDate) -> bool {
        self.mandates.iter().any(|mandate| mandate.holds(on))
    }

    /// Whether they hold any mandate on some day between these two, both included.
    pub fn holds_any_within(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.mandates.iter().any(|mandate| mandate.from <= last && mandate.to.is_none_or(|to| first <= to))
    }

    /// Whether one mandate covers both days and all between.
    pub fn holds_any_throughout(&self, first: NaiveDate, last: NaiveDate) -> bool {
        let mut mandates = self.mandates.iter();
        mandates.any(|mandate| mandate.holds(first) && mandate.holds(last))
    }

    /// The types held on a day, in the order of [`DelegateType::ALL`].
    pub fn types_on(&self, on: NaiveDate) -> Vec<DelegateType> {
        let types = DelegateType::ALL.iter().copied();
        types.filter(|held| self.holds(*held, on)).collect()
    }

    /// The day since which they hold a mandate of this type and an assignment to the grid, or to units of it, without a gap
    /// up to a day on which they hold both.
    pub fn available_since(&self, grid: AreaId, held: DelegateType, on: NaiveDate) -> NaiveDate {
        let mandates = self.mandates.iter().filter(|mandate| mandate.delegate_type == held);
        let assignments = self.assignments.iter().filter(|assignment| assignment.grid_id == grid);
        let mandate = unbroken(mandates.map(|mandate| (mandate.from, mandate.to)), on);
        mandate.max(unbroken(assignments.map(|assignment| (assignment.from, assignment.to)), on))
    }

    /// The grids that they are assigned to, to themselves or to units of them, on some day between these two, both included;
    /// one of several assignments more than once.
    pub fn grids_within(&self, first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = AreaId> {
        let within = self.assignments.iter().filter(move |a| a.from <= last && a.to.is_none_or(|to| first <= to));
        within.map(|assignment| assignment.grid_id)
    }

    /// The assignments that hold on a day.
    pub fn assignments_on(&self, on: NaiveDate) -> impl Iterator<Item = &Assignment> {
        let assignments = self.assignments.iter();
        assignments.filter(move |assignment| assignment.holds(on))
    }
}

/// Every delegate: the fold of all streams `delegate/<uuid>`.
///
/// Who an event speaks of is in the stream's name, not in the event; therefore [`Delegates::apply`] takes the id
/// beside it. Folding only the first N leaves gives the people as they were known then; a question about a day of
/// theirs takes the day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delegates {
    people: BTreeMap<DelegateId, Delegate>,
    names: Names<String, DelegateId>,
}

impl Delegates {
    /// Takes one more event of the stream `delegate/<id>` into account.
    pub fn apply(&mut self, id: DelegateId, event: &DelegateEvent, at: &Stamp) {
        if let DelegateEvent::Registered(registered) = event {
            self.names.give(person_key(&registered.name), id);
            self.people.insert(
                id,
                Delegate {
                    id,
                    name: registered.name.clone(),
                    former_names: Vec::new(),
                    mandates: Vec::new(),
                    assignments: Vec::new(),
                    departed: None,
                    departures: Vec::new(),
                    version: at.version,
                },
            );
        }
        let Some(person) = self.people.get_mut(&id) else {
            return;
        };
        person.version = at.version;
        match event {
            DelegateEvent::Registered(_) => {}
            DelegateEvent::Renamed(renamed) => {
                self.names.change(person_key(&person.name), person_key(&renamed.name), id);
                names::rename(&mut person.name, &mut person.former_names, &renamed.name);
            }
            DelegateEvent::MandateGiven(given) => {
                person.mandates.push(Mandate { delegate_type: given.delegate_type, from: given.from, to: None })
            }
            DelegateEvent::Assigned(assigned) => person.assignments.push(Assignment {
                grid_id: assigned.grid_id,
                unit_id: assigned.unit_id,
                from: assigned.from,
                to: None,
            }),
            DelegateEvent::AssignmentEnded(ended) => {
                let mut assignments = person.assignments.iter_mut();
                let open = assignments.find(|a| a.to.is_none() && a.is_to(ended.grid_id, ended.unit_id));
                if let Some(open) = open {
                    open.to = Some(ended.to);
                }
            }
            DelegateEvent::Departed(departed) => {
                person.departed = Some((departed.on, departed.reason_code));
                let (on, reason) = (departed.on, departed.reason_code);
                person.departures.push(Departure { on, reason, claim: Claim::from(at) });
                let mandates = person.mandates.iter_mut().map(|m| &mut m.to);
                let assignments = person.assignments.iter_mut().map(|a| &mut a.to);
                for to in mandates.chain(assignments).filter(|to| to.is_none()) {
                    *to = Some(departed.on);
                }
            }
        }
    }

    /// The person with this id, whether or not any mandate is held today.
    pub fn get(&self, id: DelegateId) -> Option<&Delegate> {
        self.people.get(&id)
    }

    /// Everybody, by id.
    pub fn all(&self) -> impl Iterator<Item = &Delegate> {
        self.people.values()
    }

    /// Everybody of this name, by [`person_key`], in the order registered.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Delegate> {
        self.known(self.names.bearing(&person_key(name)))
    }

    /// Everybody who had this name, by [`person_key`], and has another, in the order in which they gave it up.
    pub fn once_named(&self, name: &str) -> impl Iterator<Item = &Delegate> {
        self.known(self.names.once_bearing(&person_key(name)))
    }

    fn known<'a>(&'a self, ids: &'a [DelegateId]) -> impl Iterator<Item = &'a Delegate> {
        ids.iter().filter_map(|id| self.people.get(id))
    }

    /// Who may be meant by a name with a mandate of this type: those of that name who hold one on the day, else those
    /// who had the name, else those who ever held one, in the same order. Of several, those whose name is written just
    /// so; who is meant then, only an id can say.
    pub fn of_type(&self, name: &str, held: DelegateType, on: NaiveDate) -> Vec<&Delegate> {
        let key = person_key(name);
        let named = || self.known(self.names.bearing(&key));
        let once_named = || self.known(self.names.once_bearing(&key));
        let holds = |person: &&Delegate| person.holds(held, on);
        let ever = |person: &&Delegate| person.mandates.iter().any(|m| m.delegate_type == held);
        let mut meant: Vec<&Delegate> = named().filter(holds).collect();
        if meant.is_empty() {
            meant = once_named().filter(holds).collect();
        }
        if meant.is_empty() {
            meant = named().filter(ever).collect();
        }
        if meant.is_empty() {
            meant = once_named().filter(ever).collect();
        }
        if meant.iter().any(|person| person.name == name) {
            meant.retain(|person| person.name == name);
        }
        meant
    }

    /// Whose name looks like this one but is another, such as one with a Cyrillic letter for a Latin one; by id.
    pub fn looking_like(&self, name: &str) -> impl Iterator<Item = &Delegate> {
        let alike = looks_like(name);
        self.people.values().filter(move |person| alike(&person.name))
    }

    /// Who is assigned to a grid on a day (to itself or to a unit of it) with a mandate of that type, by id.
    pub fn of_grid(&self, grid: AreaId, held: DelegateType, on: NaiveDate) -> impl Iterator<Item = &Delegate> {
        self.people.values().filter(move |person| {
            let there = person.assignments_on(on).any(|a| a.grid_id == grid);
            there && person.holds(held, on)
        })
    }
}

/// The first day of the intervals that reach a day without a gap.
fn unbroken(intervals: impl Iterator<Item = (NaiveDate, Option<NaiveDate>)>, on: NaiveDate) -> NaiveDate {
    let mut intervals: Vec<_> = intervals.filter(|(from, _)| *from <= on).collect();
    // The newest first: each may reach the one after it.
    intervals.sort_unstable_by(|one, other| other.cmp(one));
    let mut since = on;
    loop {
        let day_before = since.pred_opt().unwrap_or(since);
        let reaches =
            |(from, to): &&(NaiveDate, Option<NaiveDate>)| *from < since && to.is_none_or(|to| to >= day_before);
        match intervals.iter().filter(reaches).map(|(from, _)| *from).min() {
            Some(from) => since = from,
            None => return since,
        }
    }
}

fn within(from: NaiveDate, to: Option<NaiveDate>, on: NaiveDate) -> bool {
    from <= on && to.is_none_or(|to| on <= to)
}
