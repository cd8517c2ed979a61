//! Activities as a table for a spreadsheet, without what was said.

use crate::activities::view::ActivityView;
use crate::http::cells::{SEPARATOR, day, id, name, names, several, shown_instant};
use crate::http::csv::Cell;
use crate::undertakings::listed::Table;

pub(super) const TABLE: Table<ActivityView, 24> = Table {
    name: "activities",
    columns: &[
        ("活动编号", "id"),
        ("版本", "version"),
        ("活动种类", "kind"),
        ("网格编号", "grid_ids"),
        ("网格", "grids"),
        ("单位编号", "unit_id"),
        ("单位", "unit"),
        ("举行时间", "held_at"),
        ("季度", "quarter"),
        ("参加代表人数", "delegates"),
        ("参加代表", "delegate_names"),
        ("其他到会人数", "attendance"),
        ("宣讲形式", "outreach_form"),
        ("提问数", "questions_asked"),
        ("当场答复数", "questions_answered"),
        ("尚未登记为事项", "questions_open"),
        ("通报次数", "briefings"),
        ("活动方式", "mode"),
        ("留存附件数", "evidence"),
        ("已报送办公室", "offices"),
        ("报送期限", "reports_due_on"),
        ("听取意见次数", "hearings"),
        ("改进措施数", "improvements"),
        ("不完备之处", "faults"),
    ],
    row: |view, snapshot| {
        let who: Vec<_> = view.delegates.iter().map(|one| one.delegate_id).collect();
        let offices: Vec<_> = view.submissions.iter().map(|one| one.office_id).collect();
        [
            id(view.id),
            view.version.into(),
            view.kind.into(),
            several(&view.grid_ids),
            names(snapshot, &view.grid_ids),
            view.unit_id.map(id).into(),
            view.unit_id.map(|unit| name(snapshot, unit)).into(),
            shown_instant(view.held_at.as_str(), snapshot),
            view.quarter.clone().into(),
            number(view.delegates.len()),
            names(snapshot, &who),
            view.attendance.in_all().into(),
            view.outreach_form.into(),
            view.questions.map(|questions| u64::from(questions.asked)).into(),
            view.questions.map(|questions| u64::from(questions.answered)).into(),
            view.questions.map(|questions| u64::from(questions.open)).into(),
            view.briefings.map(u64::from).into(),
            view.mode.into(),
            number(view.evidence.len()),
            names(snapshot, &offices),
            view.reports_due_on.map(day).into(),
            number(view.hearings.len()),
            number(view.improvements.len()),
            view.faults.join(SEPARATOR).into(),
        ]
    },
};

fn number(count: usize) -> Cell {
    u64::try_from(count).unwrap_or(u64::MAX).into()
}
