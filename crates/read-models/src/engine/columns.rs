//! SQL values and the domain's types: the subset that SQLite and PostgreSQL both take (ids as BYTEA, days, instants in
//! milliseconds and numbers as BIGINT). Short, since most of them stand in indexes too; views show them as texts.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use std::borrow::Cow;
use uuid::Uuid;

/// A count or position as SQL keeps it. Both stay far below 2^63; a number that does not is kept at the end.
pub(crate) fn bigint(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// JSON as text. The values are lists of ids and cannot fail to serialise.
pub(crate) fn json_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A value as SQL keeps it. An id equals the bytes that it is read back as.
#[derive(Clone, Debug, Eq)]
pub enum Value<'v> {
    /// None.
    Null,
    /// A number, an instant, a day, a truth.
    Whole(i64),
    /// A text.
    Text(Cow<'v, str>),
    /// Bytes.
    Blob(Cow<'v, [u8]>),
    /// An id as its 16 bytes.
    Id(Uuid),
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match self {
            Self::Null => matches!(other, Self::Null),
            Self::Whole(whole) => matches!(other, Self::Whole(other) if whole == other),
            Self::Text(text) => matches!(other, Self::Text(other) if text == other),
            Self::Blob(_) | Self::Id(_) => self.bytes().is_some() && self.bytes() == other.bytes(),
        }
    }
}

impl Value<'_> {
    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Blob(bytes) => Some(bytes),
            Self::Id(id) => Some(id.as_bytes()),
            Self::Null | Self::Whole(_) | Self::Text(_) => None,
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(whole: i64) -> Self {
        Self::Whole(whole)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Whole(truth.into())
    }
}

impl From<Uuid> for Value<'_> {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

/// Days since the last of the year 0.
impl From<NaiveDate> for Value<'_> {
    fn from(on: NaiveDate) -> Self {
        Self::Whole(on.num_days_from_ce().into())
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<'v> From<&'v [u8]> for Value<'v> {
    fn from(bytes: &'v [u8]) -> Self {
        Self::Blob(bytes.into())
    }
}

impl<'v, T: Into<Value<'v>>> From<Option<T>> for Value<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The values of rows, in the order of their columns.
#[derive(Default)]
pub(crate) struct Binds<'v>(pub(crate) Vec<Value<'v>>);

impl<'v> Binds<'v> {
    /// The next value.
    pub(crate) fn push(&mut self, value: impl Into<Value<'v>>) -> &mut Self {
        self.0.push(value.into());
        self
    }

    /// An id.
    pub(crate) fn id(&mut self, id: Uuid) -> &mut Self {
        self.push(id)
    }

    /// An id, or NULL.
    pub(crate) fn id_optional(&mut self, id: Option<Uuid>) -> &mut Self {
        self.push(id)
    }

    /// A day.
    pub(crate) fn date(&mut self, on: NaiveDate) -> &mut Self {
        self.push(on)
    }

    /// A day, or NULL.
    pub(crate) fn date_optional(&mut self, on: Option<NaiveDate>) -> &mut Self {
        self.push(on)
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
    use super::*;

    #[test]
    fn an_id_equals_the_bytes_that_it_is_kept_as_and_nothing_else() {
        let id = Uuid::from_u128(7);
        assert_eq!(Value::from(id), Value::from(&id.as_bytes()[..]));
        for other in [Value::from(Uuid::from_u128(8)), Value::Null, 7_i64.into(), "7".into()] {
            assert!(Value::from(id) != other && other != Value::from(id), "{other:?}");
        }
        assert_eq!(Value::from(None::<Uuid>), Value::Null);
    }
}
