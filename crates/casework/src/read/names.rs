//! What things are called, by their ids.

use foldhash::HashMap;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Names by the ids of those who bear them.
#[derive(Clone, Debug)]
pub struct Names {
    /// In the order of the ids.
    all: Vec<(Uuid, String)>,
    places: HashMap<Uuid, usize>,
}

impl Names {
    pub(super) fn of<'a>(named: impl Iterator<Item = (Uuid, &'a String)>) -> Self {
        let all: BTreeMap<Uuid, &String> = named.collect();
        let places = all.keys().enumerate().map(|(place, id)| (*id, place)).collect();
        Self { all: all.into_iter().map(|(id, name)| (id, name.clone())).collect(), places }
    }

    /// All of them, in the order of their ids.
    pub fn all(&self) -> &[(Uuid, String)] {
        &self.all
    }

    /// Where in that order an id is.
    pub fn place(&self, id: Uuid) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// The name of an id.
    pub fn get(&self, id: Uuid) -> Option<&str> {
        self.all.get(self.place(id)?).map(|(_, name)| name.as_str())
    }
}
