//! `GET /v1/major-issues`, newest first.

use super::row::{COLUMNS, MajorIssueRow};
use crate::cursor::{Cursor, QueryMark};
use crate::list::{KeyKind, ListError, Listed, Order, PageRequest, Select};
use chrono::NaiveDate;
use domain::ids::AreaId;
use domain::vocabulary::{Level, MajorIssueState};
use sqlx::SqlitePool;

/// Filters of the list; an absent one lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MajorIssueQuery {
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// In any of these states; none named means all.
    pub states: Vec<MajorIssueState>,
    /// At this level.
    pub level: Option<Level>,
    /// Submitted on or after, town date.
    pub from: Option<NaiveDate>,
    /// Submitted on or before, town date.
    pub to: Option<NaiveDate>,
    /// With a report due on or before: together with the states under way and the day before today, the overdue ones.
    pub due_to: Option<NaiveDate>,
}

impl MajorIssueQuery {
    fn states(&self) -> Vec<MajorIssueState> {
        let mut states = self.states.clone();
        states.sort_unstable();
        states.dedup();
        states
    }

    fn mark(&self) -> QueryMark {
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string());
        let states = self.states().iter().map(|state| state.as_str()).collect::<Vec<_>>().join(",");
        QueryMark::of("major_issues")
            .with("grid_id", self.grid_id.map(|id| id.to_string()).as_deref())
            .with("state", Some(&states))
            .with("level", self.level.map(Level::as_str))
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
            .with("due_to", day(self.due_to).as_deref())
    }
}

/// One page of the major issues that match.
pub(crate) async fn list(
    pool: &SqlitePool,
    query: &MajorIssueQuery,
    request: &PageRequest,
) -> Result<Listed<MajorIssueRow>, ListError> {
    let mut select = Select::new(COLUMNS, super::DEFINITION.name);
    select.also_bind("grid_id = ", query.grid_id.map(|id| id.to_string()));
    let states = query.states();
    if !states.is_empty() {
        let mut list = select.also("state in (").separated(", ");
        for state in states {
            list.push_bind(state.as_str());
        }
        list.push_unseparated(")");
    }
    select.also_bind("level = ", query.level.map(Level::as_str));
    select.also_bind("submitted_on >= ", query.from.map(|on| on.to_string()));
    select.also_bind("submitted_on <= ", query.to.map(|on| on.to_string()));
    select.also_bind("due_on <= ", query.due_to.map(|on| on.to_string()));
    let order = Order { key: "submitted_at", key_kind: KeyKind::Instant, id: "major_issue_id", descending: true };
    let place = |row: &MajorIssueRow| Cursor { key: row.submitted_at.timestamp_millis(), id: row.major_issue_id.0 };
    select.page(pool, order, request, &query.mark(), MajorIssueRow::read, place).await
}
