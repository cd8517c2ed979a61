//! `GET /v1/receptions`.

use super::row::{COLUMNS, ReceptionRow};
use crate::cursor::{Cursor, QueryMark};
use crate::list::{KeyKind, ListError, Listed, Order, PageRequest, Select};
use chrono::NaiveDate;
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::ReceptionForm;
use sqlx::SqlitePool;

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
    /// Of this form.
    pub form: Option<ReceptionForm>,
    /// Held on or after, town date.
    pub from: Option<NaiveDate>,
    /// Held on or before, town date.
    pub to: Option<NaiveDate>,
    /// Order.
    pub sort: ReceptionSort,
}

impl ReceptionQuery {
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
            .with("form", self.form.map(ReceptionForm::as_str))
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
            .with("sort", Some(sort))
    }
}

/// One page of the receptions that match.
pub(crate) async fn list(
    pool: &SqlitePool,
    query: &ReceptionQuery,
    request: &PageRequest,
) -> Result<Listed<ReceptionRow>, ListError> {
    let mut select = Select::new(COLUMNS, super::DEFINITION.name);
    select.also_bind("grid_id = ", query.grid_id.map(|id| id.to_string()));
    select.also_bind("unit_id = ", query.unit_id.map(|id| id.to_string()));
    if let Some(delegate_id) = query.delegate_id {
        select
            .also("reception_id in (select reception_id from reception_list_delegate where delegate_id = ")
            .push_bind(delegate_id.to_string())
            .push(")");
    }
    select.also_bind("form = ", query.form.map(ReceptionForm::as_str));
    select.also_bind("held_on >= ", query.from.map(|on| on.to_string()));
    select.also_bind("held_on <= ", query.to.map(|on| on.to_string()));
    let order = Order {
        key: "held_at",
        key_kind: KeyKind::Instant,
        id: "reception_id",
        descending: query.sort == ReceptionSort::HeldDescending,
    };
    let place = |row: &ReceptionRow| Cursor { key: row.held_at.timestamp_millis(), id: row.reception_id.0 };
    select.page(pool, order, request, &query.mark(), ReceptionRow::read, place).await
}
