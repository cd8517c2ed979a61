//! A question in SQL: constants of ours, and values that are bound.

use crate::engine::columns::Value;
use crate::engine::sqlite::{Columns, Sql, SqlError};

/// A question being put together.
pub(crate) struct Question {
    text: String,
    values: Vec<Value<'static>>,
}

impl Question {
    pub(crate) fn of(begin: &'static str) -> Self {
        let mut question = Self { text: String::with_capacity(2_048), values: Vec::new() };
        question.push(begin);
        question
    }

    /// The next part, which holds no value of a user.
    pub(crate) fn push(&mut self, part: &str) -> &mut Self {
        self.text.push_str(part);
        self
    }

    /// The whole of it as a part of another question.
    pub(crate) fn within(&mut self, before: &str, behind: &'static str) -> &mut Self {
        self.text.insert_str(0, before);
        self.push(behind)
    }

    /// The next value.
    pub(crate) fn bind(&mut self, value: impl Into<Value<'static>>) -> &mut Self {
        self.text.push('?');
        self.values.push(value.into());
        self
    }

    /// The values in which a condition ends, in parentheses.
    pub(crate) fn bind_list<T: Into<Value<'static>>>(&mut self, values: impl Iterator<Item = T>) -> &mut Self {
        for (at, value) in values.enumerate() {
            self.push(if at == 0 { " (" } else { ", " }).bind(value);
        }
        self.push(")")
    }

    /// Its rows, one after the other.
    pub(crate) fn each(
        &self,
        sql: &Sql,
        read: impl FnMut(&mut Columns<'_>) -> Result<(), SqlError>,
    ) -> Result<(), SqlError> {
        self.each_until(sql, read)
    }

    /// The same where whoever reads may have reasons of its own to end it.
    pub(crate) fn each_until<E: From<SqlError>>(
        &self,
        sql: &Sql,
        read: impl FnMut(&mut Columns<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        sql.each(&self.text, &self.values, read)
    }

    /// How SQLite would answer it, one step a line.
    #[cfg(test)]
    pub(crate) fn plan(&self, sql: &Sql) -> String {
        let text = format!("explain query plan {}", self.text);
        let read = |columns: &mut Columns<'_>| {
            let _numbers = (columns.value()?, columns.value()?, columns.value()?);
            columns.text().map(str::to_owned)
        };
        sql.rows(&text, &self.values, read).unwrap_or_default().join("\n")
    }
}
