//! Annual reviews as a table for a spreadsheet, one in a row.

use crate::http::cells::{day, shown_instant};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::reviews::year_view::AnnualReviewView;
use crate::state::Snapshot;

/// Annual reviews.
pub(super) const TABLE: Table = Table {
    name: "reviews",
    columns: &[
        ("年度", "year"),
        ("状态", "state"),
        ("启动时间", "opened_at"),
        ("冻结时间", "frozen_at"),
        ("序号", "position"),
        ("日志根", "root"),
        ("算法", "rules"),
        ("规则位置", "policy_position"),
        ("冻结数量", "subjects"),
        ("异议期限", "disputes_until"),
        ("可定结果之日", "results_from"),
    ],
};

/// One of them.
pub(super) fn row(view: &AnnualReviewView, snapshot: &Snapshot) -> Vec<Cell> {
    vec![
        i64::from(view.year).into(),
        view.state.into(),
        shown_instant(view.opened_at.as_str(), snapshot),
        shown_instant(view.frozen_at.as_deref(), snapshot),
        view.position.into(),
        view.root.as_deref().into(),
        view.rules.as_deref().into(),
        view.policy_position.into(),
        view.subjects.map(u64::from).into(),
        view.disputes_until.map(day).into(),
        view.results_from.map(day).into(),
    ]
}
