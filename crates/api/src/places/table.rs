//! Grids and units as tables for a spreadsheet: what they are today.

use crate::http::cells::{SEPARATOR, day, id, name};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::places::view::GridView;
use crate::state::Snapshot;
use domain::area::{Grid, Unit};

/// Grids.
pub(super) const GRIDS: Table = Table {
    name: "grids",
    columns: &[
        ("网格编号", "id"),
        ("名称", "name"),
        ("原来的名称", "former_names"),
        ("版本", "version"),
        ("单位数", "units"),
        ("党代表人数", "party"),
        ("人大代表人数", "deputy"),
        ("召集人编号", "convener_id"),
        ("召集人", "convener"),
        ("召集人空缺", "convener_vacant"),
        ("联络员", "liaison"),
        ("联络员任职之日", "liaison_from"),
        ("接待地点", "venue"),
    ],
};

/// Units.
pub(super) const UNITS: Table = Table {
    name: "units",
    columns: &[
        ("单位编号", "id"),
        ("名称", "name"),
        ("原来的名称", "former_names"),
        ("版本", "version"),
        ("类别", "kind"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
    ],
};

/// A grid.
pub(super) fn grid(grid: &Grid, snapshot: &Snapshot) -> Vec<Cell> {
    let view = GridView::of(grid, snapshot);
    let count = |n: usize| Cell::from(u64::try_from(n).unwrap_or(u64::MAX));
    vec![
        id(view.id),
        view.name.into(),
        view.former_names.join(SEPARATOR).into(),
        view.version.into(),
        count(view.units),
        count(view.delegates.party),
        count(view.delegates.deputy),
        view.convener_id.map(id).into(),
        view.convener_id.map(|convener| name(snapshot, convener)).into(),
        view.convener_vacant.into(),
        view.liaison.as_ref().map(|liaison| liaison.name.as_str()).into(),
        view.liaison.as_ref().map(|liaison| day(liaison.from)).into(),
        view.venue.into(),
    ]
}

/// A unit.
pub(super) fn unit(unit: &Unit, snapshot: &Snapshot) -> Vec<Cell> {
    vec![
        id(unit.id.0),
        unit.name.as_str().into(),
        unit.former_names.join(SEPARATOR).into(),
        unit.version.into(),
        unit.kind.as_str().into(),
        id(unit.grid_id.0),
        name(snapshot, unit.grid_id.0),
    ]
}
