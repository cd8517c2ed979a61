//! Offices and handling units (办公室、承办单位) that lead, support, verify or receive reports (C-3.5, C-3.6).

mod events;
#[cfg(test)]
mod tests;

pub use events::{OfficeEvent, OfficeRegistered};

use crate::Stamp;
use crate::ids::OfficeId;
use crate::names::Names;
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
    /// Its kind.
    pub kind: OfficeKind,
    /// Version of its stream.
    pub version: u64,
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
        let OfficeEvent::Registered(registered) = event;
        self.names.give(name_key(&registered.name), id);
        let office = Office { id, name: registered.name.clone(), kind: registered.kind, version: at.version };
        self.offices.insert(id, office);
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
