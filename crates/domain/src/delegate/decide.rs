//! What may be decided about delegates. History is never rewritten: an interval is ended, not changed. Every decision
//! refuses a day that is not [`days::plausible`].

use super::{
    Assigned, AssignmentEnded, Delegate, DelegateEvent, Delegates, Departed, Mandate, MandateGiven, Registered, Renamed,
};
use crate::area::Areas;
use crate::days;
use crate::ids::{AreaId, DelegateId};
use crate::refusal::{Code, Refusal};
use crate::text;
use crate::vocabulary::{DelegateType, DepartureReason};
use chrono::NaiveDate;

/// A person to be registered with a first mandate and a first assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelegate {
    /// Name, padding allowed.
    pub name: String,
    /// Type of the first mandate.
    pub delegate_type: DelegateType,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// First day of both.
    pub from: NaiveDate,
    /// A delegate of the same name who is known to be somebody else.
    pub namesake_of: Option<DelegateId>,
}

/// Registers a person, with mandate and assignment, as one stream's first events (C-1).
///
/// Errors: those of [`text::person_name`] at `/name`; [`Code::UnknownId`], [`Code::UnitNotInGrid`];
/// [`Code::NotANamesake`] at `/namesake_of`; [`Code::AlreadyRegistered`] where somebody of this name holds such a mandate
/// and `namesake_of` does not say that this is another person: a name stands for one person within a type (C-A1) until
/// somebody who knows says otherwise.
pub fn register(delegates: &Delegates, areas: &Areas, draft: &NewDelegate) -> Result<Vec<DelegateEvent>, Refusal> {
    let name = text::person_name(&draft.name).map_err(|refusal| refusal.at("/name"))?;
    days::plausible(draft.from, "/from")?;
    place(areas, draft.grid_id, draft.unit_id)?;
    let first = Mandate { delegate_type: draft.delegate_type, from: draft.from, to: None };
    stands_for_one(delegates, None, &name, &[first], draft.namesake_of)?;
    Ok(vec![
        DelegateEvent::Registered(Registered { name }),
        DelegateEvent::MandateGiven(MandateGiven { delegate_type: draft.delegate_type, from: draft.from }),
        DelegateEvent::Assigned(Assigned { grid_id: draft.grid_id, unit_id: draft.unit_id, from: draft.from }),
    ])
}

/// Another name for somebody who is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    /// The new name, padding allowed.
    pub name: String,
    /// A delegate of the same name who is known to be somebody else.
    pub namesake_of: Option<DelegateId>,
}

/// Gives a person another name: it was misspelt, or they changed it (C-1). An earlier name may be theirs again, and the
/// same name may be written otherwise. Who has left is renamed as well: past answers tell of them, and they may return.
///
/// Errors: those of [`text::person_name`] at `/name`; [`Code::AlreadyNamed`]; otherwise as for [`register`], where the
/// mandates of both were held at one time.
pub fn rename(delegates: &Delegates, delegate: &Delegate, draft: &Renaming) -> Result<DelegateEvent, Refusal> {
    let name = text::person_name(&draft.name).map_err(|refusal| refusal.at("/name"))?;
    if name == delegate.name {
        return Err(Refusal::new(Code::AlreadyNamed));
    }
    stands_for_one(delegates, Some(delegate.id), &name, &delegate.mandates, draft.namesake_of)?;
    Ok(DelegateEvent::Renamed(Renamed { name }))
}

/// That a name stands for one person within a type at a time, or that this is another on purpose.
fn stands_for_one(
    delegates: &Delegates,
    whose: Option<DelegateId>,
    name: &str,
    mandates: &[Mandate],
    namesake_of: Option<DelegateId>,
) -> Result<(), Refusal> {
    if let Some(id) = namesake_of {
        // Nobody is a namesake of their own.
        if Some(id) == whose {
            return Err(Refusal::new(Code::NotANamesake).at("/namesake_of"));
        }
        return namesake(delegates, name, id);
    }
    for mandate in mandates {
        let namesakes = delegates.named(name).filter(|person| Some(person.id) != whose);
        let namesakes = namesakes.filter(|person| person.mandates.iter().any(|other| mandate.meets(other)));
        let ids: Vec<String> = namesakes.map(|person| person.id.to_string()).collect();
        if !ids.is_empty() {
            let (ids, delegate_type) = (ids.join(", "), mandate.delegate_type);
            return Err(Refusal::new(Code::AlreadyRegistered).because(
                format!("已有同名的{}“{name}”（{ids}）。如确为另一人，请在 namesake_of 中填写该编号。", delegate_type.zh()),
                format!("A delegate of that type has this name already ({ids}); if this is another person, give that id as namesake_of."),
            ));
        }
    }
    Ok(())
}

/// That the delegate who is named as a namesake has this name.
///
/// Errors at `/namesake_of`: [`Code::UnknownId`], [`Code::NotANamesake`].
pub fn namesake(delegates: &Delegates, name: &str, id: DelegateId) -> Result<(), Refusal> {
    let known = delegates.get(id).ok_or_else(|| Refusal::new(Code::UnknownId).at("/namesake_of"))?;
    if text::person_key(&known.name) != text::person_key(name) {
        return Err(Refusal::new(Code::NotANamesake).at("/namesake_of"));
    }
    Ok(())
}

/// Gives a mandate (C-1). A person may hold both types, each once at a time.
///
/// Errors: [`Code::AlreadyHoldsMandate`]; [`Code::BeforeDeparture`] for a day not after their departure.
pub fn give_mandate(
    delegate: &Delegate,
    delegate_type: DelegateType,
    from: NaiveDate,
) -> Result<DelegateEvent, Refusal> {
    days::plausible(from, "/from")?;
    after_departure(delegate, from)?;
    let mut mandates = delegate.mandates.iter();
    if mandates.any(|m| m.delegate_type == delegate_type && m.to.is_none_or(|to| from <= to)) {
        return Err(Refusal::new(Code::AlreadyHoldsMandate));
    }
    Ok(DelegateEvent::MandateGiven(MandateGiven { delegate_type, from }))
}

/// Assigns to a grid, perhaps to a unit of it (C-1). Several assignments at once are possible, not two to one place.
///
/// Errors: [`Code::UnknownId`], [`Code::UnitNotInGrid`]; [`Code::DelegateWithoutMandate`] on the first day;
/// [`Code::AlreadyAssigned`] where the intervals would overlap.
pub fn assign(
    delegate: &Delegate,
    areas: &Areas,
    grid_id: AreaId,
    unit_id: Option<AreaId>,
    from: NaiveDate,
) -> Result<DelegateEvent, Refusal> {
    days::plausible(from, "/from")?;
    place(areas, grid_id, unit_id)?;
    after_departure(delegate, from)?;
    if !delegate.holds_any(from) {
        return Err(Refusal::new(Code::DelegateWithoutMandate).at("/from"));
    }
    // The new interval has no end yet, so it overlaps every one that ends on or after its first day.
    let mut assignments = delegate.assignments.iter();
    if assignments.any(|a| a.is_to(grid_id, unit_id) && a.to.is_none_or(|to| from <= to)) {
        return Err(Refusal::new(Code::AlreadyAssigned));
    }
    Ok(DelegateEvent::Assigned(Assigned { grid_id, unit_id, from }))
}

/// Ends an open assignment; `to` is its last day.
///
/// Errors: [`Code::NotAssigned`], [`Code::BeforeAssignment`].
pub fn end_assignment(
    delegate: &Delegate,
    grid_id: AreaId,
    unit_id: Option<AreaId>,
    to: NaiveDate,
) -> Result<DelegateEvent, Refusal> {
    days::plausible(to, "/to")?;
    let mut assignments = delegate.assignments.iter();
    let open = assignments.find(|a| a.to.is_none() && a.is_to(grid_id, unit_id));
    let open = open.ok_or(Code::NotAssigned)?;
    if to < open.from {
        return Err(Refusal::new(Code::BeforeAssignment).at("/to"));
    }
    Ok(DelegateEvent::AssignmentEnded(AssignmentEnded { grid_id, unit_id, to }))
}

/// Ends every mandate and assignment; `on` is the last day (C-1).
///
/// Errors: [`Code::AlreadyDeparted`] where nothing is open; [`Code::BeforeMandate`] and [`Code::BeforeAssignment`]
/// for a day before something open began.
pub fn depart(delegate: &Delegate, reason_code: DepartureReason, on: NaiveDate) -> Result<DelegateEvent, Refusal> {
    days::plausible(on, "/on")?;
    let mut open = delegate.mandates.iter().filter(|m| m.to.is_none());
    if open.clone().next().is_none() {
        return Err(Refusal::new(Code::AlreadyDeparted));
    }
    if open.any(|mandate| on < mandate.from) {
        return Err(Refusal::new(Code::BeforeMandate).at("/on"));
    }
    let mut open = delegate.assignments.iter().filter(|a| a.to.is_none());
    if open.any(|assignment| on < assignment.from) {
        return Err(Refusal::new(Code::BeforeAssignment).at("/on"));
    }
    Ok(DelegateEvent::Departed(Departed { reason_code, on }))
}

/// The grid exists, and the unit, where one is named, is of that grid.
///
/// Errors: [`Code::UnknownId`], [`Code::UnitNotInGrid`].
pub(crate) fn place(areas: &Areas, grid_id: AreaId, unit_id: Option<AreaId>) -> Result<(), Refusal> {
    if areas.grid(grid_id).is_none() {
        return Err(Refusal::new(Code::UnknownId).at("/grid_id"));
    }
    match unit_id.map(|unit| areas.unit(unit)) {
        None => Ok(()),
        Some(Some(unit)) if unit.grid_id == grid_id => Ok(()),
        Some(Some(_)) => Err(Refusal::new(Code::UnitNotInGrid).at("/unit_id")),
        Some(None) => Err(Refusal::new(Code::UnknownId).at("/unit_id")),
    }
}

fn after_departure(delegate: &Delegate, from: NaiveDate) -> Result<(), Refusal> {
    match delegate.departed {
        Some((on, _)) if from <= on => Err(Refusal::new(Code::BeforeDeparture).at("/from")),
        Some(_) | None => Ok(()),
    }
}

impl Delegates {
    /// A delegate whom a body names and who holds a mandate on a day.
    ///
    /// Errors: [`Code::UnknownId`], [`Code::DelegateWithoutMandate`].
    pub fn holding(&self, id: DelegateId, on: NaiveDate) -> Result<&Delegate, Refusal> {
        let delegate = self.get(id).ok_or(Code::UnknownId)?;
        if delegate.holds_any(on) { Ok(delegate) } else { Err(Refusal::new(Code::DelegateWithoutMandate)) }
    }

    /// The capacity in which a delegate whom a body names sits somewhere on a day; holders of both mandates say which.
    ///
    /// Errors: [`Code::UnknownId`] and [`Code::DelegateWithoutMandate`] at `/delegate_id`, [`Code::DelegateTypeNeeded`] at
    /// `/delegate_type`.
    pub fn capacity(
        &self,
        id: DelegateId,
        named: Option<DelegateType>,
        on: NaiveDate,
    ) -> Result<DelegateType, Refusal> {
        let delegate = self.get(id).ok_or_else(|| Refusal::new(Code::UnknownId).at("/delegate_id"))?;
        match (named, delegate.types_on(on).as_slice()) {
            (Some(named), held) if held.contains(&named) => Ok(named),
            (None, [only]) => Ok(*only),
            (Some(_), _) | (None, []) => Err(Refusal::new(Code::DelegateWithoutMandate).at("/delegate_id")),
            (None, _) => Err(Refusal::new(Code::DelegateTypeNeeded).at("/delegate_type")),
        }
    }
}
