//! Places that a roster has by two names: their present one, and one that they gave up.

use super::{Parsed, Row};
use crate::area::{Areas, Grid, Unit};
use crate::ids::AreaId;
use crate::language::{Text, text};
use std::collections::{BTreeMap, BTreeSet};

/// The rows whose grid or unit stands in the file by its present name as well, and what is to be said of each. The file
/// takes for two what the record has as one, so nobody can say which place the row means.
pub(super) fn by_two_names(parsed: &Parsed, areas: &Areas) -> BTreeMap<u64, Text> {
    let grid_of = |row: &Row| areas.grid_named(&row.grid).or_else(|| areas.grid_once_named(&row.grid));
    let unit_now = |row: &Row| -> Option<&Unit> { areas.unit_named(grid_of(row)?.id, row.unit.as_deref()?) };
    let grids: BTreeSet<AreaId> = parsed.rows.iter().filter_map(|row| Some(areas.grid_named(&row.grid)?.id)).collect();
    let units: BTreeSet<AreaId> = parsed.rows.iter().filter_map(|row| Some(unit_now(row)?.id)).collect();
    let grid_before = |row: &Row| -> Option<&Grid> {
        let before = areas.grid_once_named(&row.grid).filter(|_| areas.grid_named(&row.grid).is_none());
        before.filter(|grid| grids.contains(&grid.id))
    };
    let unit_before = |row: &Row| -> Option<&Unit> {
        let before = areas.unit_once_named(grid_of(row)?.id, row.unit.as_deref()?);
        before.filter(|unit| unit_now(row).is_none() && units.contains(&unit.id))
    };
    let told = |row: &Row| {
        let grid = grid_before(row).map(|grid| (row.grid.as_str(), grid.name.as_str()));
        let (before, now) = grid.or_else(|| Some((row.unit.as_deref()?, unit_before(row)?.name.as_str())))?;
        Some(text(
            format!(
                "“{before}”是“{now}”原来的名称，文件中两个名称都有，无法判断指哪一处，该行未导入。请统一名称；如确为另一处，请用从未用过的名称。"
            ),
            format!(
                "{before} is an earlier name of {now}, and the file has both; which place is meant cannot be told, so the row was not imported. Use one name; if it is another place, use a name that none had."
            ),
        ))
    };
    parsed.rows.iter().filter_map(|row| Some((row.row, told(row)?))).collect()
}
