//! What may be decided about areas.

use super::{
    AreaEvent, AreaRenamed, Areas, ConvenerAppointed, GridDefined, LiaisonAppointed, OfficeEnded, TownDefined,
    UnitDefined, VenueSet,
};
use crate::days;
use crate::delegate::Delegates;
use crate::ids::{AreaId, DelegateId};
use crate::refusal::{Code, Refusal};
use crate::text;
use crate::vocabulary::{OfficeEndReason, UnitKind};
use chrono::NaiveDate;

/// Defines the town, once (C-1).
///
/// Errors: [`Code::AlreadyDefined`]; those of [`text::official`] at `/name`.
pub fn define_town(areas: &Areas, name: &str) -> Result<AreaEvent, Refusal> {
    let name = named(name)?;
    if areas.town().is_some() {
        return Err(Refusal::new(Code::AlreadyDefined));
    }
    Ok(AreaEvent::TownDefined(TownDefined { name, level: 0 }))
}

/// Defines a first-level grid of the town (C-1).
///
/// Errors: [`Code::NoTown`], [`Code::AlreadyDefined`]; those of [`text::official`] at `/name`.
pub fn define_grid(areas: &Areas, name: &str) -> Result<AreaEvent, Refusal> {
    let name = named(name)?;
    let town = areas.town().ok_or(Code::NoTown)?;
    if areas.grid_named(&name).is_some() {
        return Err(Refusal::new(Code::AlreadyDefined));
    }
    Ok(AreaEvent::GridDefined(GridDefined { name, level: 1, parent_id: town.id }))
}

/// Defines a unit of a grid (C-1, C-A1). Two grids may each have a unit of the same name.
///
/// Errors: [`Code::UnknownId`] for the grid, [`Code::AlreadyDefined`]; those of [`text::official`] at `/name`.
pub fn define_unit(areas: &Areas, grid: AreaId, name: &str, unit_kind: UnitKind) -> Result<AreaEvent, Refusal> {
    let name = named(name)?;
    if areas.grid(grid).is_none() {
        return Err(Refusal::new(Code::UnknownId).at("/grid_id"));
    }
    if areas.unit_named(grid, &name).is_some() {
        return Err(Refusal::new(Code::AlreadyDefined));
    }
    Ok(AreaEvent::UnitDefined(UnitDefined { name, unit_kind, parent_id: grid }))
}

/// Gives a grid or a unit another name (C-1, C-A1). An earlier name may come back, and the same name may be written
/// otherwise.
///
/// Errors: those of [`text::official`] at `/name`; [`Code::UnknownId`]; [`Code::AlreadyNamed`]; [`Code::AlreadyDefined`]
/// where another grid, or another unit of the same grid, has the name.
pub fn rename(areas: &Areas, id: AreaId, name: &str) -> Result<AreaEvent, Refusal> {
    let name = named(name)?;
    if areas.name(id).ok_or(Code::UnknownId)? == name {
        return Err(Refusal::new(Code::AlreadyNamed));
    }
    let key = text::name_key(&name);
    if areas.peers(id).any(|(_, other)| text::name_key(other) == key) {
        return Err(Refusal::new(Code::AlreadyDefined));
    }
    Ok(AreaEvent::Renamed(AreaRenamed { name }))
}

/// Appoints a grid's convener (C-5.1): any delegate with a mandate on the first day. The one before holds until then.
///
/// Errors: [`Code::UnknownId`], [`Code::DelegateWithoutMandate`], [`Code::AlreadyAppointed`],
/// [`Code::BeforeLastAppointment`]; that of [`days::plausible`].
pub fn appoint_convener(
    areas: &Areas,
    delegates: &Delegates,
    grid: AreaId,
    delegate_id: DelegateId,
    from: NaiveDate,
) -> Result<AreaEvent, Refusal> {
    days::plausible(from, "/from")?;
    let grid = areas.grid(grid).ok_or(Code::UnknownId)?;
    let delegate = delegates.holding(delegate_id, from).map_err(|refusal| refusal.at("/delegate_id"))?;
    if let Some((last, ended)) = grid.conveners.last() {
        // A convener who lost the mandate in between, or whose term ended, may be appointed anew.
        let still = delegate.holds_any_throughout(last.from, from) && ended.is_none_or(|ended| from <= ended.to);
        if last.delegate_id == delegate_id && last.from <= from && still {
            return Err(Refusal::new(Code::AlreadyAppointed));
        }
        follows(last.from, from)?;
    }
    Ok(AreaEvent::ConvenerAppointed(ConvenerAppointed { delegate_id, from }))
}

/// Appoints a grid's liaison officer (C-5.1), who need not be a delegate. The one before holds until the first day.
///
/// Errors: [`Code::UnknownId`], [`Code::AlreadyAppointed`], [`Code::BeforeLastAppointment`]; those of
/// [`text::person_name`] at `/name`, that of [`days::plausible`].
pub fn appoint_liaison(areas: &Areas, grid: AreaId, name: &str, from: NaiveDate) -> Result<AreaEvent, Refusal> {
    let name = text::person_name(name).map_err(|refusal| refusal.at("/name"))?;
    days::plausible(from, "/from")?;
    let grid = areas.grid(grid).ok_or(Code::UnknownId)?;
    if let Some((last, ended)) = grid.liaisons.last() {
        let still = ended.is_none_or(|ended| from <= ended.to);
        if text::person_key(&last.name) == text::person_key(&name) && last.from <= from && still {
            return Err(Refusal::new(Code::AlreadyAppointed));
        }
        follows(last.from, from)?;
    }
    Ok(AreaEvent::LiaisonAppointed(LiaisonAppointed { name, from }))
}

/// Ends the term of a grid's convener; `to` is the last day (C-5.1). The office is vacant from the next day until somebody is
/// appointed.
///
/// Errors: that of [`days::plausible`]; [`Code::UnknownId`]; [`Code::NotAppointed`] where nobody was, or the last term has
/// its end already; [`Code::BeforeLastAppointment`] at `/to`.
pub fn end_convener(
    areas: &Areas,
    grid: AreaId,
    to: NaiveDate,
    reason_code: OfficeEndReason,
) -> Result<AreaEvent, Refusal> {
    let grid = areas.grid(grid).ok_or(Code::UnknownId)?;
    ends(grid.conveners.last().map(|(term, ended)| (term.from, ended)), to)?;
    Ok(AreaEvent::ConvenerEnded(OfficeEnded { to, reason_code }))
}

/// Ends the term of a grid's liaison officer, as [`end_convener`].
///
/// Errors: as there.
pub fn end_liaison(
    areas: &Areas,
    grid: AreaId,
    to: NaiveDate,
    reason_code: OfficeEndReason,
) -> Result<AreaEvent, Refusal> {
    let grid = areas.grid(grid).ok_or(Code::UnknownId)?;
    ends(grid.liaisons.last().map(|(term, ended)| (term.from, ended)), to)?;
    Ok(AreaEvent::LiaisonEnded(OfficeEnded { to, reason_code }))
}

/// The last term has no end yet, and does not end before it begins.
fn ends(last: Option<(NaiveDate, Option<&OfficeEnded>)>, to: NaiveDate) -> Result<(), Refusal> {
    days::plausible(to, "/to")?;
    match last {
        Some((from, None)) if to >= from => Ok(()),
        Some((_, None)) => Err(Refusal::new(Code::BeforeLastAppointment)
            .at("/to")
            .because("末日早于起始日。", "The last day is before the first.")),
        Some((_, Some(_))) | None => Err(Refusal::new(Code::NotAppointed)),
    }
}

/// Sets where a grid's sessions are held from a day on, unless something else is said of one (C-2).
///
/// Errors: those of [`text::official`] at `/name`, that of [`days::plausible`]; [`Code::UnknownId`]; [`Code::AlreadyNamed`]
/// where that is the venue already, [`Code::BeforePrevious`] at `/from` for a day not after that of the venue before.
pub fn set_venue(areas: &Areas, grid: AreaId, name: &str, from: NaiveDate) -> Result<AreaEvent, Refusal> {
    let name = named(name)?;
    days::plausible(from, "/from")?;
    let grid = areas.grid(grid).ok_or(Code::UnknownId)?;
    if let Some(last) = grid.venues.last() {
        if last.name == name && last.from <= from {
            return Err(Refusal::new(Code::AlreadyNamed)
                .under("C-2")
                .because("接待地点没有变化。", "That is the venue already."));
        }
        if from <= last.from {
            return Err(Refusal::new(Code::BeforePrevious).under("C-2").at("/from"));
        }
    }
    Ok(AreaEvent::VenueSet(VenueSet { name, from }))
}

/// Terms follow one another: otherwise who held the office on a past day would change afterwards.
fn follows(last: NaiveDate, from: NaiveDate) -> Result<(), Refusal> {
    if from <= last {
        return Err(Refusal::new(Code::BeforeLastAppointment).at("/from"));
    }
    Ok(())
}

fn named(name: &str) -> Result<String, Refusal> {
    text::official(name).map_err(|refusal| refusal.at("/name"))
}
