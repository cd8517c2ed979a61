//! Receptions as a table for a spreadsheet, without what was said and who came.

use crate::http::cells::{count, id, instant, name, names, several};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::receptions::view::ReceptionView;
use crate::state::Snapshot;
use read_models::ReceptionRow;
use uuid::Uuid;

/// Receptions.
pub(super) const TABLE: Table = Table {
    name: "receptions",
    columns: &[
        ("联系记录标识", "id"),
        ("版本", "version"),
        ("形式", "form"),
        ("接待时间", "held_at"),
        ("迟录", "recorded_late"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("单位编号", "unit_id"),
        ("单位", "unit"),
        ("代表编号", "delegate_ids"),
        ("代表", "delegates"),
        ("来访人数", "visitor_count"),
        ("事项数", "issues"),
        ("事项标识", "issue_ids"),
    ],
};

/// One of them.
pub(super) fn row(row: &ReceptionRow, snapshot: &Snapshot) -> Vec<Cell> {
    let view = ReceptionView::in_list(row, snapshot);
    let delegates: Vec<Uuid> = row.delegates.iter().map(|seat| seat.delegate_id.0).collect();
    vec![
        id(view.id),
        view.version.into(),
        view.form.into(),
        instant(row.held_at, snapshot),
        view.recorded_late.into(),
        id(view.grid_id),
        name(snapshot, view.grid_id),
        view.unit_id.map(id).into(),
        view.unit_id.map(|unit| name(snapshot, unit)).into(),
        several(&delegates),
        names(snapshot, &delegates),
        u64::from(row.visitor_count).into(),
        count(&view.issue_ids),
        several(&view.issue_ids),
    ]
}
