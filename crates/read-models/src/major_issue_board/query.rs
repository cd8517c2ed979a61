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
    let states = query.states();
    // Those under way are few; their index holds what they are asked by, and says this as it is said here.
    let under_way = !states.is_empty() && !states.iter().any(|state| OVER.contains(state));
    if under_way {
        select.also("state not in ('concluded', 'returned', 'referred')");
    }
    // A `+` keeps SQLite, which has no statistics, from another index than that of those under way.
    let said = |plain, beside| if under_way { beside } else { plain };
    select.also_bind(said("grid_id = ", "+grid_id = "), query.grid_id.map(|id| id.to_string()));
    match states.as_slice() {
        [] => {}
        [state] => select.also_bind(said("state = ", "+state = "), Some(state.as_str())),
        several => {
            // Each state by itself would be sorted.
            select.also("+state in");
            select.bind_list(several.iter().map(|state| state.as_str()));
        }
    }
    select.also_bind("level = ", query.level.map(Level::as_str));
    let range = (query.from, query.to);
    select.held("submitted_at >= ", "submitted_on >= ", "submitted_at < ", "submitted_on <= ", range);
    select.also_bind("due_on <= ", query.due_to.map(|on| on.to_string()));
    let order = Order { key: "submitted_at", key_kind: KeyKind::Instant, id: "major_issue_id", descending: true };
    let place = |row: &MajorIssueRow| Cursor { key: row.submitted_at.timestamp_millis(), id: row.major_issue_id.0 };
    select.page(pool, order, request, &query.mark(), MajorIssueRow::read, place).await
}

/// States in which nothing is under way any more.
const OVER: &[MajorIssueState] = &[MajorIssueState::Concluded, MajorIssueState::Returned, MajorIssueState::Referred];
