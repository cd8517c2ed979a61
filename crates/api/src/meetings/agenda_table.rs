//! The agenda of a grid as a table for a spreadsheet.

use crate::http::cells::{day, id};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use domain::meeting::{CameBefore, Waiting};

/// Major issues that wait.
pub(super) const TABLE: Table = Table {
    name: "agenda",
    columns: &[
        ("重大问题标识", "major_issue_id"),
        ("层级", "level"),
        ("状态", "state"),
        ("受理之日", "accepted_on"),
        ("等待天数", "days_waiting"),
        ("待决定", "decision_outstanding"),
        ("最近会议编号", "last_meeting_id"),
        ("最近会议之日", "last_meeting_on"),
        ("会议处理", "last_meeting_state"),
        ("暂缓理由", "reason_code"),
        ("下次会议编号", "next_meeting_id"),
        ("下次会议之日", "next_meeting_on"),
    ],
};

/// One of them.
pub(super) fn row(waiting: &Waiting) -> Vec<Cell> {
    let (last, next) = (waiting.last_meeting.as_ref(), waiting.next_meeting.as_ref());
    let which = |came: Option<&CameBefore>| Cell::from(came.map(|came| id(came.meeting_id.0)));
    let on = |came: Option<&CameBefore>| Cell::from(came.map(|came| day(came.on)));
    vec![
        id(waiting.major_issue_id.0),
        waiting.level.as_str().into(),
        waiting.state.as_str().into(),
        day(waiting.accepted_on),
        u64::from(waiting.days_waiting).into(),
        waiting.decision_outstanding.into(),
        which(last),
        on(last),
        last.map(|came| came.item.state().as_str()).into(),
        last.and_then(|came| came.item.reason_code()).map(|reason| reason.as_str()).into(),
        which(next),
        on(next),
    ]
}
