//! Appointments as a table for a spreadsheet, without what was said, where, and by whom they were asked for.

use crate::appointments::view::AppointmentView;
use crate::http::cells::{day, id, name, shown_instant};
use crate::undertakings::listed::Table;

pub(super) const TABLE: Table<AppointmentView, 20> = Table {
    name: "appointments",
    columns: &[
        ("预约编号", "id"),
        ("版本", "version"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("单位编号", "unit_id"),
        ("单位", "unit"),
        ("指名代表编号", "delegate_id"),
        ("指名代表", "delegate"),
        ("状态", "state"),
        ("预约时间", "requested_at"),
        ("应联系之日", "contact_due_on"),
        ("首次联系时间", "contacted_at"),
        ("约定代表编号", "scheduled_delegate_id"),
        ("约定代表", "scheduled_delegate"),
        ("约定之日", "scheduled_on"),
        ("约定时间", "scheduled_from"),
        ("逾期", "overdue"),
        ("走访时间", "kept_at"),
        ("联系记录编号", "reception_id"),
        ("由谁取消", "cancelled_by"),
    ],
    row: |view, snapshot| {
        let agreed = view.scheduled.as_ref();
        [
            id(view.id),
            view.version.into(),
            id(view.grid_id),
            name(snapshot, view.grid_id),
            view.unit_id.map(id).into(),
            view.unit_id.map(|unit| name(snapshot, unit)).into(),
            view.delegate_id.map(id).into(),
            view.delegate_id.map(|who| name(snapshot, who)).into(),
            view.state.into(),
            shown_instant(view.requested_at.as_str(), snapshot),
            day(view.contact_due_on),
            shown_instant(view.contacted_at.as_deref(), snapshot),
            agreed.map(|agreed| id(agreed.delegate_id)).into(),
            agreed.map(|agreed| name(snapshot, agreed.delegate_id)).into(),
            agreed.map(|agreed| day(agreed.scheduled_on)).into(),
            agreed.map(|agreed| agreed.from.clone()).into(),
            view.overdue.into(),
            shown_instant(view.kept_at.as_deref(), snapshot),
            view.reception_id.map(id).into(),
            view.cancelled.as_ref().map(|cancelled| cancelled.by).into(),
        ]
    },
};
