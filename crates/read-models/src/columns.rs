//! SQL values and the domain's types: the subset that SQLite and PostgreSQL both take (ids and dates as TEXT,
//! instants as BIGINT milliseconds, numbers as BIGINT).

use chrono::{DateTime, NaiveDate, Utc};
use event_store::{Position, Version};
use foldhash::HashMap;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Decode, QueryBuilder, Row as _, Sqlite, Type};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use uuid::Uuid;

/// A count or position as SQL keeps it. Both stay far below 2^63; a number that does not is kept at the end.
pub(crate) fn bigint(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads the columns of a row from left to right, in the order in which they are bound.
pub(crate) struct Columns<'r> {
    row: &'r SqliteRow,
    next: usize,
}

impl<'r> Columns<'r> {
    /// From the first column on.
    pub(crate) const fn of(row: &'r SqliteRow) -> Self {
        Self { row, next: 0 }
    }

    /// The next column as SQL has it.
    pub(crate) fn get<T>(&mut self) -> Result<T, sqlx::Error>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite>,
    {
        let index = self.next;
        self.next += 1;
        self.row.try_get(index)
    }

    /// A text that must parse.
    pub(crate) fn parse<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, sqlx::Error> {
        let text: &str = self.get()?;
        parse(text).ok_or_else(|| misread(text))
    }

    /// A text that must parse where there is one.
    pub(crate) fn parse_optional<T>(
        &mut self,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, sqlx::Error> {
        let text: Option<&str> = self.get()?;
        text.map(|text| parse(text).ok_or_else(|| misread(text))).transpose()
    }

    /// An id.
    pub(crate) fn id(&mut self) -> Result<Uuid, sqlx::Error> {
        self.parse(|text| text.parse().ok())
    }

    /// An id where there is one.
    pub(crate) fn id_optional(&mut self) -> Result<Option<Uuid>, sqlx::Error> {
        self.parse_optional(|text| text.parse().ok())
    }

    /// A day.
    pub(crate) fn date(&mut self) -> Result<NaiveDate, sqlx::Error> {
        self.parse(|text| text.parse().ok())
    }

    /// A day where there is one.
    pub(crate) fn date_optional(&mut self) -> Result<Option<NaiveDate>, sqlx::Error> {
        self.parse_optional(|text| text.parse().ok())
    }

    /// An instant.
    pub(crate) fn instant(&mut self) -> Result<DateTime<Utc>, sqlx::Error> {
        let ms: i64 = self.get()?;
        DateTime::from_timestamp_millis(ms).ok_or_else(|| misread(&ms.to_string()))
    }

    /// An instant where there is one.
    pub(crate) fn instant_optional(&mut self) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
        let ms: Option<i64> = self.get()?;
        ms.map(|ms| DateTime::from_timestamp_millis(ms).ok_or_else(|| misread(&ms.to_string()))).transpose()
    }

    /// A number that is not negative.
    pub(crate) fn number<T: TryFrom<i64>>(&mut self) -> Result<T, sqlx::Error> {
        let number: i64 = self.get()?;
        T::try_from(number).map_err(|_| misread(&number.to_string()))
    }

    /// A number that is not negative, where there is one.
    pub(crate) fn number_optional<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, sqlx::Error> {
        let number: Option<i64> = self.get()?;
        number.map(|number| T::try_from(number).map_err(|_| misread(&number.to_string()))).transpose()
    }

    /// A place in the log.
    pub(crate) fn position(&mut self) -> Result<Position, sqlx::Error> {
        self.number().map(Position)
    }

    /// A place in a stream.
    pub(crate) fn version(&mut self) -> Result<Version, sqlx::Error> {
        self.number().map(Version)
    }

    /// JSON kept as text.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, sqlx::Error> {
        self.parse(|text| serde_json::from_str(text).ok())
    }
}

pub(crate) fn misread(value: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{value:?} is not a value of its column").into())
}

/// JSON as text. The values are lists of ids and cannot fail to serialise.
pub(crate) fn json_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// `insert … values … on conflict (<key>) do update` for `rows`, in statements of bounded size: rows with the same key
/// are replaced. `bind` must push one value per column, in the order of `columns`.
///
/// With [`add`] the only place that knows how rows are replaced, so that an engine without `on conflict` needs one
/// change.
pub(crate) async fn upsert<T: Sync>(
    sql: &mut sqlx::SqliteConnection,
    table: &'static str,
    columns: &'static [&'static str],
    key_columns: usize,
    rows: &[T],
    bind: impl Fn(&mut Binds, &T),
) -> Result<(), sqlx::Error> {
    let replace = |column: &str| format!("{column} = excluded.{column}");
    insert(sql, table, columns, key_columns, rows, replace, bind).await
}

/// Like [`upsert`], for counters: what is there already is added to.
pub(crate) async fn add<T: Sync>(
    sql: &mut sqlx::SqliteConnection,
    table: &'static str,
    columns: &'static [&'static str],
    key_columns: usize,
    rows: &[T],
    bind: impl Fn(&mut Binds, &T),
) -> Result<(), sqlx::Error> {
    let add = |column: &str| format!("{column} = {table}.{column} + excluded.{column}");
    insert(sql, table, columns, key_columns, rows, add, bind).await
}

async fn insert<T: Sync>(
    sql: &mut sqlx::SqliteConnection,
    table: &'static str,
    columns: &'static [&'static str],
    key_columns: usize,
    rows: &[T],
    on_conflict: impl Fn(&str) -> String,
    bind: impl Fn(&mut Binds, &T),
) -> Result<(), sqlx::Error> {
    let (key, rest) = columns.split_at(key_columns.min(columns.len()));
    let update = rest.iter().map(|column| on_conflict(column)).collect::<Vec<_>>().join(", ");
    let on_conflict = if rest.is_empty() {
        format!(" on conflict ({}) do nothing", key.join(", "))
    } else {
        format!(" on conflict ({}) do update set {update}", key.join(", "))
    };
    let begin = format!("insert into {table} ({}) values ", columns.join(", "));
    let tuple = format!("({})", vec!["?"; columns.len()].join(", "));
    let mut texts = HashMap::<usize, Arc<str>>::default();
    let mut statement = |chunk: &[T]| {
        // Few lengths, and each again and again.
        let text = texts
            .entry(chunk.len())
            .or_insert_with(|| format!("{begin}{}{on_conflict}", vec![tuple.as_str(); chunk.len()].join(", ")).into());
        let mut binds = Binds::of(chunk.len() * columns.len());
        chunk.iter().for_each(|row| bind(&mut binds, row));
        binds.bound.map(|bound| sqlx::query_with(AssertSqlSafe(text.clone()), bound))
    };
    let mut pieces = chunks(rows, (BINDS_MAX / columns.len()).max(1));
    let mut next = pieces.next().map(&mut statement);
    while let Some(query) = next.take() {
        let mut running = pin!(query.map_err(sqlx::Error::Encode)?.execute(&mut *sql));
        // SQLite has a thread of its own, which begins with the first poll; the next statement is made meanwhile.
        let early = poll_fn(|context| Poll::Ready(running.as_mut().poll(context))).await;
        next = pieces.next().map(&mut statement);
        match early {
            Poll::Ready(done) => done,
            Poll::Pending => running.await,
        }?;
    }
    Ok(())
}

/// Deletes the rows with these keys, in statements of bounded size.
pub(crate) async fn delete(
    sql: &mut sqlx::SqliteConnection,
    table: &'static str,
    key: &'static str,
    ids: &[Uuid],
) -> Result<(), sqlx::Error> {
    for chunk in chunks(ids, BINDS_MAX) {
        let mut query = QueryBuilder::<Sqlite>::new(format!("delete from {table} where {key} in ("));
        let mut list = query.separated(", ");
        for id in chunk {
            list.push_bind(id.to_string());
        }
        query.push(")");
        query.build().execute(&mut *sql).await?;
    }
    Ok(())
}

/// Bound values a statement; SQLite takes 32,766, PostgreSQL 65,535.
const BINDS_MAX: usize = 12_000;

/// Pieces whose sizes are powers of two: a model uses a handful of different statements, which stay prepared.
pub(crate) fn chunks<T>(rows: &[T], most: usize) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let largest = most.min(rest.len());
        if largest == 0 {
            return None;
        }
        let (chunk, after) = rest.split_at(1 << largest.ilog2());
        rest = after;
        Some(chunk)
    })
}

/// The values of a multi-row statement, row by row.
pub(crate) struct Binds {
    bound: Result<SqliteArguments, BoxDynError>,
}

impl Binds {
    fn of(values: usize) -> Self {
        let mut bound = SqliteArguments::default();
        bound.reserve(values, 0);
        Self { bound: Ok(bound) }
    }

    /// The next value as SQL takes it. One that cannot be encoded fails the statement.
    pub(crate) fn push<T>(&mut self, value: T) -> &mut Self
    where
        T: sqlx::Encode<'static, Sqlite> + Type<Sqlite> + 'static,
    {
        if let Ok(bound) = &mut self.bound
            && let Err(error) = Arguments::add(bound, value)
        {
            self.bound = Err(error);
        }
        self
    }

    /// A text that stands in one place only, or in many.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.push(Arc::<str>::from(text))
    }

    /// An id.
    pub(crate) fn id(&mut self, id: Uuid) -> &mut Self {
        self.text(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }

    /// An id as its 16 bytes, where rows are many.
    pub(crate) fn uuid(&mut self, id: Uuid) -> &mut Self {
        self.push(id.as_bytes().to_vec())
    }

    /// An id, or NULL.
    pub(crate) fn id_optional(&mut self, id: Option<Uuid>) -> &mut Self {
        self.push(id.map(|id| id.to_string()))
    }

    /// A day.
    pub(crate) fn date(&mut self, on: NaiveDate) -> &mut Self {
        self.push(on.to_string())
    }

    /// A day, or NULL.
    pub(crate) fn date_optional(&mut self, on: Option<NaiveDate>) -> &mut Self {
        self.push(on.map(|on| on.to_string()))
    }

    /// An instant.
    pub(crate) fn instant(&mut self, at: DateTime<Utc>) -> &mut Self {
        self.push(at.timestamp_millis())
    }

    /// An instant, or NULL.
    pub(crate) fn instant_optional(&mut self, at: Option<DateTime<Utc>>) -> &mut Self {
        self.push(at.map(|at| at.timestamp_millis()))
    }

    /// A number.
    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        self.push(bigint(number))
    }
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
