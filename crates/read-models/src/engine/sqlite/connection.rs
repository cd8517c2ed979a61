//! A connection to the file, and the statements that are run on it.

use super::{Columns, SqlError, unsynced};
use crate::engine::columns::Value;
use crate::engine::waits::BUSY_WAIT;
use rusqlite::{CachedStatement, Connection, OpenFlags};
use std::path::Path;

/// Memory for pages: of the connection that writes, and of each that reads.
pub(crate) const WRITER_CACHE_BYTES: usize = 32 << 20;
pub(crate) const READER_CACHE_BYTES: usize = 8 << 20;
/// Of one that reads many rows, each once.
pub(crate) const LONG_READER_CACHE_BYTES: usize = 2 << 20;
/// Prepared statements kept: four for each table of the connection that writes, one for each form of a question.
const STATEMENTS: usize = 96;

/// A connection. Statements stay prepared; their text is built from constants and from names of tables of ours.
pub(crate) struct Sql(Connection);

impl Sql {
    /// The connection that writes. A file that is not there is made, and one that was cut short is begun anew.
    pub(crate) fn to_write(path: &Path) -> Result<Self, SqlError> {
        unsynced::begin(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let sql = Self::open(path, flags, WRITER_CACHE_BYTES)?;
        // Readers and the writer do not wait for one another. Nothing is made durable here ([`unsynced`]). 16 MB of log
        // before pages move: the same index pages are written again and again, but who reads what was just written waits
        // for the move, too. Its file keeps that size. A table is renamed whatever views there are: they go by the name it
        // is given.
        sql.script(
            "pragma journal_mode = wal; pragma synchronous = off; pragma legacy_alter_table = on; \
             pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 33554432;",
        )?;
        Ok(sql)
    }

    /// A connection that reads.
    pub(crate) fn to_read(path: &Path) -> Result<Self, SqlError> {
        Self::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_BYTES)
    }

    /// A connection that reads many rows. What has to be sorted may be more than memory is for.
    pub(crate) fn to_read_at_length(path: &Path) -> Result<Self, SqlError> {
        let sql = Self::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, LONG_READER_CACHE_BYTES)?;
        sql.script("pragma temp_store = file")?;
        Ok(sql)
    }

    fn open(path: &Path, flags: OpenFlags, cache_bytes: usize) -> Result<Self, SqlError> {
        let sql = Self(Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?);
        sql.0.busy_timeout(BUSY_WAIT)?;
        sql.0.set_prepared_statement_cache_capacity(STATEMENTS);
        sql.script(&format!(
            "pragma temp_store = memory; pragma foreign_keys = off; pragma mmap_size = 0; pragma cache_size = -{}",
            cache_bytes >> 10
        ))?;
        Ok(sql)
    }

    /// Runs statements one after the other.
    pub(crate) fn script(&self, text: &str) -> Result<(), SqlError> {
        self.0.execute_batch(text)
    }

    /// A statement to be run many times.
    pub(crate) fn prepared(&self, text: &str) -> Result<Prepared<'_>, SqlError> {
        self.0.prepare_cached(text).map(Prepared)
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) fn execute(&self, text: &str, values: &[Value<'_>]) -> Result<usize, SqlError> {
        self.prepared(text)?.execute(values)
    }

    /// The first row, if there is one.
    pub(crate) fn row<T>(
        &self,
        text: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&mut Columns<'_>) -> Result<T, SqlError>,
    ) -> Result<Option<T>, SqlError> {
        self.prepared(text)?.row(values, read)
    }

    /// All rows.
    pub(crate) fn rows<T>(
        &self,
        text: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&mut Columns<'_>) -> Result<T, SqlError>,
    ) -> Result<Vec<T>, SqlError> {
        let mut all = Vec::new();
        self.each(text, values, |columns| {
            all.push(read(columns)?);
            Ok::<_, SqlError>(())
        })?;
        Ok(all)
    }

    /// One row after the other, until one is refused.
    pub(crate) fn each<E: From<SqlError>>(
        &self,
        text: &str,
        values: &[Value<'_>],
        read: impl FnMut(&mut Columns<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.prepared(text)?.each(values, read)
    }

    /// What is read in here is of one moment.
    pub(crate) fn at_one_moment<T, E: From<SqlError>>(&self, read: impl FnOnce(&Self) -> Result<T, E>) -> Result<T, E> {
        self.execute("begin", &[])?;
        let read = read(self);
        // Where even this fails the connection is of no use any more, and whoever comes next is told so.
        let ended = self.execute("rollback", &[]);
        let read = read?;
        ended?;
        Ok(read)
    }

    /// A number that changes when another connection has committed.
    pub(crate) fn data_version(&self) -> Result<i64, SqlError> {
        self.row("pragma data_version", &[], |columns| columns.whole())?.ok_or(SqlError::QueryReturnedNoRows)
    }

    /// Lets go of statements and pages.
    pub(crate) fn shrink(&self) -> Result<(), SqlError> {
        self.0.flush_prepared_statement_cache();
        self.script("pragma shrink_memory")
    }
}

/// A prepared statement.
pub(crate) struct Prepared<'s>(CachedStatement<'s>);

impl Prepared<'_> {
    fn bind(&mut self, values: &[Value<'_>]) -> Result<(), SqlError> {
        values.iter().enumerate().try_for_each(|(at, value)| self.0.raw_bind_parameter(at + 1, value))
    }

    /// Runs it and says how many rows it changed.
    pub(crate) fn execute(&mut self, values: &[Value<'_>]) -> Result<usize, SqlError> {
        self.bind(values)?;
        self.0.raw_execute()
    }

    /// The first row, if there is one.
    pub(crate) fn row<T>(
        &mut self,
        values: &[Value<'_>],
        read: impl FnOnce(&mut Columns<'_>) -> Result<T, SqlError>,
    ) -> Result<Option<T>, SqlError> {
        self.bind(values)?;
        self.0.raw_query().next()?.map(|row| read(&mut Columns::of(row))).transpose()
    }

    /// One row after the other, until one is refused.
    pub(crate) fn each<E: From<SqlError>>(
        &mut self,
        values: &[Value<'_>],
        mut read: impl FnMut(&mut Columns<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.bind(values)?;
        let mut rows = self.0.raw_query();
        while let Some(row) = rows.next()? {
            read(&mut Columns::of(row))?;
        }
        Ok(())
    }
}
