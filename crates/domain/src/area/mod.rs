//! Areas: the town, its first-level grids (一级网格) and their units (村、社区、机关企事业单位), with the conveners and
//! liaisons of grids (C-1, C-5.1, C-A1).

mod decide;
mod events;
mod place;
mod terms;
#[cfg(test)]
mod tests;
mod vacancies;

pub use decide::{
    appoint_convener, appoint_liaison, define_grid, define_town, define_unit, end_convener, end_liaison, rename,
    set_venue,
};
pub use events::{
    AreaEvent, AreaRenamed, ConvenerAppointed, GridDefined, LiaisonAppointed, OfficeEnded, TownDefined, UnitDefined,
    VenueSet,
};
pub use place::place_faults;
pub use terms::{Span, Terms};
pub use vacancies::Vacancy;

use crate::Stamp;
use crate::claims::Claim;
use crate::delegate::Delegates;
use crate::ids::{AreaId, DelegateId};
use crate::names::{self, Names};
use crate::text::{exact_or_first, looks_like, name_key};
use crate::vocabulary::UnitKind;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The town (镇): the whole area of one log, defined once by its first start (C-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Town {
    /// Its id.
    pub id: AreaId,
    /// Official name.
    pub name: String,
    /// Version of its stream.
    pub version: u64,
}

/// Where a grid's sessions are held from a day on (C-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Venue {
    /// What it is called.
    pub name: String,
    /// From this day on.
    pub from: NaiveDate,
    /// Position of the event that set it.
    pub position: u64,
}

/// A first-level grid with everybody who ever held its two offices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Its id.
    pub id: AreaId,
    /// Official name.
    pub name: String,
    /// Names it had before, in the order in which they were given up; never the present one.
    pub former_names: Vec<String>,
    /// 1.
    pub level: u8,
    /// The town.
    pub parent_id: AreaId,
    /// When it was defined: its offices are vacant from that day until somebody is appointed.
    pub defined: Claim,
    /// Conveners (召集人) in the order appointed. Each holds until the next one's first day, or until their own last.
    pub conveners: Terms<ConvenerAppointed>,
    /// Liaison officers (联络员), likewise.
    pub liaisons: Terms<LiaisonAppointed>,
    /// Venues of its sessions in the order set, likewise.
    pub venues: Vec<Venue>,
    /// Version of its stream.
    pub version: u64,
}

impl Grid {
    /// Every name of its, the present one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        names::all(&self.name, &self.former_names)
    }

    /// Who is appointed convener on a day. Whether they still are a delegate then, delegates know.
    pub fn convener_on(&self, on: NaiveDate) -> Option<DelegateId> {
        self.conveners.on(on).map(|term| term.delegate_id)
    }

    /// Whether nobody is convener on a day: nobody was appointed, or who was holds no mandate any more (C-5.1, O-18).
    pub fn convener_vacant(&self, delegates: &Delegates, on: NaiveDate) -> bool {
        let convener = self.convener_on(on).and_then(|id| delegates.get(id));
        convener.is_none_or(|delegate| !delegate.holds_any(on))
    }

    /// Where its sessions are held on a day, unless something else is said of one.
    pub fn venue_on(&self, on: NaiveDate) -> Option<&str> {
        self.venue_as_of(u64::MAX, on)
    }

    /// The same by what was set up to a position.
    pub fn venue_as_of(&self, position: u64, on: NaiveDate) -> Option<&str> {
        let mut set = self.venues.iter().rev().filter(|venue| venue.position <= position);
        set.find(|venue| venue.from <= on).map(|venue| venue.name.as_str())
    }

    /// The appointment of the liaison officer who serves on a day.
    pub fn liaison_on(&self, on: NaiveDate) -> Option<&LiaisonAppointed> {
        self.liaisons.on(on)
    }
}

/// A village, community or institution of one grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: AreaId,
    /// Official name.
    pub name: String,
    /// Names it had before, in the order in which they were given up; never the present one.
    pub former_names: Vec<String>,
    /// Its kind; only villages and communities carry public notices.
    pub kind: UnitKind,
    /// The grid.
    pub grid_id: AreaId,
    /// When it was defined: it owes nothing of before.
    pub defined: Claim,
    /// Version of its stream.
    pub version: u64,
}

impl Unit {
    /// Every name of its, the present one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        names::all(&self.name, &self.former_names)
    }
}

/// Every area: the fold of all streams `area/<uuid>`.
///
/// Which area an event speaks of is in the stream's name, not in the event; therefore [`Areas::apply`] takes the id
/// beside it. Folding only the first N leaves gives the areas as they were then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    town: Option<Town>,
    grids: BTreeMap<AreaId, Grid>,
    units: BTreeMap<AreaId, Unit>,
    grid_names: Names<String, AreaId>,
    unit_names: Names<(AreaId, String), AreaId>,
}

impl Areas {
    /// Takes one more event of the stream `area/<id>` into account.
    pub fn apply(&mut self, id: AreaId, event: &AreaEvent, at: &Stamp) {
        match event {
            AreaEvent::TownDefined(town) => {
                self.town = Some(Town { id, name: town.name.clone(), version: at.version });
            }
            AreaEvent::GridDefined(grid) => {
                self.grid_names.give(name_key(&grid.name), id);
                self.grids.insert(
                    id,
                    Grid {
                        id,
                        name: grid.name.clone(),
                        former_names: Vec::new(),
                        level: grid.level,
                        parent_id: grid.parent_id,
                        defined: Claim::from(at),
                        conveners: Terms::default(),
                        liaisons: Terms::default(),
                        venues: Vec::new(),
                        version: at.version,
                    },
                );
            }
            AreaEvent::UnitDefined(unit) => {
                self.unit_names.give((unit.parent_id, name_key(&unit.name)), id);
                self.units.insert(
                    id,
                    Unit {
                        id,
                        name: unit.name.clone(),
                        former_names: Vec::new(),
                        kind: unit.unit_kind,
                        grid_id: unit.parent_id,
                        defined: Claim::from(at),
                        version: at.version,
                    },
                );
            }
            AreaEvent::Renamed(AreaRenamed { name }) => {
                let key = name_key(name);
                if let Some(grid) = self.grids.get_mut(&id) {
                    self.grid_names.change(name_key(&grid.name), key, id);
                    names::rename(&mut grid.name, &mut grid.former_names, name);
                    grid.version = at.version;
                } else if let Some(unit) = self.units.get_mut(&id) {
                    self.unit_names.change((unit.grid_id, name_key(&unit.name)), (unit.grid_id, key), id);
                    names::rename(&mut unit.name, &mut unit.former_names, name);
                    unit.version = at.version;
                }
            }
            AreaEvent::ConvenerAppointed(term) => {
                if let Some(grid) = self.grids.get_mut(&id) {
                    grid.conveners.appoint(term.from, term.clone(), at);
                    grid.version = at.version;
                }
            }
            AreaEvent::LiaisonAppointed(term) => {
                if let Some(grid) = self.grids.get_mut(&id) {
                    grid.liaisons.appoint(term.from, term.clone(), at);
                    grid.version = at.version;
                }
            }
            AreaEvent::ConvenerEnded(ended) => {
                if let Some(grid) = self.grids.get_mut(&id) {
                    grid.conveners.end(ended, at);
                    grid.version = at.version;
                }
            }
            AreaEvent::LiaisonEnded(ended) => {
                if let Some(grid) = self.grids.get_mut(&id) {
                    grid.liaisons.end(ended, at);
                    grid.version = at.version;
                }
            }
            AreaEvent::VenueSet(venue) => {
                if let Some(grid) = self.grids.get_mut(&id) {
                    let VenueSet { name, from } = venue.clone();
                    grid.venues.push(Venue { name, from, position: at.position });
                    grid.version = at.version;
                }
            }
        }
    }

    /// The town, once defined.
    pub fn town(&self) -> Option<&Town> {
        self.town.as_ref()
    }

    /// The first-level grid with this id; `None` also for the id of a unit.
    pub fn grid(&self, id: AreaId) -> Option<&Grid> {
        self.grids.get(&id)
    }

    /// The unit with this id; `None` also for the id of a grid.
    pub fn unit(&self, id: AreaId) -> Option<&Unit> {
        self.units.get(&id)
    }

    /// Every grid, by id (for ids made in order, in the order defined).
    pub fn grids(&self) -> impl Iterator<Item = &Grid> {
        self.grids.values()
    }

    /// Every unit, by id.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// The units of a grid, by id.
    pub fn units_of(&self, grid: AreaId) -> impl Iterator<Item = &Unit> {
        self.units.values().filter(move |unit| unit.grid_id == grid)
    }

    /// The grid of this name, by [`name_key`]. Where an older log holds several of one key, the one that is written just
    /// so, else the first.
    pub fn grid_named(&self, name: &str) -> Option<&Grid> {
        let named = self.grid_names.bearing(&name_key(name)).iter().filter_map(|id| self.grids.get(id));
        exact_or_first(named, |grid| grid.name == name)
    }

    /// The grid that had this name and has another, as [`Areas::grid_named`].
    pub fn grid_once_named(&self, name: &str) -> Option<&Grid> {
        let named = self.grid_names.once_bearing(&name_key(name)).iter().filter_map(|id| self.grids.get(id));
        exact_or_first(named, |grid| grid.former_names.iter().any(|former| former == name))
    }

    /// The unit of this name within a grid, as [`Areas::grid_named`]. Never by prefix: 封浜村 is not in 封浜集镇网格.
    pub fn unit_named(&self, grid: AreaId, name: &str) -> Option<&Unit> {
        let named = self.unit_names.bearing(&(grid, name_key(name))).iter().filter_map(|id| self.units.get(id));
        exact_or_first(named, |unit| unit.name == name)
    }

    /// The unit that had this name within a grid and has another, as [`Areas::grid_named`].
    pub fn unit_once_named(&self, grid: AreaId, name: &str) -> Option<&Unit> {
        let named = self.unit_names.once_bearing(&(grid, name_key(name))).iter().filter_map(|id| self.units.get(id));
        exact_or_first(named, |unit| unit.former_names.iter().any(|former| former == name))
    }

    /// The name of a grid or a unit.
    pub fn name(&self, id: AreaId) -> Option<&str> {
        let grid = self.grid(id).map(|grid| &grid.name);
        grid.or_else(|| self.unit(id).map(|unit| &unit.name)).map(String::as_str)
    }

    /// The other grids with their names, for a grid; the other units of its grid, for a unit; by id.
    pub fn peers(&self, id: AreaId) -> impl Iterator<Item = (AreaId, &str)> {
        let (is_grid, grid) = (self.grid(id).is_some(), self.unit(id).map(|unit| unit.grid_id));
        let grids = self.grids().filter(move |_| is_grid).map(|grid| (grid.id, grid.name.as_str()));
        let units =
            self.units().filter(move |unit| Some(unit.grid_id) == grid).map(|unit| (unit.id, unit.name.as_str()));
        grids.chain(units).filter(move |(other, _)| *other != id)
    }

    /// Those of them whose name looks like that of the grid or unit but is another.
    pub fn looking_like(&self, id: AreaId) -> impl Iterator<Item = (AreaId, &str)> {
        let alike = self.name(id).map(looks_like);
        self.peers(id).filter(move |(_, other)| alike.as_ref().is_some_and(|alike| alike(other)))
    }

    /// Whether the unit belongs to the grid.
    pub fn unit_in_grid(&self, unit: AreaId, grid: AreaId) -> bool {
        self.unit(unit).is_some_and(|unit| unit.grid_id == grid)
    }
}

/// Kind of a unit by the ending of its name: 村 a village, 社区 a community, anything else an institution (C-A1).
pub fn unit_kind_by_name(name: &str) -> UnitKind {
    if name.ends_with('村') {
        UnitKind::Village
    } else if name.ends_with("社区") {
        UnitKind::Community
    } else {
        UnitKind::Institution
    }
}
