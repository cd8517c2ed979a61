//! Values on their way into SQLite and columns on their way out of it.

use super::SqlError;
use crate::engine::columns::Value;
use chrono::{DateTime, NaiveDate, Utc};
use event_store::{Position, Version};
use rusqlite::types::{FromSqlError, ToSql, ToSqlOutput, Type, ValueRef};
use uuid::Uuid;

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Whole(whole) => ValueRef::Integer(*whole),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
            Self::Id(id) => ValueRef::Blob(id.as_bytes()),
        }))
    }
}

/// Reads the columns of a row from left to right, in the order in which they are bound.
pub(crate) struct Columns<'r> {
    row: &'r rusqlite::Row<'r>,
    next: usize,
}

impl<'r> Columns<'r> {
    /// From the first column on.
    pub(super) const fn of(row: &'r rusqlite::Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    fn get<T>(&mut self, read: impl FnOnce(ValueRef<'r>) -> Result<T, FromSqlError>) -> Result<T, SqlError> {
        let index = self.next;
        self.next += 1;
        let value = self.row.get_ref(index)?;
        read(value).map_err(|error| SqlError::FromSqlConversionFailure(index, value.data_type(), Box::new(error)))
    }

    fn get_optional<T>(
        &mut self,
        read: impl FnOnce(ValueRef<'r>) -> Result<T, FromSqlError>,
    ) -> Result<Option<T>, SqlError> {
        self.get(|value| if value == ValueRef::Null { Ok(None) } else { read(value).map(Some) })
    }

    /// A text.
    pub(crate) fn text(&mut self) -> Result<&'r str, SqlError> {
        self.get(|value| value.as_str())
    }

    /// A text that may be absent.
    pub(crate) fn text_optional(&mut self) -> Result<Option<&'r str>, SqlError> {
        self.get_optional(|value| value.as_str())
    }

    /// A number, an instant, a day.
    pub(crate) fn whole(&mut self) -> Result<i64, SqlError> {
        self.get(|value| value.as_i64())
    }

    /// The same where there is one.
    pub(crate) fn whole_optional(&mut self) -> Result<Option<i64>, SqlError> {
        self.get_optional(|value| value.as_i64())
    }

    /// A truth.
    pub(crate) fn truth(&mut self) -> Result<bool, SqlError> {
        self.whole().map(|whole| whole != 0)
    }

    /// A truth where there is one.
    pub(crate) fn truth_optional(&mut self) -> Result<Option<bool>, SqlError> {
        Ok(self.whole_optional()?.map(|whole| whole != 0))
    }

    /// Bytes.
    pub(crate) fn bytes(&mut self) -> Result<&'r [u8], SqlError> {
        self.get(|value| value.as_blob())
    }

    /// Bytes where there are any.
    pub(crate) fn bytes_optional(&mut self) -> Result<Option<&'r [u8]>, SqlError> {
        self.get_optional(|value| value.as_blob())
    }

    /// A text that must parse.
    pub(crate) fn parse<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, SqlError> {
        let text = self.text()?;
        parse(text).ok_or_else(|| misread(text))
    }

    /// A text that must parse where there is one.
    pub(crate) fn parse_optional<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, SqlError> {
        let text = self.get_optional(|value| value.as_str())?;
        text.map(|text| parse(text).ok_or_else(|| misread(text))).transpose()
    }

    /// An id.
    pub(crate) fn id(&mut self) -> Result<Uuid, SqlError> {
        self.bytes().and_then(id)
    }

    /// An id where there is one.
    pub(crate) fn id_optional(&mut self) -> Result<Option<Uuid>, SqlError> {
        self.bytes_optional()?.map(id).transpose()
    }

    /// A day.
    pub(crate) fn date(&mut self) -> Result<NaiveDate, SqlError> {
        self.whole().and_then(date)
    }

    /// A day where there is one.
    pub(crate) fn date_optional(&mut self) -> Result<Option<NaiveDate>, SqlError> {
        self.whole_optional()?.map(date).transpose()
    }

    /// An instant.
    pub(crate) fn instant(&mut self) -> Result<DateTime<Utc>, SqlError> {
        self.whole().and_then(instant)
    }

    /// An instant where there is one.
    pub(crate) fn instant_optional(&mut self) -> Result<Option<DateTime<Utc>>, SqlError> {
        self.whole_optional()?.map(instant).transpose()
    }

    /// A number that is not negative.
    pub(crate) fn number<T: TryFrom<i64>>(&mut self) -> Result<T, SqlError> {
        self.whole().and_then(number)
    }

    /// A number that is not negative, where there is one.
    pub(crate) fn number_optional<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, SqlError> {
        self.whole_optional()?.map(number).transpose()
    }

    /// A place in the log.
    pub(crate) fn position(&mut self) -> Result<Position, SqlError> {
        self.number().map(Position)
    }

    /// A place in a stream.
    pub(crate) fn version(&mut self) -> Result<Version, SqlError> {
        self.number().map(Version)
    }

    /// JSON kept as text.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, SqlError> {
        self.parse(|text| serde_json::from_str(text).ok())
    }

    /// The next column, which holds JSON or nothing.
    pub(crate) fn json_optional<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>, SqlError> {
        self.parse_optional(|text| serde_json::from_str(text).ok())
    }

    /// The next column, whatever is in it.
    pub(crate) fn value(&mut self) -> Result<Value<'r>, SqlError> {
        self.get(|value| {
            Ok(match value {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(whole) => Value::Whole(whole),
                ValueRef::Text(_) => Value::from(value.as_str()?),
                ValueRef::Blob(bytes) => Value::from(bytes),
                ValueRef::Real(_) => return Err(FromSqlError::InvalidType),
            })
        })
    }
}

fn id(bytes: &[u8]) -> Result<Uuid, SqlError> {
    Uuid::from_slice(bytes).map_err(|_| misread("an id of another length"))
}

fn date(days: i64) -> Result<NaiveDate, SqlError> {
    let on = i32::try_from(days).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    on.ok_or_else(|| misread(&days.to_string()))
}

fn instant(ms: i64) -> Result<DateTime<Utc>, SqlError> {
    DateTime::from_timestamp_millis(ms).ok_or_else(|| misread(&ms.to_string()))
}

fn number<T: TryFrom<i64>>(number: i64) -> Result<T, SqlError> {
    T::try_from(number).map_err(|_| misread(&number.to_string()))
}

pub(crate) fn misread(value: &str) -> SqlError {
    SqlError::FromSqlConversionFailure(0, Type::Null, format!("{value:?} is not a value of its column").into())
}
