//! What will be erased by the clock, as a table for a spreadsheet.

use super::retention_view::{KeptForView, WillBeErasedView};
use crate::http::cells::{SEPARATOR, day, id, name, several};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::state::Snapshot;
use uuid::Uuid;

/// What will be erased.
pub(super) const TABLE: Table = Table {
    name: "retention",
    columns: &[
        ("联系记录标识", "reception_id"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("联系日期", "held_on"),
        ("事项标识", "issue_ids"),
        ("事项编号", "numbers"),
        ("来访人序号", "visitor"),
        ("附件标识", "file_id"),
        ("类别", "class"),
        ("保存至", "due_on"),
        ("删除日", "erased_on"),
        ("保留原因", "held_back"),
    ],
};

/// One of them.
pub(super) fn row(it: &WillBeErasedView, snapshot: &Snapshot) -> Vec<Cell> {
    let issues: Vec<Uuid> = it.issues.iter().map(|issue| issue.id).collect();
    let numbers: Vec<&str> = it.issues.iter().map(KeptForView::number).collect();
    vec![
        id(it.reception_id),
        id(it.grid_id),
        name(snapshot, it.grid_id),
        day(it.held_on),
        several(&issues),
        numbers.join(SEPARATOR).into(),
        it.visitor.map(u64::from).into(),
        it.file_id.map(id).into(),
        it.class.into(),
        day(it.due_on),
        it.erased_on.map(day).into(),
        it.held_back.join(SEPARATOR).into(),
    ]
}
