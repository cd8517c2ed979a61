//! Sessions as a table for a spreadsheet, without what was said.

use crate::http::cells::{SEPARATOR, day, id, instant, name, names, several};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::sessions::parts::SlotView;
use crate::sessions::view::SessionView;
use crate::state::Snapshot;
use domain::session::Session;
use domain::vocabulary::DelegateType;
use uuid::Uuid;

/// Sessions.
pub(super) const TABLE: Table = Table {
    name: "sessions",
    columns: &[
        ("场次编号", "id"),
        ("版本", "version"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("对应接待日", "ordinary_on"),
        ("举行之日", "held_on"),
        ("开始", "from"),
        ("结束", "to"),
        ("地点", "venue"),
        ("状态", "state"),
        ("轮值已公布", "published"),
        ("党代表编号", "party_ids"),
        ("党代表", "party"),
        ("人大代表编号", "deputy_ids"),
        ("人大代表", "deputy"),
        ("应公示之日", "notice_due_on"),
        ("已公示单位", "noticed_units"),
        ("未公示单位", "notice_missing_of"),
        ("开始时间", "opened_at"),
        ("结束时间", "closed_at"),
        ("来访人数", "visitor_count"),
        ("应报送记录之日", "record_due_on"),
        ("报送之日", "record_filed_on"),
        ("认定", "verdict"),
        ("无效情形", "reasons"),
        ("其他情形", "remarks"),
    ],
};

/// One of them, with what is shown of it.
pub(super) fn row(session: &Session, view: &SessionView, snapshot: &Snapshot) -> Vec<Cell> {
    let (party, deputy) = (on_duty(view, DelegateType::Party), on_duty(view, DelegateType::Deputy));
    let posted: Vec<Uuid> = view.notices.iter().map(|notice| notice.unit_id).collect();
    vec![
        id(view.id),
        view.version.into(),
        id(view.grid_id),
        name(snapshot, view.grid_id),
        day(view.ordinary_on),
        day(view.held_on),
        view.from.as_str().into(),
        view.to.as_str().into(),
        view.venue.clone().into(),
        view.state.into(),
        view.published.into(),
        several(&party),
        names(snapshot, &party),
        several(&deputy),
        names(snapshot, &deputy),
        day(view.notice_due_on),
        names(snapshot, &posted),
        names(snapshot, &view.notice_missing_of),
        session.opened.map(|opened| instant(opened.at, snapshot)).into(),
        session.closed.map(|closed| instant(closed.at, snapshot)).into(),
        view.visitor_count.map(u64::from).into(),
        view.record_due_on.map(day).into(),
        view.record_filed_on.map(day).into(),
        view.verdict.into(),
        words(&view.reasons),
        words(&view.remarks),
    ]
}

fn on_duty(view: &SessionView, of: DelegateType) -> Vec<Uuid> {
    let slots = view.slots.iter().filter(|slot| slot.delegate_type == of.as_str());
    slots.map(|slot: &SlotView| slot.substitute_id.unwrap_or(slot.delegate_id)).collect()
}

fn words(findings: &[&str]) -> Cell {
    findings.join(SEPARATOR).into()
}
