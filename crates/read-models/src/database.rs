//! The SQL file: one connection that writes, a few that read.

use crate::read_models::ReadModelError;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Connections that answer questions.
const READERS_MAX: u32 = 4;

/// Where rows live. In memory one connection does both, since a memory database belongs to its connection.
#[derive(Clone)]
pub(crate) struct Database {
    pub writer: SqlitePool,
    pub readers: SqlitePool,
}

impl Database {
    /// Opens the file, or a database in memory. A file that SQLite cannot read is set aside as `<name>.damaged`: its
    /// rows are only a fold of the log, and a server must not fail to start for them.
    pub(crate) async fn open(path: Option<&Path>) -> Result<Self, ReadModelError> {
        match Self::connect(path).await {
            Ok(database) => Ok(database),
            Err(error) => {
                let Some(path) = path.filter(|path| is_unreadable(&error) && path.is_file()) else {
                    return Err(ReadModelError::Sql(error));
                };
                tracing::warn!(%error, "the read database cannot be read; it is set aside and built anew");
                set_aside(path)?;
                Self::connect(Some(path)).await.map_err(ReadModelError::Sql)
            }
        }
    }

    async fn connect(path: Option<&Path>) -> Result<Self, sqlx::Error> {
        let options = path.map_or_else(
            || SqliteConnectOptions::new().in_memory(true),
            |path| SqliteConnectOptions::new().filename(path),
        );
        let options = options
            .create_if_missing(true)
            // Readers and the writer do not wait for one another.
            .journal_mode(SqliteJournalMode::Wal)
            // After a power cut the newest commits may be gone, rows and checkpoint together; the log has them.
            .synchronous(SqliteSynchronous::Normal)
            // 80 MB of log before pages move: a catch-up rewrites the same index pages again and again.
            .pragma("wal_autocheckpoint", "20000")
            .pragma("journal_size_limit", "67108864")
            .pragma("temp_store", "memory")
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(false);
        let writer = pool(1).connect_with(options.clone().pragma("cache_size", "-65536")).await?;
        sqlx::raw_sql(include_str!("../migrations/checkpoint.sql")).execute(&writer).await?;
        let readers = if path.is_some() {
            pool(READERS_MAX).connect_with(options.pragma("cache_size", "-16384").read_only(true)).await?
        } else {
            writer.clone()
        };
        Ok(Self { writer, readers })
    }

    /// Waits for what runs and closes the file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn pool(connections_max: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(connections_max)
        .acquire_timeout(Duration::from_secs(10))
        // A connection to a file does not go stale, and a memory database would be lost with it.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// SQLITE_CORRUPT (11) or SQLITE_NOTADB (26), with their extended codes.
fn is_unreadable(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|error| error.code())
        .and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| matches!(code & 0xff, 11 | 26))
}

fn set_aside(path: &Path) -> Result<(), ReadModelError> {
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    std::fs::rename(path, beside(".damaged")).map_err(ReadModelError::Io)?;
    for suffix in ["-wal", "-shm"] {
        match std::fs::remove_file(beside(suffix)) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(ReadModelError::Io(error)),
        }
    }
    Ok(())
}
