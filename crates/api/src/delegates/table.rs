//! Delegates as a table for a spreadsheet: what they are today.

use crate::http::cells::{SEPARATOR, day, id, names, several};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::state::Snapshot;
use domain::delegate::Delegate;
use domain::vocabulary::DelegateType;
use uuid::Uuid;

/// Delegates.
pub(super) const TABLE: Table = Table {
    name: "delegates",
    columns: &[
        ("代表编号", "id"),
        ("姓名", "name"),
        ("原来的姓名", "former_names"),
        ("版本", "version"),
        ("今日的代表资格", "delegate_types"),
        ("今日联系的网格编号", "grid_ids"),
        ("今日联系的网格", "grids"),
        ("今日联系的单位编号", "unit_ids"),
        ("今日联系的单位", "units"),
        ("离任之日", "departed_on"),
        ("离任原因", "departure_reason"),
    ],
};

/// One of them.
pub(super) fn row(delegate: &Delegate, snapshot: &Snapshot) -> Vec<Cell> {
    let types = delegate.types_on(snapshot.today);
    let assigned = || delegate.assignments_on(snapshot.today);
    let mut grids: Vec<Uuid> = assigned().map(|assignment| assignment.grid_id.0).collect();
    // To several units of one grid.
    let mut seen = std::collections::BTreeSet::new();
    grids.retain(|grid| seen.insert(*grid));
    let units: Vec<Uuid> = assigned().filter_map(|assignment| assignment.unit_id).map(|unit| unit.0).collect();
    vec![
        id(delegate.id.0),
        delegate.name.as_str().into(),
        delegate.former_names.join(SEPARATOR).into(),
        delegate.version.into(),
        types.into_iter().map(DelegateType::as_str).collect::<Vec<_>>().join(SEPARATOR).into(),
        several(&grids),
        names(snapshot, &grids),
        several(&units),
        names(snapshot, &units),
        delegate.departed.map(|(on, _)| day(on)).into(),
        delegate.departed.map(|(_, reason)| reason.as_str()).into(),
    ]
}
