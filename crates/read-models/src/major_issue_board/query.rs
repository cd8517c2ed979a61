//! `GET /v1/major-issues`.

use super::row::{COLUMNS, MajorIssueRow, NEVER};
use crate::engine::cursor::{Cursor, QueryMark};
use crate::engine::list::{KeyKind, ListError, Listed, Order, PageEnd, PageRequest, Select, in_order_of, once_each};
use crate::engine::sqlite::Sql;
use crate::engine::within::{Conditions, Of, Within};
use chrono::{Datelike as _, NaiveDate};
use domain::ids::{AreaId, MajorIssueId, OfficeId};
use domain::vocabulary::{Level, MajorIssueState};
use std::ops::ControlFlow;

/// Order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MajorIssueSort {
    /// Newest first (`-submitted`).
    #[default]
    SubmittedDescending,
    /// Oldest first (`submitted`).
    Submitted,
    /// By the day on which the lead office is to report, those without one last (`due`).
    Due,
}

/// Filters of the list; an absent one lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MajorIssueQuery {
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// In any of these states; none named means all.
    pub states: Vec<MajorIssueState>,
    /// At this level.
    pub level: Option<Level>,
    /// Led by this office.
    pub lead_office_id: Option<OfficeId>,
    /// Submitted on or after, town date.
    pub from: Option<NaiveDate>,
    /// Submitted on or before, town date.
    pub to: Option<NaiveDate>,
    /// With a report due on or before: together with the states under way and the day before today, the overdue ones.
    pub due_to: Option<NaiveDate>,
    /// What whoever asks may see.
    pub within: Within,
    /// These, in this order, all on one page; none named means all, in the order of `sort`.
    pub ids: Vec<MajorIssueId>,
    /// Order.
    pub sort: MajorIssueSort,
}

impl MajorIssueQuery {
    fn states(&self) -> Vec<MajorIssueState> {
        once_each(&self.states)
    }

    /// Whether a cursor came from a page of this very query.
    pub fn is_continued_by(&self, cursor: &str) -> bool {
        Cursor::decode(cursor, &self.mark()).is_ok()
    }

    fn mark(&self) -> QueryMark {
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string());
        let states = self.states().iter().map(|state| state.as_str()).collect::<Vec<_>>().join(",");
        let sort = match self.sort {
            MajorIssueSort::SubmittedDescending => "-submitted",
            MajorIssueSort::Submitted => "submitted",
            MajorIssueSort::Due => "due",
        };
        QueryMark::of("major_issues")
            .with("sort", Some(sort))
            .with("lead_office_id", self.lead_office_id.map(|id| id.to_string()).as_deref())
            .with("grid_id", self.grid_id.map(|id| id.to_string()).as_deref())
            .with("state", Some(&states))
            .with("level", self.level.map(Level::as_str))
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
            .with("due_to", day(self.due_to).as_deref())
    }
}

/// One page of the major issues that match.
pub(crate) fn list(
    sql: &Sql,
    query: &MajorIssueQuery,
    request: &PageRequest,
) -> Result<Listed<MajorIssueRow>, ListError> {
    let (select, order) = asked(query);
    let place = place(order.key_kind);
    let mut listed = select.page(sql, order, request, &query.mark(), MajorIssueRow::read, place)?;
    in_order_of(&mut listed.items, &query.ids, |row| row.major_issue_id);
    Ok(listed)
}

/// The same, one after the other.
pub(crate) fn each(
    sql: &Sql,
    query: &MajorIssueQuery,
    request: &PageRequest,
    show: impl FnMut(MajorIssueRow) -> ControlFlow<()>,
) -> Result<PageEnd, ListError> {
    // Those asked for by their ids are few, and come in another order than they are read in.
    if !query.ids.is_empty() {
        return Ok(list(sql, query, request)?.told(show));
    }
    let (select, order) = asked(query);
    select.each(sql, order, request, &query.mark(), MajorIssueRow::read, place(order.key_kind), show)
}

fn place(key_kind: KeyKind) -> impl Fn(&MajorIssueRow) -> Cursor {
    move |row| Cursor {
        key: match key_kind {
            KeyKind::Instant => row.submitted_at.timestamp_millis(),
            KeyKind::Day => row.due_on.unwrap_or(NEVER).num_days_from_ce().into(),
        },
        id: row.major_issue_id.0,
    }
}

/// Whose a major issue is: theirs whose issues are in it.
pub(crate) const WITHIN: Conditions = Conditions {
    grids: "+major_issue_board.grid_id in",
    delegates: &[
        "exists (select 1 from json_each(major_issue_board.issue_ids) as linked, issue_board_rows as issue \
         where issue.issue_id = unhex(replace(linked.value, '-', '')) and issue.responsible_delegate_id in",
        "exists (select 1 from json_each(major_issue_board.issue_ids) as linked, issue_board_rows as issue, \
         json_each(issue.former_delegate_ids) as former where issue.issue_id = unhex(replace(linked.value, '-', '')) \
         and unhex(replace(former.value, '-', '')) in",
    ],
    accounts: Some("major_issue_board.begun_by in"),
    line: Of::Row(
        "exists (select 1 from json_each(major_issue_board.issue_ids) as linked, issue_board_rows as issue, \
         reception_list_rows as reception where issue.issue_id = unhex(replace(linked.value, '-', '')) \
         and reception.reception_id = issue.reception_id and instr(reception.delegates, '\"party\"') > 0)",
    ),
    offices: &["exists (select 1 from json_each(json_insert(major_issue_board.support_office_ids, '$[#]', \
         lower(hex(major_issue_board.lead_office_id)))) as office where unhex(replace(office.value, '-', '')) in"],
};

/// The question as SQL.
pub(crate) fn asked(query: &MajorIssueQuery) -> (Select, Order) {
    let mut select = Select::new(COLUMNS, super::DEFINITION.name, "major_issue_board_rows as major_issue_board");
    query.within.narrow(&mut select, &WITHIN);
    select.also_among("major_issue_board.major_issue_id in", query.ids.iter().map(|id| id.0));
    let states = query.states();
    let by_id = !query.ids.is_empty();
    // Those under way are few; their index holds what they are asked by, and says this as it is said here.
    let under_way = !by_id && !states.is_empty() && !states.iter().any(|state| OVER.contains(state));
    if under_way {
        select.also("state not in ('concluded', 'returned', 'referred')");
    }
    // An office leads few; by due date all are read in their order. A `+` keeps SQLite, which has no statistics, from
    // another index than the one meant.
    let by_lead = !by_id && !under_way && query.lead_office_id.is_some();
    let in_order = by_id || under_way || by_lead || query.sort == MajorIssueSort::Due;
    let said = |plain, beside| if in_order { beside } else { plain };
    let lead = if by_lead { "lead_office_id = " } else { "+lead_office_id = " };
    select.also_bind(lead, query.lead_office_id.map(|id| id.0));
    select.also_bind(said("grid_id = ", "+grid_id = "), query.grid_id.map(|id| id.0));
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
    select.also_bind("due_on <= ", query.due_to);
    let (key, key_kind) = match query.sort {
        MajorIssueSort::Submitted | MajorIssueSort::SubmittedDescending => ("submitted_at", KeyKind::Instant),
        MajorIssueSort::Due => ("due_key", KeyKind::Day),
    };
    let descending = query.sort == MajorIssueSort::SubmittedDescending;
    (select, Order { key, key_kind, id: "major_issue_id", descending })
}

/// States in which nothing is under way any more.
const OVER: &[MajorIssueState] = &[MajorIssueState::Concluded, MajorIssueState::Returned, MajorIssueState::Referred];
