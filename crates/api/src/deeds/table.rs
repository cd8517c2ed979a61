//! Deeds as a table for a spreadsheet, without what was said and for whom they are.

use crate::deeds::view::DeedView;
use crate::http::cells::{count, day, id, name, several, shown_instant};
use crate::undertakings::listed::Table;

pub(super) const TABLE: Table<DeedView, 18> = Table {
    name: "deeds",
    columns: &[
        ("实事编号", "id"),
        ("版本", "version"),
        ("服务方式", "kind"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("单位编号", "unit_id"),
        ("单位", "unit"),
        ("认领代表编号", "owner_delegate_id"),
        ("认领代表", "owner"),
        ("承诺之日", "promised_on"),
        ("状态", "state"),
        ("逾期", "overdue"),
        ("认领时间", "pledged_at"),
        ("完成时间", "completed_at"),
        ("按期完成", "kept"),
        ("受益人数", "beneficiaries"),
        ("附件数", "files"),
        ("事项标识", "issue_ids"),
    ],
    row: |view, snapshot| {
        [
            id(view.id),
            view.version.into(),
            view.kind.into(),
            id(view.grid_id),
            name(snapshot, view.grid_id),
            view.unit_id.map(id).into(),
            view.unit_id.map(|unit| name(snapshot, unit)).into(),
            id(view.owner_delegate_id),
            name(snapshot, view.owner_delegate_id),
            day(view.promised_on),
            view.state.into(),
            view.overdue.into(),
            shown_instant(view.pledged_at.as_str(), snapshot),
            shown_instant(view.completed_at.as_deref(), snapshot),
            view.kept.into(),
            u64::try_from(view.beneficiary_count).unwrap_or(u64::MAX).into(),
            count(&view.file_ids),
            several(&view.issue_ids),
        ]
    },
};
