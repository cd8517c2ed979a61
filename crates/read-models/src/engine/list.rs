//! What all lists have in common: filters as SQL, keyset pages, one snapshot for rows and position.

use crate::engine::checkpoint;
use crate::engine::columns::Value;
use crate::engine::cursor::{Cursor, CursorError, QueryMark};
use crate::engine::question::Question;
use crate::engine::sqlite::{Columns, Sql, SqlError};
use chrono::{NaiveDate, NaiveTime};
use event_store::Position;
use std::ops::ControlFlow;
use uuid::Uuid;

/// Most rows a page may hold: a whole list of them is a table for a spreadsheet.
pub const LIMIT_MAX: u32 = 200_000;
/// Most rows that are gathered in memory for one answer.
pub const GATHERED_MAX: u32 = 10_000;
const HOUR_MS: i64 = 3_600_000;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// Cursor of the next page; absent on the last.
    pub next_cursor: Option<String>,
    /// The log up to here is in the rows.
    pub as_of_position: Position,
}

impl<T> Listed<T> {
    /// Hands the rows on, one after the other.
    pub(crate) fn told(self, show: impl FnMut(T) -> ControlFlow<()>) -> PageEnd {
        // Whoever wants no more of them knows that.
        let _wanted = self.items.into_iter().try_for_each(show);
        PageEnd { next_cursor: self.next_cursor, as_of_position: self.as_of_position }
    }
}

/// What is to be known of a page beside its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageEnd {
    /// Cursor of the next page; absent on the last.
    pub next_cursor: Option<String>,
    /// The log up to here is in the rows.
    pub as_of_position: Position,
}

impl PageEnd {
    /// The page of these rows.
    pub(crate) fn of<T>(self, items: Vec<T>) -> Listed<T> {
        Listed { items, next_cursor: self.next_cursor, as_of_position: self.as_of_position }
    }
}

/// Which page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Rows a page, 1 to 200,000; other numbers count as the nearest of these.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: 50, cursor: None }
    }
}

/// Why a list was not given.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor does not fit.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// The rows are not to be read now, or could not be: another time they can.
    #[error("{0}")]
    Unavailable(String),
    /// The read database failed.
    #[error("the read database failed: {0}")]
    Sql(#[from] SqlError),
}

/// A list being asked: `select … from … where …`, built from constants and bound values.
pub(crate) struct Select {
    model: &'static str,
    question: Question,
    filtered: bool,
}

impl Select {
    /// Rows of a model, whose table goes by the model's name.
    ///
    /// `from` says so, and may find the rows through others that it joins.
    pub(crate) fn new(columns: &[&str], model: &'static str, from: &'static str) -> Self {
        let mut question = Question::of("select ");
        for (at, column) in columns.iter().enumerate() {
            question.push(if at == 0 { "" } else { ", " }).push(model).push(".").push(column);
        }
        question.push(" from ").push(from);
        Self { model, question, filtered: false }
    }

    /// A condition that holds no value of a user, or the beginning of one.
    pub(crate) fn also(&mut self, condition: &'static str) {
        self.question.push(if self.filtered { " and " } else { " where " }).push(condition);
        self.filtered = true;
    }

    /// What belongs to the condition begun last.
    pub(crate) fn push(&mut self, part: &'static str) -> &mut Question {
        self.question.push(part)
    }

    /// The column is one of these ids, where any are named.
    pub(crate) fn also_among(&mut self, condition: &'static str, ids: impl ExactSizeIterator<Item = Uuid>) {
        if ids.len() > 0 {
            self.also(condition);
            self.bind_list(ids);
        }
    }

    /// The values in which a condition ends, in parentheses.
    pub(crate) fn bind_list<T: Into<Value<'static>>>(&mut self, values: impl Iterator<Item = T>) {
        self.question.bind_list(values);
    }

    /// `<condition> <value>`, where there is a value.
    pub(crate) fn also_bind(&mut self, condition: &'static str, value: Option<impl Into<Value<'static>>>) {
        if let Some(value) = value {
            self.also(condition);
            self.question.bind(value);
        }
    }

    /// Held on one of these town dates. The dates decide; the instants between which they lie in any town of the world
    /// (14 hours ahead of UTC to 12 behind) say the same to the index that the list is read by.
    pub(crate) fn held(
        &mut self,
        at_from: &'static str,
        on_from: &'static str,
        at_before: &'static str,
        on_to: &'static str,
        (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    ) {
        let utc =
            |on: NaiveDate, hours: i64| on.and_time(NaiveTime::MIN).and_utc().timestamp_millis() + hours * HOUR_MS;
        self.also_bind(at_from, from.map(|on| utc(on, -14)));
        self.also_bind(on_from, from);
        self.also_bind(at_before, to.map(|on| utc(on, 24 + 12)));
        self.also_bind(on_to, to);
    }

    /// One row more than asked for tells whether there is a next page.
    fn in_order(&mut self, order: Order, limit: u32) {
        let direction = if order.descending { " desc" } else { " asc" };
        let Order { key, id, .. } = order;
        self.question.push(" order by ").push(key).push(direction).push(", ").push(id).push(direction);
        // Written out, since SQLite weighs it; few are asked for.
        self.question.push(" limit ").push(&(limit + 1).to_string());
    }

    /// How SQLite would find the first page: its query plan, one step a line.
    #[cfg(test)]
    pub(crate) fn plan(mut self, sql: &Sql, order: Order) -> String {
        self.in_order(order, 50);
        self.question.plan(sql)
    }

    /// How many rows match.
    pub(crate) fn count(mut self, sql: &Sql) -> Result<u64, SqlError> {
        self.question.within("select count(*) from (", ")");
        let mut n = 0;
        self.question.each(sql, |columns| {
            n = columns.number()?;
            Ok(())
        })?;
        Ok(n)
    }

    /// What another question says of the rows that match, which stand between its two parts.
    pub(crate) fn summed(
        mut self,
        sql: &Sql,
        before: &str,
        behind: &'static str,
        read: impl FnMut(&mut Columns<'_>) -> Result<(), SqlError>,
    ) -> Result<(), ListError> {
        self.question.within(before, behind);
        Ok(self.question.each(sql, read)?)
    }

    /// One page in the order of `(key, id)`.
    pub(crate) fn page<T>(
        self,
        sql: &Sql,
        order: Order,
        request: &PageRequest,
        query: &QueryMark,
        read: impl Fn(&mut Columns<'_>) -> Result<T, SqlError>,
        place: impl Fn(&T) -> Cursor,
    ) -> Result<Listed<T>, ListError> {
        let mut items = Vec::with_capacity(request.limit.min(ROWS_EXPECTED) as usize);
        let end = self.each(sql, order, request, query, read, place, |row| {
            items.push(row);
            ControlFlow::Continue(())
        })?;
        Ok(end.of(items))
    }

    /// The rows of one page in the order of `(key, id)`, one after the other, until `show` wants no more: then there is no
    /// next page to be known of.
    #[expect(clippy::too_many_arguments, reason = "a page has as many sides")]
    pub(crate) fn each<T>(
        mut self,
        sql: &Sql,
        order: Order,
        request: &PageRequest,
        query: &QueryMark,
        read: impl Fn(&mut Columns<'_>) -> Result<T, SqlError>,
        place: impl Fn(&T) -> Cursor,
        mut show: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<PageEnd, ListError> {
        let limit = request.limit.clamp(1, LIMIT_MAX);
        if let Some(text) = &request.cursor {
            let after = Cursor::decode(text, query)?;
            self.also("(");
            let beyond = if order.descending { ") < (" } else { ") > (" };
            self.question.push(order.key).push(", ").push(order.id).push(beyond);
            match order.key_kind {
                KeyKind::Instant => {}
                KeyKind::Day => {
                    let day = i32::try_from(after.key).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
                    day.ok_or(CursorError::Malformed)?;
                }
            }
            self.question.bind(after.key).push(", ").bind(after.id).push(")");
        }
        self.in_order(order, limit);
        let as_of_position = checkpoint::position(sql, self.model)?;
        let (mut rows, mut last) = (0, None);
        let told = self.question.each_until(sql, |columns| {
            if rows < limit {
                let row = read(columns)?;
                last = Some(place(&row));
                if show(row).is_break() {
                    return Err(Ended::Unwanted);
                }
            }
            rows += 1;
            Ok(())
        });
        match told {
            Ok(()) | Err(Ended::Unwanted) => {}
            Err(Ended::Sql(error)) => return Err(error.into()),
        }
        let next_cursor = last.filter(|_| rows > limit).map(|last| last.encode(query));
        Ok(PageEnd { next_cursor, as_of_position })
    }
}

/// Why no more rows are read.
enum Ended {
    Sql(SqlError),
    Unwanted,
}

impl From<SqlError> for Ended {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

/// Room is made at once for so many rows of a page.
const ROWS_EXPECTED: u32 = 200;

/// The values in one order and each once, so that what means the same is one query.
pub(crate) fn once_each<T: Copy + Ord>(values: &[T]) -> Vec<T> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.dedup();
    values
}

/// Brings rows that were asked for by their ids into the order in which they were named.
pub(crate) fn in_order_of<T, Id: PartialEq>(rows: &mut [T], ids: &[Id], id_of: impl Fn(&T) -> Id) {
    if !ids.is_empty() {
        rows.sort_by_key(|row| ids.iter().position(|id| *id == id_of(row)));
    }
}

/// The order of a list: a key column, then the id column, both in one direction.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    pub key: &'static str,
    pub key_kind: KeyKind,
    pub id: &'static str,
    pub descending: bool,
}

/// What the key column holds, and the cursor with it.
#[derive(Clone, Copy)]
pub(crate) enum KeyKind {
    /// Milliseconds.
    Instant,
    /// Days of the common era.
    Day,
}
