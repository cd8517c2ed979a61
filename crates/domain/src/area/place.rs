//! Where something is: a grid, perhaps one of its units (C-1).

use super::Areas;
use crate::ids::AreaId;
use crate::refusal::{Code, Refusal};

/// What is wrong with a grid and a unit of it that a body names, where they were named.
///
/// Errors: [`Code::UnknownId`] at `/grid_id` and `/unit_id`, [`Code::UnitNotInGrid`] at `/unit_id`.
pub fn place_faults(areas: &Areas, grid_id: Option<AreaId>, unit_id: Option<AreaId>) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let grid = grid_id.filter(|grid| areas.grid(*grid).is_some());
    if grid_id.is_some() && grid.is_none() {
        faults.push(Refusal::new(Code::UnknownId).at("/grid_id"));
    }
    let Some(unit_id) = unit_id else { return faults };
    if areas.unit(unit_id).is_none() {
        faults.push(Refusal::new(Code::UnknownId).at("/unit_id"));
    } else if grid.is_some_and(|grid| !areas.unit_in_grid(unit_id, grid)) {
        faults.push(Refusal::new(Code::UnitNotInGrid).at("/unit_id"));
    }
    faults
}
