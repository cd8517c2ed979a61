//! `GET /v1/receptions`.

use super::row::{COLUMNS, ReceptionRow};
use crate::engine::cursor::{Cursor, QueryMark};
use crate::engine::list::{KeyKind, ListError, Listed, Order, PageEnd, PageRequest, Select, in_order_of};
use crate::engine::sqlite::Sql;
use crate::engine::within::{Conditions, Of, Within};
use chrono::NaiveDate;
use domain::ids::{AreaId, DelegateId, ReceptionId};
use domain::reception::Occasion;
use domain::vocabulary::ReceptionForm;
use std::ops::ControlFlow;

/// Order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReceptionSort {
    /// Newest first.
    #[default]
    HeldDescending,
    /// Oldest first.
    Held,
}

/// Filters of the list; an absent one lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceptionQuery {
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// Of this unit.
    pub unit_id: Option<AreaId>,
    /// In which this delegate sat.
    pub delegate_id: Option<DelegateId>,
    /// Belonging to this.
    pub occasion: Option<Occasion>,
    /// Of this form.
    pub form: Option<ReceptionForm>,
    /// Held on or after, town date.
    pub from: Option<NaiveDate>,
    /// Held on or before, town date.
    pub to: Option<NaiveDate>,
    /// What whoever asks may see.
    pub within: Within,
    /// These, in this order, all on one page; none named means all, in the order of `sort`.
    pub ids: Vec<ReceptionId>,
    /// Order.
    pub sort: ReceptionSort,
}

impl ReceptionQuery {
    /// Whether a cursor came from a page of this very query.
    pub fn is_continued_by(&self, cursor: &str) -> bool {
        Cursor::decode(cursor, &self.mark()).is_ok()
    }

    fn mark(&self) -> QueryMark {
        let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string());
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string());
        let sort = match self.sort {
            ReceptionSort::HeldDescending => "-held",
            ReceptionSort::Held => "held",
        };
        QueryMark::of("receptions")
            .with("grid_id", id(self.grid_id.map(|id| id.0)).as_deref())
            .with("unit_id", id(self.unit_id.map(|id| id.0)).as_deref())
            .with("delegate_id", id(self.delegate_id.map(|id| id.0)).as_deref())
            .with("occasion", id(self.occasion.map(Occasion::id)).as_deref())
            .with("form", self.form.map(ReceptionForm::as_str))
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
            .with("sort", Some(sort))
    }
}

/// One page of the receptions that match.
pub(crate) fn list(
    sql: &Sql,
    query: &ReceptionQuery,
    request: &PageRequest,
) -> Result<Listed<ReceptionRow>, ListError> {
    let (select, order) = asked(query);
    let mut listed = select.page(sql, order, request, &query.mark(), ReceptionRow::read, place)?;
    in_order_of(&mut listed.items, &query.ids, |row| row.reception_id);
    Ok(listed)
}

/// The same, one after the other.
pub(crate) fn each(
    sql: &Sql,
    query: &ReceptionQuery,
    request: &PageRequest,
    show: impl FnMut(ReceptionRow) -> ControlFlow<()>,
) -> Result<PageEnd, ListError> {
    // Those asked for by their ids are few, and come in another order than they are read in.
    if !query.ids.is_empty() {
        return Ok(list(sql, query, request)?.told(show));
    }
    let (select, order) = asked(query);
    select.each(sql, order, request, &query.mark(), ReceptionRow::read, place, show)
}

fn place(row: &ReceptionRow) -> Cursor {
    Cursor { key: row.held_at.timestamp_millis(), id: row.reception_id.0 }
}

/// Whose a reception is.
pub(crate) const WITHIN: Conditions = Conditions {
    grids: "+reception_list.grid_id in",
    delegates: &[
        "exists (select 1 from reception_list_delegate_rows as sat where sat.held_at = reception_list.held_at \
         and sat.reception_id = reception_list.reception_id and sat.delegate_id in",
    ],
    accounts: Some("reception_list.begun_by in"),
    line: Of::Row("instr(reception_list.delegates, '\"party\"') > 0"),
    offices: &[],
};

/// The question as SQL.
pub(crate) fn asked(query: &ReceptionQuery) -> (Select, Order) {
    let range = (query.from, query.to);
    let descending = query.sort == ReceptionSort::HeldDescending;
    let order = |key, id| Order { key, key_kind: KeyKind::Instant, id, descending };
    // All but the key.
    let (model, shown) = (super::DEFINITION.name, COLUMNS.split_at(1).1);
    let (mut select, order) = if let Some(delegate_id) = query.delegate_id {
        // A cross join, since the seats come first: they are in the order of the list.
        let mut select = Select::new(shown, model, SEATS);
        select.also_bind("seat.delegate_id = ", Some(delegate_id.0));
        select.held("seat.held_at >= ", "held_on >= ", "seat.held_at < ", "held_on <= ", range);
        (select, order("seat.held_at", "seat.reception_id"))
    } else {
        let mut select = Select::new(shown, model, RECEPTIONS);
        select.held("held_at >= ", "held_on >= ", "held_at < ", "held_on <= ", range);
        (select, order("held_at", "reception_id"))
    };
    query.within.narrow(&mut select, &WITHIN);
    select.also_among("reception_list.reception_id in", query.ids.iter().map(|id| id.0));
    let few = query.occasion.is_some() || !query.ids.is_empty();
    let grid = if query.delegate_id.is_some() {
        "seat.grid_id = "
    } else if query.unit_id.is_some() || few {
        // The unit's own index finds fewer (`+` keeps SQLite from the other one).
        "+grid_id = "
    } else {
        "grid_id = "
    };
    select.also_bind(grid, query.grid_id.map(|id| id.0));
    select.also_bind(if few { "+unit_id = " } else { "unit_id = " }, query.unit_id.map(|id| id.0));
    select.also_bind("occasion_id = ", query.occasion.map(Occasion::id));
    select.also_bind("form = ", query.form.map(ReceptionForm::as_str));
    (select, order)
}

const RECEPTIONS: &str = "reception_list_rows as reception_list";
const SEATS: &str = "reception_list_delegate_rows as seat cross join reception_list_rows as reception_list \
                     on reception_list.place = seat.place";
