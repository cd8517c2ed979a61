//! Leaves of absence as a table for a spreadsheet, without what was said.

use crate::http::cells::{day, id, instant, name};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::state::Snapshot;
use domain::leave::Leave;
use read_models::LeaveRow;
use uuid::Uuid;

/// Leaves.
pub(super) const TABLE: Table = Table {
    name: "leaves",
    columns: &[
        ("请假编号", "leave_id"),
        ("代表编号", "delegate_id"),
        ("代表", "delegate"),
        ("首日", "from"),
        ("末日", "to"),
        ("事由", "reason_code"),
        ("状态", "state"),
        ("申请时间", "requested_at"),
    ],
};

/// One of them.
pub(super) fn row(row: &LeaveRow, snapshot: &Snapshot) -> Vec<Cell> {
    vec![
        id(row.leave_id.0),
        id(row.delegate_id.0),
        name(snapshot, row.delegate_id.0),
        day(row.from_on),
        day(row.to_on),
        row.reason.as_str().into(),
        row.state.as_str().into(),
        instant(row.requested_at, snapshot),
    ]
}

/// One as the log has it, of a delegate.
pub(super) fn row_of(leave: &Leave, delegate: Uuid, snapshot: &Snapshot) -> Vec<Cell> {
    vec![
        id(leave.id.0),
        id(delegate),
        name(snapshot, delegate),
        day(leave.from),
        day(leave.to),
        leave.reason.as_str().into(),
        leave.state.as_str().into(),
        instant(leave.requested.at, snapshot),
    ]
}
