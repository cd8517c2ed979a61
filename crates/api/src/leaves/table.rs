//! Leaves of absence as a table for a spreadsheet, without what was said.

use crate::http::cells::{day, id, name};
use crate::http::csv::Cell;
use crate::leaves::view::LeaveItemView;
use crate::state::Snapshot;
use domain::language::Language;

/// Leaves, as a table of the kind that `headed` makes.
pub(super) fn table<T>(
    rows: &[LeaveItemView],
    snapshot: &Snapshot,
    language: Language,
    headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T,
) -> T {
    const COLUMNS: [(&str, &str); 8] = [
        ("请假编号", "leave_id"),
        ("代表编号", "delegate_id"),
        ("代表", "delegate"),
        ("首日", "from"),
        ("末日", "to"),
        ("事由", "reason_code"),
        ("状态", "state"),
        ("申请时间", "requested_at"),
    ];
    let rows = rows.iter().map(|leave| {
        vec![
            id(leave.leave_id),
            id(leave.delegate_id),
            name(snapshot, leave.delegate_id),
            day(leave.from),
            day(leave.to),
            leave.reason_code.into(),
            leave.state.into(),
            leave.requested_at.as_str().into(),
        ]
    });
    headed(&COLUMNS, rows.collect(), language)
}
