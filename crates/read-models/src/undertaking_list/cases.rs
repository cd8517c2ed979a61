//! What is asked of typical cases beside where they stand in a list: whether an annotation is due, which goes by the issues
//! that a case is made of, and which of them everybody may read (C-5.3).

use super::row::{MODEL, READ, read};
use crate::engine::columns::Binds;
use crate::engine::cursor::{Cursor, QueryMark};
use crate::engine::failure::Failure;
use crate::engine::list::{KeyKind, ListError, Listed, Order, PageRequest, Select};
use crate::engine::rows::Rows;
use crate::engine::sqlite::Sql;
use crate::engine::table::Table;
use chrono::{Datelike as _, NaiveDate};
use chrono_tz::Tz;
use domain::ids::AreaId;
use domain::typical_case::{TypicalCase, annotated_up_to, text_for_everybody};
use uuid::Uuid;

/// The issues of selected cases.
pub(super) const SOURCES: Table = Table {
    name: "undertaking_list_source_rows",
    columns: &["place", "issue_id", "annotated_up_to"],
    key_columns: 2,
    steady: &[],
    ids: &["issue_id"],
    days: &[],
};

/// Where issues were last reopened.
pub(super) const REOPENED: Table = Table {
    name: "undertaking_list_reopened_rows",
    columns: &["issue_id", "last_position"],
    key_columns: 1,
    steady: &[],
    ids: &["issue_id"],
    days: &[],
};

/// The cases that everybody may read.
pub(super) const PUBLIC: Table = Table {
    name: "undertaking_list_public_rows",
    columns: &["on_day", "thing_id", "grid_id"],
    key_columns: 2,
    steady: &[],
    ids: &["thing_id", "grid_id"],
    days: &["on_day"],
};

/// A condition on a row of the list: an annotation of it is due. Sources and reopenings meet when it is asked.
pub(crate) const ANNOTATION_DUE: &str = "exists (select 1 from undertaking_list_source_rows as source \
     join undertaking_list_reopened_rows as reopened on reopened.issue_id = source.issue_id \
     where source.place = undertaking_list.place and reopened.last_position > source.annotated_up_to)";

/// What a batch says of typical cases.
#[derive(Default)]
pub(super) struct CaseRows {
    sources: Vec<(u64, Uuid, u64)>,
    shown: Vec<(NaiveDate, Uuid, AreaId)>,
    hidden: Vec<(NaiveDate, Uuid)>,
}

impl CaseRows {
    /// Adds a case that stands at `place`.
    pub fn add(&mut self, case: &TypicalCase, id: Uuid, place: u64, zone: Tz) {
        if let Some(known) = annotated_up_to(case) {
            self.sources.extend(case.sources.issue_ids.iter().map(|issue| (place, issue.0, known)));
        }
        let Some(first) = case.publications.first() else { return };
        let on = first.claim.at.with_timezone(&zone).date_naive();
        match text_for_everybody(case) {
            Some(_) => self.shown.push((on, id, case.grid_id)),
            None => self.hidden.push((on, id)),
        }
    }

    /// Writes them, with where issues were reopened.
    pub fn write(&self, rows: &mut Rows<'_>, reopened: &[(Uuid, u64)]) -> Result<(), Failure> {
        rows.upsert(&SOURCES, &self.sources, |binds, (place, issue, known)| {
            binds.number(*place).id(*issue).number(*known);
        })?;
        rows.upsert(&REOPENED, reopened, |binds, (issue, position)| {
            binds.id(*issue).number(*position);
        })?;
        rows.upsert(&PUBLIC, &self.shown, |binds, (on, id, grid)| {
            binds.date(*on).id(*id).id(grid.0);
        })?;
        for (on, id) in &self.hidden {
            let mut key = Binds::default();
            key.date(*on).id(*id);
            rows.delete(&PUBLIC, "on_day = $1 and thing_id = $2", &key.0)?;
        }
        Ok(())
    }
}

/// Filters of the typical cases that everybody may read; an absent one lets everything through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicCaseQuery {
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// First published on this day or later.
    pub from: Option<NaiveDate>,
    /// First published on this day or before.
    pub to: Option<NaiveDate>,
}

impl PublicCaseQuery {
    /// Whether a cursor came from a page of this very query.
    pub fn is_continued_by(&self, cursor: &str) -> bool {
        Cursor::decode(cursor, &self.mark()).is_ok()
    }

    fn mark(&self) -> QueryMark {
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string());
        QueryMark::of("public typical cases")
            .with("grid_id", self.grid_id.map(|grid| grid.to_string()).as_deref())
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
    }
}

/// The ids of one page of them, those published last first.
pub(crate) fn public(sql: &Sql, query: &PublicCaseQuery, request: &PageRequest) -> Result<Listed<Uuid>, ListError> {
    let (select, order) = asked(query);
    let place = |(id, on): &(Uuid, NaiveDate)| Cursor { key: on.num_days_from_ce().into(), id: *id };
    let Listed { items, next_cursor, as_of_position } = select.page(sql, order, request, &query.mark(), read, place)?;
    Ok(Listed { items: items.into_iter().map(|(id, _)| id).collect(), next_cursor, as_of_position })
}

/// The question as SQL.
pub(crate) fn asked(query: &PublicCaseQuery) -> (Select, Order) {
    let mut select = Select::new(READ, MODEL, "undertaking_list_public_rows as undertaking_list");
    select.also_bind("undertaking_list.on_day >= ", query.from);
    select.also_bind("undertaking_list.on_day <= ", query.to);
    select.also_bind("undertaking_list.grid_id = ", query.grid_id.map(|grid| grid.0));
    let (key, id) = ("undertaking_list.on_day", "undertaking_list.thing_id");
    (select, Order { key, key_kind: KeyKind::Day, id, descending: true })
}
