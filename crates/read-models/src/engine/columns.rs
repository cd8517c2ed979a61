//! SQL values and the domain's types: the subset that SQLite and PostgreSQL both take (ids and dates as TEXT,
//! instants as BIGINT milliseconds, numbers as BIGINT).

use chrono::{DateTime, NaiveDate, Utc};
use event_store::{Position, Version};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, Decode, Row as _, Sqlite, Type, TypeInfo as _, ValueRef as _};
use std::sync::Arc;
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

/// A value as SQL keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// None.
    Null,
    /// A number, an instant, a truth.
    Whole(i64),
    /// A text, an id, a day.
    Text(Arc<str>),
    /// Bytes.
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(whole: i64) -> Self {
        Self::Whole(whole)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Whole(truth.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Value {
    /// A column of a row, whatever is in it.
    pub(crate) fn read(row: &SqliteRow, column: usize) -> Result<Self, sqlx::Error> {
        let raw = row.try_get_raw(column)?;
        if raw.is_null() {
            return Ok(Self::Null);
        }
        let kind = raw.type_info();
        Ok(match kind.name() {
            "INTEGER" => Self::Whole(row.try_get_unchecked(column)?),
            "TEXT" => Self::Text(row.try_get_unchecked::<&str, _>(column)?.into()),
            "BLOB" => Self::Blob(row.try_get_unchecked(column)?),
            other => return Err(misread(other)),
        })
    }

    /// As SQL takes it.
    pub(crate) fn bind(self, arguments: &mut SqliteArguments) -> Result<(), sqlx::Error> {
        match self {
            Self::Null => arguments.add(None::<i64>),
            Self::Whole(whole) => arguments.add(whole),
            Self::Text(text) => arguments.add(text),
            Self::Blob(bytes) => arguments.add(bytes),
        }
        .map_err(sqlx::Error::Encode)
    }
}

/// The values of rows, in the order of their columns.
#[derive(Default)]
pub(crate) struct Binds(pub(crate) Vec<Value>);

impl Binds {
    /// The next value.
    pub(crate) fn push(&mut self, value: impl Into<Value>) -> &mut Self {
        self.0.push(value.into());
        self
    }

    /// A text.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.push(text)
    }

    /// An id.
    pub(crate) fn id(&mut self, id: Uuid) -> &mut Self {
        let mut buffer = Uuid::encode_buffer();
        let text: &str = id.hyphenated().encode_lower(&mut buffer);
        self.push(text)
    }

    /// An id as its 16 bytes, where rows are many.
    pub(crate) fn uuid(&mut self, id: Uuid) -> &mut Self {
        self.push(id.as_bytes().to_vec())
    }

    /// An id, or NULL.
    pub(crate) fn id_optional(&mut self, id: Option<Uuid>) -> &mut Self {
        match id {
            Some(id) => self.id(id),
            None => self.push(Value::Null),
        }
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
