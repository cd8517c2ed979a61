//! Policy versions and topics as tables for a spreadsheet. What a version says is a document, not a row.

use crate::http::cells::day;
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::policies::view::PolicyView;
use domain::policy::Topic;

/// Versions.
pub(super) const VERSIONS: Table = Table {
    name: "policies",
    columns: &[("序号", "position"), ("版本", "version"), ("施行之日", "effective_from"), ("有效", "in_force")],
};

/// One of them.
pub(super) fn version(view: &PolicyView) -> Vec<Cell> {
    vec![view.position.into(), view.version.into(), day(view.effective_from), view.in_force.into()]
}

/// Topics.
pub(super) const TOPICS: Table = Table { name: "topics", columns: &[("代码", "code"), ("名称", "zh")] };

/// One of them.
pub(super) fn topic(topic: &Topic) -> Vec<Cell> {
    vec![topic.code.as_str().into(), topic.zh.as_str().into()]
}
