//! Offices and handling units (办公室、承办单位) that lead, support, verify or receive reports (C-3.5, C-3.6).

mod events;
#[cfg(test)]
mod tests;

pub use events::{OfficeEvent, OfficeRegistered, OfficeRenamed};

use crate::Stamp;
use crate::ids::OfficeId;
use crate::names::{self, Names};
use crate::refusal::{Code, Refusal};
use crate::text::{self, exact_or_first, looks_like, name_key};
use crate::vocabulary::OfficeKind;
use std::collections::BTreeMap;

/// An office or handling unit (办公室、承办单位), as registered (C-3.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Its id.
    pub id: OfficeId,
    /// Official name.
    pub name: String,
    /// Names it had before, in the order in which they were given up; never the present one.
    pub former_names: Vec<String>,
    /// Its kind.
    pub kind: OfficeKind,
    /// Version of its stream.
    pub version: u64,
}

impl Office {
    /// Every name of its, the present one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        names::all(&self.name, &self.former_names)
    }
}

/// Every office: the fold of all streams `office/<uuid>`. The id is in the stream's name, hence [`Offices::apply`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offices {
    offices: BTreeMap<OfficeId, Office>,
    names: Names<String, OfficeId>,
}

impl Offices {
    /// Takes one more event of the stream `office/<id>` into account.
    pub fn apply(&mut self, id: OfficeId, event: &OfficeEvent, at: &Stamp) {
        match event {
            OfficeEvent::Registered(OfficeRegistered { name, kind }) => {
                self.names.give(name_key(name), id);
                let office =
                    Office { id, name: name.clone(), former_names: Vec::new(), kind: *kind, version: at.version };
                self.offices.insert(id, office);
            }
            OfficeEvent::Renamed(OfficeRenamed { name }) => {
                if let Some(office) = self.offices.get_mut(&id) {
                    self.names.change(name_key(&office.name), name_key(name), id);
                    names::rename(&mut office.name, &mut office.former_names, name);
                    office.version = at.version;
                }
            }
        }
    }

    /// The office with this id.
    pub fn get(&self, id: OfficeId) -> Option<&Office> {
        self.offices.get(&id)
    }

    /// Every office, by id.
    pub fn all(&self) -> impl Iterator<Item = &Office> {
        self.offices.values()
    }

    /// The office of this name, by [`name_key`]. Where an older log holds several of one key, the one that is written
    /// just so, else the first.
    pub fn named(&self, name: &str) -> Option<&Office> {
        let named = self.names.bearing(&name_key(name)).iter().filter_map(|id| self.offices.get(id));
        exact_or_first(named, |office| office.name == name)
    }

    /// Offices whose name looks like this one but is another, such as one with a Cyrillic letter for a Latin one; by id.
    pub fn looking_like(&self, name: &str) -> impl Iterator<Item = &Office> {
        let alike = looks_like(name);
        self.offices.values().filter(move |office| alike(&office.name))
    }
}

/// Registers an office under a name of its own.
///
/// Errors: those of [`text::official`] at `/name`; [`Code::AlreadyRegistered`].
pub fn register(offices: &Offices, name: &str, kind: OfficeKind) -> Result<OfficeEvent, Refusal> {
    let name = text::official(name).map_err(|refusal| refusal.at("/name"))?;
    if offices.named(&name).is_some() {
        return Err(Refusal::new(Code::AlreadyRegistered).under("C-3.5"));
    }
    Ok(OfficeEvent::Registered(OfficeRegistered { name, kind }))
}

/// Gives an office another name of its own. An earlier name may come back, and the same name may be written otherwise.
///
/// Errors: those of [`text::official`] at `/name`; [`Code::AlreadyNamed`]; [`Code::AlreadyRegistered`] where another
/// office has the name.
pub fn rename(offices: &Offices, office: &Office, name: &str) -> Result<OfficeEvent, Refusal> {
    let name = text::official(name).map_err(|refusal| refusal.at("/name"))?;
    if name == office.name {
        return Err(Refusal::new(Code::AlreadyNamed).under("C-3.5"));
    }
    if offices.names.bearing(&name_key(&name)).iter().any(|other| *other != office.id) {
        return Err(Refusal::new(Code::AlreadyRegistered).under("C-3.5"));
    }
    Ok(OfficeEvent::Renamed(OfficeRenamed { name }))
}
