//! `GET /v1/sessions`.

use super::row::{COLUMNS, SessionRow};
use crate::engine::cursor::{Cursor, QueryMark};
use crate::engine::list::{KeyKind, ListError, Listed, Order, PageEnd, PageRequest, Select, once_each};
use crate::engine::sqlite::Sql;
use chrono::{Datelike as _, NaiveDate};
use domain::ids::{AreaId, DelegateId, SessionId};
use domain::vocabulary::{SessionState, Verdict};
use std::ops::ControlFlow;

/// What of a session waits for somebody's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionPending {
    /// A correction of its record.
    Correction,
    /// An objection that is not answered.
    Objection,
}

impl SessionPending {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Correction, Self::Objection];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Objection => "objection",
        }
    }

    const fn column(self) -> &'static str {
        match self {
            Self::Correction => "correction_pending",
            Self::Objection => "objection_pending",
        }
    }
}

/// Filters of the list, which is in the order of the days held; an absent one lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionQuery {
    /// This one alone.
    pub id: Option<SessionId>,
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// In which this delegate has or had a duty, or to which they came.
    pub delegate_id: Option<DelegateId>,
    /// Held on or after.
    pub from: Option<NaiveDate>,
    /// Held on or before.
    pub to: Option<NaiveDate>,
    /// In one of these states; none named means any.
    pub states: Vec<SessionState>,
    /// With this verdict today.
    pub verdict: Option<Verdict>,
    /// Held; or not held, though its day is over and nobody cancelled it.
    pub held: Option<bool>,
    /// Whether nobody came, of those that are closed.
    pub zero_visitor: Option<bool>,
    /// Whether its rota is published.
    pub published: Option<bool>,
    /// With one of these waiting for a decision; none named means all.
    pub pending: Vec<SessionPending>,
}

impl SessionQuery {
    /// Whether a cursor came from a page of this very query.
    pub fn is_continued_by(&self, cursor: &str) -> bool {
        Cursor::decode(cursor, &self.mark()).is_ok()
    }

    fn mark(&self) -> QueryMark {
        let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string());
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string());
        let flag = |flag: Option<bool>| flag.map(|flag| if flag { "true" } else { "false" });
        let states = once_each(&self.states);
        let pending = once_each(&self.pending).iter().map(|one| one.as_str()).collect::<Vec<_>>().join(",");
        let mut mark = QueryMark::of("sessions")
            .with("id", id(self.id.map(|id| id.0)).as_deref())
            .with("grid_id", id(self.grid_id.map(|id| id.0)).as_deref())
            .with("delegate_id", id(self.delegate_id.map(|id| id.0)).as_deref())
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
            .with("verdict", self.verdict.map(Verdict::as_str))
            .with("held", flag(self.held))
            .with("zero_visitor", flag(self.zero_visitor))
            .with("published", flag(self.published))
            .with("pending", Some(&pending));
        for state in states {
            mark = mark.with("state", Some(state.as_str()));
        }
        mark
    }
}

/// One page of the sessions that match. `today` is the town's date that verdicts refer to.
pub(crate) fn list(
    sql: &Sql,
    query: &SessionQuery,
    today: NaiveDate,
    request: &PageRequest,
) -> Result<Listed<SessionRow>, ListError> {
    let (select, order) = asked(query, today);
    select.page(sql, order, request, &query.mark(), SessionRow::read, place)
}

/// The same, one after the other.
pub(crate) fn each(
    sql: &Sql,
    query: &SessionQuery,
    today: NaiveDate,
    request: &PageRequest,
    show: impl FnMut(SessionRow) -> ControlFlow<()>,
) -> Result<PageEnd, ListError> {
    let (select, order) = asked(query, today);
    select.each(sql, order, request, &query.mark(), SessionRow::read, place, show)
}

fn place(row: &SessionRow) -> Cursor {
    Cursor { key: row.session.held.on.num_days_from_ce().into(), id: row.session_id.0 }
}

/// The question as SQL.
pub(crate) fn asked(query: &SessionQuery, today: NaiveDate) -> (Select, Order) {
    let order = |key, id| Order { key, key_kind: KeyKind::Day, id, descending: false };
    // All but the key.
    let (model, shown) = (super::DEFINITION.name, COLUMNS.split_at(1).1);
    let (mut select, order) = if let Some(delegate_id) = query.delegate_id {
        // A cross join, since the duties come first: they are in the order of the list.
        let mut select = Select::new(shown, model, DUTIES);
        select.also_bind("duty.delegate_id = ", Some(delegate_id.0));
        select.also_bind("duty.held_on >= ", query.from);
        select.also_bind("duty.held_on <= ", query.to);
        (select, order("duty.held_on", "duty.session_id"))
    } else {
        let mut select = Select::new(shown, model, SESSIONS);
        let alone = query.id.is_some();
        let day = |said, passed_over| if alone { passed_over } else { said };
        select.also_bind(day("session_list.held_on >= ", "+session_list.held_on >= "), query.from);
        select.also_bind(day("session_list.held_on <= ", "+session_list.held_on <= "), query.to);
        (select, order("session_list.held_on", "session_list.session_id"))
    };
    select.also_bind("session_list.session_id = ", query.id.map(|id| id.0));
    // Of a delegate's few sessions, and of the few that wait, the grid is looked at one by one (`+` keeps SQLite from the
    // other index).
    let few = query.delegate_id.is_some() || query.id.is_some() || !query.pending.is_empty();
    let grid = if few { "+grid_id = " } else { "grid_id = " };
    select.also_bind(grid, query.grid_id.map(|id| id.0));
    if !query.states.is_empty() {
        select.also("+state in");
        select.bind_list(once_each(&query.states).into_iter().map(SessionState::as_str));
    }
    if !query.pending.is_empty() {
        // As the partial index says it: SQLite does not look into bound values.
        if query.delegate_id.is_none() && query.id.is_none() {
            select.also("(correction_pending or objection_pending)");
        }
        select.also("+(");
        for (at, pending) in once_each(&query.pending).into_iter().enumerate() {
            select.push(if at == 0 { "" } else { " or " }).push(pending.column());
        }
        select.push(")");
    }
    match query.verdict {
        None => {}
        Some(Verdict::Pending) => {
            select.also("verdict is not null");
            select.also_bind("settles_on > ", Some(today));
        }
        Some(verdict @ (Verdict::Valid | Verdict::Invalid)) => {
            select.also_bind("verdict = ", Some(verdict.as_str()));
            select.also_bind("settles_on <= ", Some(today));
        }
    }
    match query.held {
        None => {}
        Some(true) => select.also("held"),
        Some(false) => {
            select.also("not held");
            select.also_bind("state <> ", Some(SessionState::Cancelled.as_str()));
            select.also_bind("session_list.held_on < ", Some(today));
        }
    }
    match query.zero_visitor {
        None => {}
        Some(true) => select.also("visitor_count = 0"),
        Some(false) => select.also("visitor_count > 0"),
    }
    match query.published {
        None => {}
        Some(true) => select.also("published"),
        Some(false) => select.also("not published"),
    }
    (select, order)
}

const SESSIONS: &str = "session_list_rows as session_list";
const DUTIES: &str = "session_list_delegate_rows as duty cross join session_list_rows as session_list \
                      on session_list.place = duty.place";
