//! Typical cases as a table for a spreadsheet, without what was said of them.

use crate::http::cells::{SEPARATOR, id, name, names, several, shown_instant};
use crate::http::csv::Cell;
use crate::typical_cases::view::TypicalCaseView;
use crate::undertakings::listed::Table;
use uuid::Uuid;

pub(super) const TABLE: Table<TypicalCaseView, 18> = Table {
    name: "typical-cases",
    columns: &[
        ("典型案例编号", "id"),
        ("版本", "version"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("状态", "state"),
        ("推荐时间", "nominated_at"),
        ("去标识时间", "deidentified_at"),
        ("同意书编号", "consent_file_id"),
        ("上报办公室编号", "office_ids"),
        ("上报办公室", "offices"),
        ("入选时间", "selected_at"),
        ("未入选时间", "rejected_at"),
        ("发布渠道", "channels"),
        ("加注数", "annotations"),
        ("待加注", "annotation_due"),
        ("事项标识", "issue_ids"),
        ("活动标识", "activity_ids"),
        ("实事标识", "deed_ids"),
    ],
    row: |view, snapshot| {
        let offices: Vec<Uuid> = view.submissions.iter().map(|submission| submission.office_id).collect();
        let mut channels: Vec<&str> = view.publications.iter().map(|published| published.channel).collect();
        channels.sort_unstable();
        channels.dedup();
        [
            id(view.id),
            view.version.into(),
            id(view.grid_id),
            name(snapshot, view.grid_id),
            view.state.into(),
            shown_instant(view.nominated_at.as_str(), snapshot),
            shown_instant(view.deidentified_at.as_deref(), snapshot),
            view.consent_file_id.map(id).into(),
            several(&offices),
            names(snapshot, &offices),
            shown_instant(view.selected_at.as_deref(), snapshot),
            shown_instant(view.rejected_at.as_deref(), snapshot),
            Cell::from(channels.join(SEPARATOR)),
            u64::try_from(view.annotations.len()).unwrap_or(u64::MAX).into(),
            view.annotation_due.into(),
            several(&view.sources.issue_ids),
            several(&view.sources.activity_ids),
            several(&view.sources.deed_ids),
        ]
    },
};
