//! Rows on their way into a model's tables, and the sum of what is there, which goes with them.

use crate::engine::beat::Beat;
use crate::engine::columns::{Binds, Value};
use crate::engine::failure::Failure;
use crate::engine::sqlite::{Columns, Sql, SqlError};
use crate::engine::table::{Names, Sum, Table, row_sum};

/// The tables of a model inside the transaction that also moves its checkpoint.
pub struct Rows<'w> {
    sql: &'w Sql,
    names: Names,
    sum: Sum,
    beat: &'w Beat,
}

impl<'w> Rows<'w> {
    /// `sum` is what the rows add up to so far.
    pub(crate) const fn of(sql: &'w Sql, names: Names, sum: Sum, beat: &'w Beat) -> Self {
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
    pub(crate) const fn sql(&self) -> &'w Sql {
        self.sql
    }

    /// Writes rows of values: one with the same key is replaced. Keys must differ from one another. `bind` must push one
    /// value per column, in the order of [`Table::columns`].
    pub(crate) fn upsert<'r, T>(
        &mut self,
        table: &Table,
        rows: &'r [T],
        bind: impl Fn(&mut Binds<'r>, &'r T),
    ) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        let name = self.name(table);
        let steady: Vec<usize> =
            (0..table.columns.len()).filter(|at| table.steady.contains(&table.columns[*at])).collect();
        let looked: String = steady.iter().map(|at| format!(", {}", table.columns[*at])).collect();
        let of_key = numbered(table, |at| at < table.key_columns).join(" and ");
        let mut looking = self.sql.prepared(&format!("select row_sum{looked} from {name} where {of_key}"))?;
        let replacing = |replaced: &dyn Fn(usize) -> bool| {
            let replaced = numbered(table, |at| at >= table.key_columns && replaced(at)).join(", ");
            let row_sum = table.columns.len() + 1;
            self.sql.prepared(&format!("update {name} set {replaced}, row_sum = ?{row_sum} where {of_key}"))
        };
        let (mut all, mut some) = (replacing(&|_| true)?, replacing(&|at| !steady.contains(&at))?);
        let mut inserting = self.sql.prepared(&self.inserting(table))?;
        let sum = &mut self.sum;
        each(rows, self.beat, bind, |values| {
            let key = values.get(..table.key_columns).unwrap_or_default();
            let is_as_it_was = looking.row(key, |columns| {
                sum.minus(1, columns.whole()?);
                for at in &steady {
                    if columns.value()? != values[*at] {
                        return Ok(false);
                    }
                }
                Ok(true)
            })?;
            let one = row_sum(table, values);
            sum.plus(1, one);
            values.push(Value::Whole(one));
            match is_as_it_was {
                None => &mut inserting,
                Some(false) => &mut all,
                Some(true) => &mut some,
            }
            .execute(values)?;
            Ok(())
        })
    }

    /// Writes rows of values under keys that the fold knows to be new: nothing need be looked for. Where one is there all
    /// the same the rows are not those of the fold, which SQLite says.
    pub(crate) fn insert<'r, T>(
        &mut self,
        table: &Table,
        rows: &'r [T],
        bind: impl Fn(&mut Binds<'r>, &'r T),
    ) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut statement = self.sql.prepared(&self.inserting(table))?;
        let sum = &mut self.sum;
        each(rows, self.beat, bind, |values| {
            let one = row_sum(table, values);
            sum.plus(1, one);
            values.push(Value::Whole(one));
            statement.execute(values)?;
            Ok(())
        })
    }

    fn inserting(&self, table: &Table) -> String {
        let places = vec!["?"; table.columns.len() + 1].join(", ");
        format!("insert into {} ({}, row_sum) values ({places})", self.name(table), table.columns.join(", "))
    }

    /// Deletes rows by a condition with `$1`, `$2` … for the values. (To have SQLite return what it deletes would cost a
    /// table of its own each time.)
    pub(crate) fn delete(&mut self, table: &Table, condition: &str, values: &[Value<'_>]) -> Result<(), Failure> {
        let from = format!("from {} where {condition}", self.name(table));
        self.sql.each(&format!("select row_sum {from}"), values, |columns| {
            self.sum.minus(1, columns.whole()?);
            Ok::<_, SqlError>(())
        })?;
        self.sql.execute(&format!("delete {from}"), values)?;
        self.beat.goes_on();
        Ok(())
    }
}

/// `<column> = ?<place>` of some columns, with the places that they have in a row.
fn numbered(table: &Table, some: impl Fn(usize) -> bool) -> Vec<String> {
    let columns = table.columns.iter().enumerate().filter(|(at, _)| some(*at));
    columns.map(|(at, column)| format!("{column} = ?{}", at + 1)).collect()
}

/// Hands the values of each row to `write`.
fn each<'r, T>(
    rows: &'r [T],
    beat: &Beat,
    bind: impl Fn(&mut Binds<'r>, &'r T),
    mut write: impl FnMut(&mut Vec<Value<'r>>) -> Result<(), SqlError>,
) -> Result<(), Failure> {
    let mut binds = Binds::default();
    for some in rows.chunks(BEAT_ROWS) {
        for row in some {
            binds.0.clear();
            bind(&mut binds, row);
            write(&mut binds.0)?;
        }
        beat.goes_on();
    }
    Ok(())
}

/// Rows between two signs of life.
const BEAT_ROWS: usize = 256;

/// The columns of a row of a table, as they were selected in its order.
pub(crate) fn read<'r>(table: &Table, columns: &mut Columns<'r>) -> Result<Vec<Value<'r>>, SqlError> {
    table.columns.iter().map(|_| columns.value()).collect()
}
