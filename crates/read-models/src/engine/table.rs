//! The tables of a model, the names that they go by, and what their rows add up to.
//!
//! A model has its tables at most twice: those that are read, and those that are being built beside them. The sum of the
//! rows does not depend on their order, so that it can be kept up row by row, and be taken again at any time.

use crate::engine::columns::Value;
use siphasher::sip::SipHasher13;

/// A table. Behind [`Table::columns`] it has a column `row_sum`.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The name that questions know it by.
    pub name: &'static str,
    /// Its columns in the order in which they are bound; the key first.
    pub columns: &'static [&'static str],
    /// How many of them are the key.
    pub key_columns: usize,
    /// Columns of large indexes that seldom change: where they did not, the row is written without them, and these indexes
    /// are left alone.
    pub steady: &'static [&'static str],
    /// Columns that a view shows as ids.
    pub ids: &'static [&'static str],
    /// Columns that a view shows as days.
    pub days: &'static [&'static str],
}

impl Table {
    /// The view of this name that shows the table to others, with ids and days as texts; and what `also` says.
    pub(crate) fn shown(&self, name: &'static str, also: &str) -> View {
        let shown = |column: &&str| {
            if self.ids.contains(column) {
                format!("{} as {column}", id_shown(column))
            } else if self.days.contains(column) {
                format!("{} as {column}", day_shown(column))
            } else {
                (*column).to_owned()
            }
        };
        let mut columns: Vec<String> = self.columns.iter().map(shown).collect();
        if !also.is_empty() {
            columns.push(also.to_owned());
        }
        View { name, select: format!("select {} from {}", columns.join(", "), self.name) }
    }
}

/// An id as a text, null where there is none.
pub(crate) fn id_shown(column: &str) -> String {
    let parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)];
    let parts = parts.map(|(from, length)| format!("substr(lower(hex({column})), {from}, {length})"));
    format!("case when {column} is not null then {} end", parts.join(" || '-' || "))
}

/// A day as a text, null where there is none: from days of the common era to those that SQLite counts in.
pub(crate) fn day_shown(column: &str) -> String {
    format!("date({column} + 1721424.5)")
}

/// What reporting jobs read in place of a table.
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// What it shows.
    pub select: String,
}

/// Which tables of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    /// Those that are being built beside the ones that are read.
    built: bool,
    /// Indexes keep their name when their table is given another, so that every second set of them is called otherwise.
    second: bool,
}

impl Names {
    /// The tables that are read, for whom their indexes do not matter.
    pub(crate) const READ: Self = Self::read(false);

    /// The tables that are read. `second` as it was when they were built.
    pub(crate) const fn read(second: bool) -> Self {
        Self { built: false, second }
    }

    /// Those beside the tables that are read: their indexes are called otherwise.
    pub(crate) const fn beside(self) -> Self {
        Self { built: true, second: !self.second }
    }

    /// The same tables after the switch.
    pub(crate) const fn switched(self) -> Self {
        Self { built: false, second: self.second }
    }

    /// The name of a table.
    pub(crate) fn table(self, table: &str) -> String {
        format!("{table}{}", if self.built { BUILT } else { "" })
    }

    /// The name under which the model's checkpoint is kept.
    pub(crate) fn checkpoint(self, model: &str) -> String {
        self.table(model)
    }

    /// A model's SQL with these names in it: of its tables, and of its indexes, which are called after their table.
    pub(crate) fn of_sql(self, sql: &str, tables: &[Table]) -> String {
        let mut named = String::with_capacity(sql.len() + 256);
        let mut rest = sql;
        while let Some(begin) = rest.find(is_word) {
            let (between, after) = rest.split_at(begin);
            let (word, behind) = after.split_at(after.find(|c| !is_word(c)).unwrap_or(after.len()));
            named.push_str(between);
            named.push_str(word);
            let is_index = |table: &Table| {
                word.strip_prefix(table.name).is_some_and(|rest| rest.starts_with('_') && rest.len() > 1)
            };
            if tables.iter().any(|table| table.name == word) {
                named.push_str(if self.built { BUILT } else { "" });
            } else if tables.iter().any(is_index) {
                named.push_str(if self.second { SECOND } else { "" });
            }
            rest = behind;
        }
        named.push_str(rest);
        named
    }
}

/// What is behind the name of a table that is being built.
const BUILT: &str = "_built";
/// What is behind the names of every second set of indexes.
pub(crate) const SECOND: &str = "_2";

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// How many rows there are and what they add up to, over all tables of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    /// How many there are.
    pub rows: i64,
    /// Of all rows, wrapping.
    pub sum: i64,
}

impl Sum {
    pub(crate) const fn plus(&mut self, rows: i64, sum: i64) {
        self.rows = self.rows.wrapping_add(rows);
        self.sum = self.sum.wrapping_add(sum);
    }

    pub(crate) const fn minus(&mut self, rows: i64, sum: i64) {
        self.rows = self.rows.wrapping_sub(rows);
        self.sum = self.sum.wrapping_sub(sum);
    }

    /// Adds a row of a table.
    pub(crate) fn add(&mut self, table: &Table, row: &[Value<'_>]) {
        self.plus(1, row_sum(table, row));
    }
}

/// Row sums have so many bits, so that a statement's worth of them cannot overflow what SQL adds up.
const ROW_SUM_BITS: u32 = 46;

/// What a row counts for. The same for ever: it is kept.
pub(crate) fn row_sum(table: &Table, row: &[Value<'_>]) -> i64 {
    (hash(table, row) >> (u64::BITS - ROW_SUM_BITS)).cast_signed()
}

fn hash(table: &Table, values: &[Value<'_>]) -> u64 {
    // Gathered first: many short pieces would each be rounded up.
    let mut bytes = Vec::with_capacity(1_024);
    let mut part = |kind: u8, part: &[u8]| {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.push(kind);
        bytes.extend_from_slice(part);
    };
    part(0, table.name.as_bytes());
    for value in values {
        match value {
            Value::Null => part(1, &[]),
            Value::Whole(whole) => part(2, &whole.to_le_bytes()),
            Value::Text(text) => part(3, text.as_bytes()),
            Value::Blob(bytes) => part(4, bytes),
            Value::Id(id) => part(4, id.as_bytes()),
        }
    }
    SipHasher13::new().hash(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn table(name: &'static str, columns: &'static [&'static str]) -> Table {
        Table { name, columns, key_columns: 1, steady: &[], ids: &[], days: &[] }
    }

    const VALUES: Table = table("board", &["id", "text"]);
    const SEATS: Table = table("board_seat", &["id"]);

    #[test]
    fn every_name_of_a_set_of_tables_is_its_own() {
        let sql = "create table board (id text); create index board_by_text on board (text); \
                   create index board_seat_id on board_seat (id); -- boards";
        let tables = [VALUES, SEATS];
        assert_eq!(Names::read(false).of_sql(sql, &tables), sql);
        assert_eq!(
            Names::read(false).beside().of_sql(sql, &tables),
            "create table board_built (id text); create index board_by_text_2 on board_built (text); \
             create index board_seat_id_2 on board_seat_built (id); -- boards"
        );
        assert_eq!(Names::read(false).beside().switched(), Names::read(true));
    }

    #[test]
    fn a_sum_tells_values_places_and_tables_apart() {
        let text = |text: &'static str| Value::from(text);
        let row = [text("a"), Value::Whole(1)];
        let others = [
            [text("a"), Value::Whole(2)],
            [text("a"), text("1")],
            [text("a"), Value::Null],
            [Value::Whole(1), text("a")],
            [Value::from(&b"a"[..]), Value::Whole(1)],
        ];
        for other in others {
            assert_ne!(row_sum(&VALUES, &row), row_sum(&VALUES, &other), "{other:?}");
        }
        assert_ne!(row_sum(&VALUES, &row), row_sum(&SEATS, &row));
        assert!(row_sum(&VALUES, &row) >= 0);
    }

    /// Sums are kept in files, so that another way of making them would take every row for damaged.
    #[test]
    fn sums_stay_what_they_were() {
        let row = [Value::from("a"), Value::Whole(1)];
        assert_eq!(row_sum(&VALUES, &row), 38_979_436_613_169);
    }
}
