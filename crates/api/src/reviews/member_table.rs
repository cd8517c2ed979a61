//! What is behind an indicator as a table for a spreadsheet: whatever it is of, with the same columns.

use crate::http::cells::{day, id};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::reviews::member::ReviewMemberView;
use casework::reviews::Frame;
use uuid::Uuid;

/// Members.
pub(super) const TABLE: Table = Table {
    name: "indicator",
    columns: &[
        ("事项标识", "issue_id"),
        ("事项编号", "number"),
        ("轮次", "cycle"),
        ("联系记录标识", "reception_id"),
        ("场次编号", "session_id"),
        ("调研编号", "study_id"),
        ("实事编号", "deed_id"),
        ("典型案例编号", "typical_case_id"),
        ("代表编号", "delegate_id"),
        ("代表", "delegate"),
        ("单位编号", "unit_id"),
        ("单位", "unit"),
        ("计入", "counted"),
        ("接待之日", "held_on"),
        ("登记之日", "recorded_on"),
        ("登记期限", "record_by"),
        ("起算之日", "clock_from"),
        ("期限", "due_on"),
        ("原期限", "original_due_on"),
        ("答复之日", "delivered_on"),
        ("阶段答复之日", "interim_on"),
        ("承诺日期", "commitment_on"),
        ("评价期限", "feedback_until"),
        ("上报之日", "escalated_on"),
        ("反馈之日", "reported_back_on"),
        ("应答复之日", "answer_by"),
        ("张贴之日", "posted_on"),
        ("完成之日", "finished_on"),
        ("报送之日", "submitted_on"),
        ("评选之日", "decided_on"),
        ("被采用", "referenced"),
        ("工作日", "working_days"),
        ("代表用时", "delegate_wd"),
        ("承办用时", "unit_wd"),
        ("中止用时", "suspended_wd"),
        ("答复结果", "outcome"),
        ("评价", "satisfaction"),
        ("更正数", "n"),
        ("记录数", "of"),
    ],
};

/// One of them.
pub(super) fn row(view: &ReviewMemberView, frame: &Frame) -> Vec<Cell> {
    let name = |id: Option<Uuid>| Cell::from(id.and_then(|id| frame.reference.name_of(id)));
    vec![
        view.issue_id.map(id).into(),
        view.number.as_deref().into(),
        view.cycle.map(u64::from).into(),
        view.reception_id.map(id).into(),
        view.session_id.map(id).into(),
        view.study_id.map(id).into(),
        view.deed_id.map(id).into(),
        view.typical_case_id.map(id).into(),
        view.delegate_id.map(id).into(),
        name(view.delegate_id),
        view.unit_id.map(id).into(),
        name(view.unit_id),
        view.counted.into(),
        view.held_on.map(day).into(),
        view.recorded_on.map(day).into(),
        view.record_by.map(day).into(),
        view.clock_from.map(day).into(),
        view.due_on.map(day).into(),
        view.original_due_on.map(day).into(),
        view.delivered_on.map(day).into(),
        view.interim_on.map(day).into(),
        view.commitment_on.map(day).into(),
        view.feedback_until.map(day).into(),
        view.escalated_on.map(day).into(),
        view.reported_back_on.map(day).into(),
        view.answer_by.map(day).into(),
        view.posted_on.map(day).into(),
        view.finished_on.map(day).into(),
        view.submitted_on.map(day).into(),
        view.decided_on.map(day).into(),
        view.referenced.into(),
        view.working_days.map(u64::from).into(),
        view.split.as_ref().map(|split| u64::from(split.delegate)).into(),
        view.split.as_ref().map(|split| u64::from(split.unit)).into(),
        view.split.as_ref().map(|split| u64::from(split.suspended)).into(),
        view.outcome.into(),
        view.satisfaction.into(),
        view.n.map(u64::from).into(),
        view.of.map(u64::from).into(),
    ]
}
