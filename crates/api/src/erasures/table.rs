//! Erasures as a table for a spreadsheet.

use super::view::ErasureView;
use crate::http::cells::{SEPARATOR, id};
use crate::http::csv::Cell;
use crate::http::tables::Table;

/// Erasures.
pub(super) const TABLE: Table = Table {
    name: "erasures",
    columns: &[
        ("申请编号", "id"),
        ("状态", "state"),
        ("理由", "ground"),
        ("类别", "classes"),
        ("涉及处数", "subjects"),
        ("提出时间", "requested_at"),
        ("最迟决定日", "decide_by"),
        ("决定时间", "decided_at"),
        ("拒绝理由", "refusal_ground"),
        ("执行完成时间", "completed_at"),
        ("密钥期", "epoch"),
        ("版本", "version"),
    ],
};

/// One of them.
pub(super) fn row(erasure: &ErasureView) -> Vec<Cell> {
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().into();
    vec![
        id(erasure.id),
        erasure.state.into(),
        erasure.ground.into(),
        erasure.classes.join(SEPARATOR).into(),
        u64::try_from(erasure.subjects).unwrap_or(u64::MAX).into(),
        erasure.requested_at.as_str().into(),
        erasure.decide_by.as_str().into(),
        text(&erasure.decided_at),
        erasure.refusal_ground.unwrap_or_default().into(),
        text(&erasure.completed_at),
        erasure.epoch.map_or_else(|| "".into(), |epoch| u64::from(epoch).into()),
        erasure.version.into(),
    ]
}
