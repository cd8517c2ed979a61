//! Studies and inspections as a table for a spreadsheet, without what was said.

use crate::http::cells::{SEPARATOR, count, day, id, name, names, several, shown_instant};
use crate::studies::view::StudyView;
use crate::undertakings::listed::Table;

pub(super) const TABLE: Table<StudyView, 20> = Table {
    name: "studies",
    columns: &[
        ("调研编号", "id"),
        ("版本", "version"),
        ("类别", "kind"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("主题", "topics"),
        ("牵头代表编号", "lead_delegate_id"),
        ("牵头代表", "lead"),
        ("参加代表编号", "delegate_ids"),
        ("参加代表", "delegates"),
        ("开展时间", "held_at"),
        ("状态", "state"),
        ("完成时间", "finished_at"),
        ("应报送之日", "due_on"),
        ("已报送", "filed"),
        ("报送之日", "filed_on"),
        ("未报送办公室", "lacking"),
        ("采用次数", "uses"),
        ("听取意见次数", "hearings"),
        ("附件数", "files"),
    ],
    row: |view, snapshot| {
        let whole = |count: usize| u64::try_from(count).unwrap_or(u64::MAX).into();
        [
            id(view.id),
            view.version.into(),
            view.kind.into(),
            view.grid_id.map(id).into(),
            view.grid_id.map(|grid| name(snapshot, grid)).into(),
            view.topics.join(SEPARATOR).into(),
            id(view.lead_delegate_id),
            name(snapshot, view.lead_delegate_id),
            several(&view.delegate_ids),
            names(snapshot, &view.delegate_ids),
            shown_instant(view.held_at.as_str(), snapshot),
            view.state.into(),
            shown_instant(view.finished_at.as_deref(), snapshot),
            view.due_on.map(day).into(),
            view.filed.into(),
            view.filed_on.map(day).into(),
            view.lacking.join(SEPARATOR).into(),
            whole(view.uses.len()),
            whole(view.hearings.len()),
            count(&view.file_ids),
        ]
    },
};
