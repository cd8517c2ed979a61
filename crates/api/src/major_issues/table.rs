//! Major issues as a table for a spreadsheet, without what was said.

use crate::http::cells::{count, day, id, instant, name, names, several};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::state::Snapshot;
use read_models::MajorIssueRow;
use uuid::Uuid;

/// Major issues.
pub(super) const TABLE: Table = Table {
    name: "major-issues",
    columns: &[
        ("重大问题标识", "id"),
        ("编号", "number"),
        ("版本", "version"),
        ("状态", "state"),
        ("层级", "level"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("主办单位编号", "lead_office_id"),
        ("主办单位", "lead_office"),
        ("协办单位编号", "support_office_ids"),
        ("协办单位", "support_offices"),
        ("承办期限", "due_on"),
        ("结果", "outcome"),
        ("退单待裁定", "refusal_pending"),
        ("提交时间", "submitted_at"),
        ("事项数", "issues"),
        ("事项标识", "issue_ids"),
    ],
};

/// One of them.
pub(super) fn row(row: &MajorIssueRow, snapshot: &Snapshot) -> Vec<Cell> {
    let support: Vec<Uuid> = row.support_office_ids.iter().map(|office| office.0).collect();
    let issues: Vec<Uuid> = row.issue_ids.iter().map(|issue| issue.0).collect();
    vec![
        id(row.major_issue_id.0),
        row.number.as_str().into(),
        row.version.0.into(),
        row.state.as_str().into(),
        row.level.as_str().into(),
        id(row.grid_id.0),
        name(snapshot, row.grid_id.0),
        row.lead_office_id.map(|office| id(office.0)).into(),
        row.lead_office_id.map(|office| name(snapshot, office.0)).into(),
        several(&support),
        names(snapshot, &support),
        row.due_on.map(day).into(),
        row.outcome.map(domain::vocabulary::Outcome::as_str).into(),
        row.refusal_pending.into(),
        instant(row.submitted_at, snapshot),
        count(&issues),
        several(&issues),
    ]
}
