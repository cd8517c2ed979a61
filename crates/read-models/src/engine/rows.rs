//! Rows on their way into a model's tables, and the sum of what is there, which goes with them.

use crate::engine::beat::Beat;
use crate::engine::columns::{Binds, Columns, Value};
use crate::engine::failure::Failure;
use crate::engine::table::{Kind, Names, Sum, Table, counter_sum, row_sum};
use foldhash::HashMap;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::collections::hash_map::Entry;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use uuid::Uuid;

/// The tables of a model inside the transaction that also moves its checkpoint.
pub struct Rows<'w> {
    sql: &'w mut SqliteConnection,
    names: Names,
    sum: Sum,
    beat: &'w Beat,
}

impl<'w> Rows<'w> {
    /// `sum` is what the rows add up to so far.
    pub(crate) const fn of(sql: &'w mut SqliteConnection, names: Names, sum: Sum, beat: &'w Beat) -> Self {
        Self { sql, names, sum, beat }
    }

    /// What the rows add up to now.
    pub(crate) const fn sum(&self) -> Sum {
        self.sum
    }

    /// The name of a table here.
    pub(crate) fn name(&self, table: &Table) -> String {
        self.names.table(table.name)
    }

    /// The connection, for reading. What writes here must say so to the sum.
    pub(crate) const fn connection(&mut self) -> &mut SqliteConnection {
        self.sql
    }

    /// Writes rows of values: one with the same key is replaced. Keys must differ from one another. `bind` must push one
    /// value per column, in the order of [`Table::columns`].
    ///
    /// With [`Rows::add`] the only place that knows how rows are replaced, so that an engine without `on conflict` needs
    /// one change.
    pub(crate) async fn upsert<T: Sync>(
        &mut self,
        table: &Table,
        rows: &[T],
        bind: impl Fn(&mut Binds, &T),
    ) -> Result<(), Failure> {
        self.write(table, rows, Keys::Any, bind).await
    }

    /// Writes rows of values under keys that the fold knows to be new: nothing need be looked for. Where one is there all
    /// the same the rows are not those of the fold, which SQLite says.
    pub(crate) async fn insert<T: Sync>(
        &mut self,
        table: &Table,
        rows: &[T],
        bind: impl Fn(&mut Binds, &T),
    ) -> Result<(), Failure> {
        self.write(table, rows, Keys::New, bind).await
    }

    async fn write<T: Sync>(
        &mut self,
        table: &Table,
        rows: &[T],
        keys: Keys,
        bind: impl Fn(&mut Binds, &T),
    ) -> Result<(), Failure> {
        let mut texts = Texts::default();
        let mut pieces = chunks(rows, BINDS_MAX / (table.columns.len() + 1));
        let names = self.names;
        let mut written = |piece| written(names, table, keys, &mut texts, piece, &bind);
        let mut next = pieces.next().map(&mut written).transpose()?;
        while let Some(Written { old, new, sum }) = next.take() {
            if let Some(old) = old {
                let replaced = old.query().fetch_one(&mut *self.sql).await?;
                let mut columns = Columns::of(&replaced);
                self.sum.minus(columns.get()?, columns.get::<Option<i64>>()?.unwrap_or(0));
            }
            self.sum.plus(sum.rows, sum.sum);
            let mut running = pin!(new.query().execute(&mut *self.sql));
            // SQLite has a thread of its own, which begins with the first poll; the next statement is made meanwhile.
            let early = poll_fn(|context| Poll::Ready(running.as_mut().poll(context))).await;
            next = match pieces.next() {
                Some(piece) => Some(written(piece)?),
                None => None,
            };
            match early {
                Poll::Ready(done) => done,
                Poll::Pending => running.await,
            }?;
            self.beat.goes_on();
        }
        Ok(())
    }

    /// Writes changes of counters: what is there already is added to.
    pub(crate) async fn add<T: Sync>(
        &mut self,
        table: &Table,
        rows: &[T],
        bind: impl Fn(&mut Binds, &T),
    ) -> Result<(), Failure> {
        let mut texts = Texts::default();
        for piece in chunks(rows, BINDS_MAX / table.columns.len()) {
            let values = bound(piece, &bind);
            for row in values.chunks(table.columns.len()) {
                self.sum.plus(0, counter_sum(table, row));
            }
            let text = texts.of(piece.len(), || adding(self.names, table, piece.len()));
            Statement::of(text, values)?.query().execute(&mut *self.sql).await?;
            self.beat.goes_on();
        }
        Ok(())
    }

    /// Deletes rows by a condition with `$1`, `$2` … for the values.
    pub(crate) async fn delete(
        &mut self,
        table: &Table,
        condition: &'static str,
        values: Vec<Value>,
    ) -> Result<(), Failure> {
        let (name, columns) = (self.name(table), table.columns.join(", "));
        let returned = match table.kind {
            Kind::Values => "row_sum",
            Kind::Counters => &columns,
        };
        let text = format!("delete from {name} where {condition} returning {returned}");
        let deleted = Statement::of(text.into(), values)?.query().fetch_all(&mut *self.sql).await?;
        for row in &deleted {
            match table.kind {
                Kind::Values => self.sum.minus(1, Columns::of(row).get()?),
                Kind::Counters => self.sum.minus(0, counter_sum(table, &read(table, row)?)),
            }
        }
        self.beat.goes_on();
        Ok(())
    }

    /// Deletes the rows of values whose key is one of these ids.
    pub(crate) async fn delete_ids(&mut self, table: &Table, ids: &[Uuid]) -> Result<(), Failure> {
        for piece in chunks(ids, BINDS_MAX) {
            let values = bound(piece, &|binds: &mut Binds, id: &Uuid| {
                binds.id(*id);
            });
            let (name, key) = (self.name(table), table.columns.first().copied().unwrap_or_default());
            let places = vec!["?"; piece.len()].join(", ");
            let text = format!("delete from {name} where {key} in ({places}) returning row_sum");
            for row in Statement::of(text.into(), values)?.query().fetch_all(&mut *self.sql).await? {
                self.sum.minus(1, Columns::of(&row).get()?);
            }
            self.beat.goes_on();
        }
        Ok(())
    }
}

/// The columns of a row of a table, as they were selected in its order.
pub(crate) fn read(table: &Table, row: &sqlx::sqlite::SqliteRow) -> Result<Vec<Value>, sqlx::Error> {
    (0..table.columns.len()).map(|column| Value::read(row, column)).collect()
}

/// Bound values a statement; SQLite takes 32,766, PostgreSQL 65,535.
const BINDS_MAX: usize = 12_000;

/// Statements by the number of rows: few lengths, and each again and again.
#[derive(Default)]
struct Texts(HashMap<usize, Arc<str>>);

impl Texts {
    fn of(&mut self, rows: usize, text: impl FnOnce() -> String) -> Arc<str> {
        match self.0.entry(rows) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => new.insert(text().into()).clone(),
        }
    }
}

/// A statement with its values.
struct Statement {
    text: Arc<str>,
    arguments: SqliteArguments,
}

impl Statement {
    fn of(text: Arc<str>, values: Vec<Value>) -> Result<Self, sqlx::Error> {
        let mut arguments = SqliteArguments::default();
        for value in values {
            value.bind(&mut arguments)?;
        }
        Ok(Self { text, arguments })
    }

    fn query(self) -> sqlx::query::Query<'static, sqlx::Sqlite, SqliteArguments> {
        sqlx::query_with(AssertSqlSafe(self.text), self.arguments)
    }
}

/// What is known of the keys of rows that are to be written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Rows may be there under them.
    Any,
    /// No row is there under one of them.
    New,
}

/// How some rows are written: the question what is there under their keys, the rows, and their sum.
struct Written {
    old: Option<Statement>,
    new: Statement,
    sum: Sum,
}

fn written<T>(
    names: Names,
    table: &Table,
    known: Keys,
    texts: &mut Texts,
    rows: &[T],
    bind: &impl Fn(&mut Binds, &T),
) -> Result<Written, Failure> {
    let values = bound(rows, bind);
    let (mut keys, mut with_sums, mut sum) = (Vec::new(), Vec::new(), Sum::default());
    with_sums.reserve(values.len() + rows.len());
    let mut values = values.into_iter();
    for _ in rows {
        let from = with_sums.len();
        with_sums.extend(values.by_ref().take(table.columns.len()));
        let row = with_sums.get(from..).unwrap_or_default();
        if known == Keys::Any {
            keys.extend(row.iter().take(table.key_columns).cloned());
        }
        let one = row_sum(table, row);
        sum.plus(1, one);
        with_sums.push(Value::Whole(one));
    }
    // Of the two statements about so many rows the one that looks has the odd place.
    let old = match known {
        Keys::Any => {
            let looking = texts.of(2 * rows.len() + 1, || looking(names, table, rows.len()));
            Some(Statement::of(looking, keys)?)
        }
        Keys::New => None,
    };
    let writing = texts.of(2 * rows.len(), || writing(names, table, known, rows.len()));
    Ok(Written { old, new: Statement::of(writing, with_sums)?, sum })
}

fn bound<T>(rows: &[T], bind: &impl Fn(&mut Binds, &T)) -> Vec<Value> {
    let mut binds = Binds::default();
    rows.iter().for_each(|row| bind(&mut binds, row));
    binds.0
}

/// `(?, ?), (?, ?)`.
fn tuples(columns: usize, rows: usize) -> String {
    let tuple = format!("({})", vec!["?"; columns].join(", "));
    vec![tuple.as_str(); rows].join(", ")
}

/// How many rows there are under some keys, and their sum.
fn looking(names: Names, table: &Table, rows: usize) -> String {
    let name = names.table(table.name);
    match table.columns.split_at(table.key_columns).0 {
        [key] => {
            let places = vec!["?"; rows].join(", ");
            format!("select count(*), sum(row_sum) from {name} where {key} in ({places})")
        }
        keys => {
            // A cross join, so that each key is looked up.
            let pairs: Vec<String> =
                keys.iter().enumerate().map(|(n, key)| format!("{name}.{key} = v.column{}", n + 1)).collect();
            let (places, on) = (tuples(keys.len(), rows), pairs.join(" and "));
            format!("select count(*), sum({name}.row_sum) from (values {places}) as v cross join {name} on {on}")
        }
    }
}

fn writing(names: Names, table: &Table, known: Keys, rows: usize) -> String {
    let columns = table.columns.join(", ");
    let begin = format!("insert into {} ({columns}, row_sum)", names.table(table.name));
    let (keys, rest) = table.columns.split_at(table.key_columns);
    let replaced =
        rest.iter().chain(&["row_sum"]).map(|column| format!("{column} = excluded.{column}")).collect::<Vec<_>>();
    let places = tuples(table.columns.len() + 1, rows);
    match known {
        Keys::Any => {
            format!("{begin} values {places} on conflict ({}) do update set {}", keys.join(", "), replaced.join(", "))
        }
        Keys::New => format!("{begin} values {places}"),
    }
}

fn adding(names: Names, table: &Table, rows: usize) -> String {
    let name = names.table(table.name);
    let (keys, rest) = table.columns.split_at(table.key_columns);
    let added: Vec<String> =
        rest.iter().map(|column| format!("{column} = {name}.{column} + excluded.{column}")).collect();
    let (columns, places) = (table.columns.join(", "), tuples(table.columns.len(), rows));
    let on_conflict = format!("on conflict ({}) do update set {}", keys.join(", "), added.join(", "));
    format!("insert into {name} ({columns}) values {places} {on_conflict}")
}

/// Pieces whose sizes are powers of two: a model uses a handful of different statements, which stay prepared.
fn chunks<T>(rows: &[T], most: usize) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let largest = most.max(1).min(rest.len());
        if largest == 0 {
            return None;
        }
        let (chunk, after) = rest.split_at(1 << largest.ilog2());
        rest = after;
        Some(chunk)
    })
}

#[cfg(test)]
mod tests {
    use super::chunks;

    #[test]
    fn pieces_are_powers_of_two_and_lose_nothing() {
        let rows: Vec<u32> = (0..1_237).collect();
        let pieces: Vec<&[u32]> = chunks(&rows, 300).collect();
        assert!(pieces.iter().all(|piece| piece.len().is_power_of_two() && piece.len() <= 256));
        assert_eq!(pieces.concat(), rows);
        assert_eq!(chunks::<u32>(&[], 300).count(), 0);
    }
}
