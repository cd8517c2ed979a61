//! Meetings as a table for a spreadsheet, without what was said.

use crate::http::cells::{count, day, id, name, shown_instant};
use crate::http::csv::Cell;
use crate::meetings::view::MeetingView;
use crate::undertakings::attendance::AttendanceView;
use crate::undertakings::listed::Table;
use domain::vocabulary::AgendaItemState;

pub(super) const TABLE: Table<MeetingView, 18> = Table {
    name: "meetings",
    columns: &[
        ("会议编号", "id"),
        ("版本", "version"),
        ("会议种类", "kind"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("所定日期", "scheduled_on"),
        ("季度", "quarter"),
        ("与工作例会合并", "with_work_meeting"),
        ("状态", "state"),
        ("召集时间", "convened_at"),
        ("召开时间", "held_at"),
        ("取消时间", "cancelled_at"),
        ("到会代表人数", "delegates"),
        ("其他到会人数", "attendance"),
        ("上会重大问题数", "agenda_items"),
        ("作出决定数", "decided"),
        ("暂缓研究数", "deferred"),
        ("附件数", "files"),
    ],
    row: |view, snapshot| {
        let of_state = |state: &str| number(view.agenda_items.iter().filter(|item| item.state == state).count());
        [
            id(view.id),
            view.version.into(),
            view.kind.into(),
            id(view.grid_id),
            name(snapshot, view.grid_id),
            day(view.scheduled_on),
            view.quarter.clone().into(),
            view.with_work_meeting.into(),
            view.state.into(),
            shown_instant(view.convened_at.as_str(), snapshot),
            shown_instant(view.held_at.as_deref(), snapshot),
            shown_instant(view.cancelled_at.as_deref(), snapshot),
            number(view.delegates.len()),
            view.attendance.as_ref().map(AttendanceView::in_all).into(),
            number(view.agenda_items.len()),
            of_state(AgendaItemState::Decided.as_str()),
            of_state(AgendaItemState::Deferred.as_str()),
            count(&view.file_ids),
        ]
    },
};

fn number(count: usize) -> Cell {
    u64::try_from(count).unwrap_or(u64::MAX).into()
}
