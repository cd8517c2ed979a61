//! `GET /v1/leaves`.

use super::row::{COLUMNS, LeaveRow};
use crate::engine::cursor::{Cursor, QueryMark};
use crate::engine::list::{KeyKind, ListError, Listed, Order, PageEnd, PageRequest, Select, once_each};
use crate::engine::sqlite::{Sql, SqlError};
use chrono::{Datelike as _, NaiveDate};
use domain::ids::DelegateId;
use domain::vocabulary::{LeaveReason, LeaveState};
use std::ops::ControlFlow;

/// Filters of the list; an absent one lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaveQuery {
    /// Of one of these delegates, where they are told; of nobody where none is among them.
    pub delegate_ids: Option<Vec<DelegateId>>,
    /// For this reason.
    pub reason: Option<LeaveReason>,
    /// In any of these states; none named means all.
    pub states: Vec<LeaveState>,
    /// With a day on or after.
    pub from: Option<NaiveDate>,
    /// With a day on or before.
    pub to: Option<NaiveDate>,
}

impl LeaveQuery {
    /// Whether a cursor came from a page of this very query.
    pub fn is_continued_by(&self, cursor: &str) -> bool {
        Cursor::decode(cursor, &self.mark()).is_ok()
    }

    fn mark(&self) -> QueryMark {
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string());
        let whose = self.delegate_ids.as_ref().map(|ids| {
            let ids = once_each(ids).iter().map(ToString::to_string).collect::<Vec<_>>();
            ids.join(",")
        });
        let states = once_each(&self.states).iter().map(|state| state.as_str()).collect::<Vec<_>>().join(",");
        QueryMark::of("leaves")
            .with("delegate_ids", whose.as_deref())
            .with("reason_code", self.reason.map(LeaveReason::as_str))
            .with("state", Some(&states))
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
    }
}

/// One page of the leaves that match, those that begin last first.
pub(crate) fn list(sql: &Sql, query: &LeaveQuery, request: &PageRequest) -> Result<Listed<LeaveRow>, ListError> {
    asked(query).page(sql, ORDER, request, &query.mark(), LeaveRow::read, place)
}

/// The same, one after the other.
pub(crate) fn each(
    sql: &Sql,
    query: &LeaveQuery,
    request: &PageRequest,
    show: impl FnMut(LeaveRow) -> ControlFlow<()>,
) -> Result<PageEnd, ListError> {
    asked(query).each(sql, ORDER, request, &query.mark(), LeaveRow::read, place, show)
}

/// How many match.
pub(crate) fn count(sql: &Sql, query: &LeaveQuery) -> Result<u64, SqlError> {
    asked(query).count(sql)
}

const ORDER: Order = Order { key: "from_on", key_kind: KeyKind::Day, id: "leave_id", descending: true };

fn place(row: &LeaveRow) -> Cursor {
    Cursor { key: row.from_on.num_days_from_ce().into(), id: row.leave_id.0 }
}

/// The question as SQL.
fn asked(query: &LeaveQuery) -> Select {
    let mut select = Select::new(COLUMNS, super::DEFINITION.name, "leave_list_rows as leave_list");
    match &query.delegate_ids {
        None => {}
        Some(ids) if ids.is_empty() => select.also("1 = 0"),
        Some(ids) => select.also_among("delegate_id in", once_each(ids).into_iter().map(|id| id.0)),
    }
    select.also_bind("reason_code = ", query.reason.map(LeaveReason::as_str));
    let states = once_each(&query.states);
    if !states.is_empty() {
        select.also("state in");
        select.bind_list(states.into_iter().map(LeaveState::as_str));
    }
    select.also_bind("to_on >= ", query.from);
    select.also_bind("from_on <= ", query.to);
    select
}
