//! Legal holds as a table for a spreadsheet.

use super::view::LegalHoldView;
use crate::http::cells::id;
use crate::http::csv::Cell;
use crate::http::tables::Table;

/// Legal holds.
pub(super) const TABLE: Table = Table {
    name: "legal-holds",
    columns: &[
        ("保全编号", "id"),
        ("状态", "state"),
        ("涉及处数", "subjects"),
        ("事项编号", "issue_id"),
        ("接待编号", "reception_id"),
        ("网格编号", "grid_id"),
        ("首日", "from"),
        ("末日", "to"),
        ("保全末日", "until_on"),
        ("设定时间", "set_at"),
        ("解除时间", "lifted_at"),
        ("版本", "version"),
    ],
};

/// One of them.
pub(super) fn row(hold: &LegalHoldView) -> Vec<Cell> {
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().into();
    let named = |of: Option<uuid::Uuid>| of.map_or_else(|| "".into(), id);
    let scope = &hold.scope;
    let subjects = scope.subjects.map(|count| u64::try_from(count).unwrap_or(u64::MAX));
    vec![
        id(hold.id),
        hold.state.into(),
        subjects.map_or_else(|| "".into(), Cell::from),
        named(scope.issue_id),
        named(scope.reception_id),
        named(scope.grid_id),
        text(&scope.from),
        text(&scope.to),
        hold.until_on.as_str().into(),
        hold.set_at.as_str().into(),
        text(&hold.lifted_at),
        hold.version.into(),
    ]
}
