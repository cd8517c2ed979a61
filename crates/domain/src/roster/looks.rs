//! Names that look like one another, met while a roster is gone through.

use crate::area::Areas;
use crate::delegate::Delegates;
use crate::ids::AreaId;
use crate::text::{look, name_key};
use std::collections::BTreeMap;

/// Names by what they look like: of grids under the town, of units under their grid, of people under no area.
pub(super) struct Looks(BTreeMap<(Option<AreaId>, String), Vec<String>>);

impl Looks {
    pub fn of(areas: &Areas, delegates: &Delegates) -> Self {
        let mut looks = Self(BTreeMap::new());
        for grid in areas.grids() {
            looks.meet(Some(grid.parent_id), &grid.name);
        }
        for unit in areas.units() {
            looks.meet(Some(unit.grid_id), &unit.name);
        }
        for person in delegates.all() {
            looks.meet(None, &person.name);
        }
        looks
    }

    /// Takes note of a name; another one that looks the same, where there is one.
    pub fn meet(&mut self, under: Option<AreaId>, name: &str) -> Option<String> {
        let seen = self.0.entry((under, look(name))).or_default();
        let key = name_key(name);
        let other = seen.iter().find(|other| name_key(other) != key).cloned();
        if !seen.iter().any(|other| name_key(other) == key) {
            seen.push(name.to_owned());
        }
        other
    }
}
