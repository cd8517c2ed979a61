//! Issues as a table for a spreadsheet: the facts of each row, with the names of places and people beside their ids. What
//! was said and who came is not in it.

use crate::http::cells::{day, id, instant, name};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::state::Snapshot;
use read_models::IssueRow;

/// Issues.
pub(super) const TABLE: Table = Table {
    name: "issues",
    columns: &[
        ("事项标识", "id"),
        ("编号", "number"),
        ("版本", "version"),
        ("状态", "state"),
        ("计时", "clock"),
        ("期限情况", "lateness"),
        ("督办", "supervised"),
        ("轮次", "cycle"),
        ("类别", "kind"),
        ("主题代码", "topic"),
        ("主题", "topic_name"),
        ("联系记录标识", "reception_id"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("单位编号", "unit_id"),
        ("单位", "unit"),
        ("首问责任人编号", "responsible_delegate_id"),
        ("首问责任人", "responsible_delegate"),
        ("重大问题标识", "major_issue_id"),
        ("提出时间", "raised_at"),
        ("办理期限", "answer_due_on"),
        ("原办理期限", "original_answer_due_on"),
        ("阶段性答复日", "interim_due_on"),
        ("暂定", "provisional"),
        ("答复结果", "outcome"),
        ("答复方式", "channel"),
        ("答复时间", "delivered_at"),
        ("答复人编号", "answered_by"),
        ("答复人", "answered_by_name"),
        ("当场解答", "on_the_spot"),
        ("承诺日期", "commitment_on"),
        ("按期答复", "answered_on_time"),
        ("评价", "satisfaction"),
        ("延期待决定", "extension_pending"),
        ("重办待决定", "reopening_pending"),
        ("更正待决定", "correction_pending"),
        ("最近告知", "last_word"),
        ("最近告知时间", "last_word_at"),
    ],
};

/// One of them.
pub(super) fn row(row: &IssueRow, snapshot: &Snapshot) -> Vec<Cell> {
    let policies = &snapshot.reference.policies;
    let topic_name = |code: &str| policies.all().iter().rev().find_map(|policy| policy.topic(code));
    let answer = row.answer.as_ref();
    vec![
        id(row.issue_id.0),
        row.number.as_str().into(),
        row.version.0.into(),
        row.state.as_str().into(),
        row.clock.as_str().into(),
        row.lateness(snapshot.today).as_str().into(),
        row.supervised.into(),
        u64::from(row.cycle).into(),
        row.kind.as_str().into(),
        row.topic.as_str().into(),
        topic_name(&row.topic).map(|topic| topic.zh.as_str()).into(),
        id(row.reception_id.0),
        id(row.grid_id.0),
        name(snapshot, row.grid_id.0),
        row.unit_id.map(|unit| id(unit.0)).into(),
        row.unit_id.map(|unit| name(snapshot, unit.0)).into(),
        id(row.responsible_delegate_id.0),
        name(snapshot, row.responsible_delegate_id.0),
        row.major_issue_id.map(|major| id(major.0)).into(),
        instant(row.raised_at, snapshot),
        day(row.answer_due_on),
        day(row.original_answer_due_on),
        row.interim_due_on.map(day).into(),
        row.provisional.into(),
        answer.map(|answer| answer.outcome.as_str()).into(),
        answer.map(|answer| answer.channel.as_str()).into(),
        answer.map(|answer| instant(answer.delivered_at, snapshot)).into(),
        answer.map(|answer| id(answer.answered_by.0)).into(),
        answer.map(|answer| name(snapshot, answer.answered_by.0)).into(),
        answer.map(|answer| answer.on_the_spot).into(),
        answer.and_then(|answer| answer.commitment_on).map(day).into(),
        row.answered_on_time.into(),
        row.satisfaction.map(domain::vocabulary::Satisfaction::as_str).into(),
        row.extension_pending.into(),
        row.reopening_pending.into(),
        row.correction_pending.into(),
        row.last_word.as_str().into(),
        instant(row.last_word_at, snapshot),
    ]
}
