//! The SQL file: one connection that writes, a few that read.
//!
//! Connections are made when they are needed, so that a file that cannot be opened keeps nobody from starting, and is
//! opened as soon as it can be. Who wants to write waits in line, for as long as it takes: waiting is no failure.

use crate::failure::{Failure, Remedy, is_busy, of_the_file};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Sqlite, SqliteConnection, SqlitePool};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;

/// Connections that answer questions.
const READERS_MAX: u32 = 4;
/// How long a question waits for a connection.
const READER_WAIT: Duration = Duration::from_secs(5);
/// How long SQLite waits for others before it says that the file is busy. Writers then ask again.
const BUSY_WAIT: Duration = Duration::from_secs(1);
/// Waiting in line has no end of its own; this is what the pool takes for one.
const FOR_EVER: Duration = Duration::from_secs(365 * 86_400);
/// Prepared statements of the writer: two lengths for each power of two, of each table.
const STATEMENTS: usize = 256;

/// Where rows live. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    file: Arc<File>,
    pools: Arc<RwLock<Pools>>,
    /// Counts the files that were set aside.
    files: Arc<watch::Sender<u64>>,
    /// Why the connection that writes waits for somebody else.
    held: Arc<Mutex<Option<String>>>,
    /// Held while the file is set aside.
    setting_aside: Arc<tokio::sync::Mutex<()>>,
}

/// The file's place. One of our own goes with its last user.
struct File {
    path: PathBuf,
    temporary: bool,
}

impl Drop for File {
    fn drop(&mut self) {
        if self.temporary {
            for suffix in ["", "-wal", "-shm"] {
                // What is left behind lies in a directory for such things.
                let _gone = std::fs::remove_file(beside(&self.path, suffix));
            }
        }
    }
}

/// The connections to one file.
#[derive(Clone)]
struct Pools {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Database {
    /// The file at a path, or one of its own for as long as it is used. Nothing is opened yet.
    pub(crate) fn at(path: Option<&Path>) -> Self {
        let file = path.map_or_else(
            || File {
                path: std::env::temp_dir().join(format!("read-models-{}.sqlite", nobody_else())),
                temporary: true,
            },
            |path| File { path: path.to_owned(), temporary: false },
        );
        let pools = Pools::of(&file.path);
        Self {
            file: Arc::new(file),
            pools: Arc::new(RwLock::new(pools)),
            files: Arc::new(watch::Sender::new(0)),
            held: Arc::default(),
            setting_aside: Arc::default(),
        }
    }

    /// Opens the file, to learn whether it can be. One that SQLite cannot read is set aside as `<name>.damaged`: its rows
    /// are only a fold of the log.
    pub(crate) async fn try_open(&self) -> Result<(), Failure> {
        let generation = self.generation();
        match self.prepare().await {
            Ok(()) => Ok(()),
            Err(failure) if failure.remedy() == Remedy::NewFile => {
                self.set_aside(generation, &failure.to_string()).await?;
                self.prepare().await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Makes the table of checkpoints, with the columns that it lacks in a file of an older program.
    pub(crate) async fn prepare(&self) -> Result<(), Failure> {
        let mut connection = self.pools().writer.acquire().await.map_err(of_the_file)?;
        let prepared = prepare(&mut connection).await;
        if prepared.is_err() {
            connection.close_on_drop();
        }
        prepared.map_err(of_the_file)
    }

    /// Why the connection that writes waits for somebody else, if it does.
    pub(crate) fn held_by_others(&self) -> Option<String> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn held(&self, why: Option<String>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    fn pools(&self) -> Pools {
        self.pools.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Which file this is, of those that were there one after the other.
    pub(crate) fn generation(&self) -> u64 {
        *self.files.borrow()
    }

    /// Hears when the file is set aside.
    pub(crate) fn files(&self) -> watch::Receiver<u64> {
        self.files.subscribe()
    }

    /// The connections that answer questions.
    pub(crate) fn readers(&self) -> SqlitePool {
        self.pools().readers
    }

    /// A connection beside those, for reading at length.
    pub(crate) async fn reader(&self) -> Result<SqliteConnection, sqlx::Error> {
        SqliteConnection::connect_with(&reading(&self.file.path)).await
    }

    /// Waits for the one connection that writes, and for the file, which others may hold.
    /// None when it was told to stop meanwhile.
    pub(crate) async fn writing(&self, stopping: &watch::Receiver<bool>) -> Result<Option<Writing>, sqlx::Error> {
        let mut connection = self.pools().writer.acquire().await?;
        loop {
            if *stopping.borrow() {
                return Ok(None);
            }
            // With the lock from the beginning: nothing that is read here may be written by others before it is used.
            match sqlx::raw_sql("begin immediate").execute(&mut *connection).await {
                Ok(_) => {
                    self.held(None);
                    return Ok(Some(Writing { connection, done: false }));
                }
                Err(error) if is_busy(&error) => self.held(Some(error.to_string())),
                Err(error) => {
                    self.held(None);
                    connection.close_on_drop();
                    return Err(error);
                }
            }
        }
    }

    /// The connection that writes, outside of a transaction.
    pub(crate) async fn writer(&self) -> Result<PoolConnection<Sqlite>, sqlx::Error> {
        self.pools().writer.acquire().await
    }

    /// Sets the file aside as `<name>.damaged`, and takes a new one, unless somebody has done so since `generation`.
    pub(crate) async fn set_aside(&self, generation: u64, why: &str) -> Result<(), Failure> {
        let _alone = self.setting_aside.lock().await;
        if self.generation() != generation {
            return Ok(());
        }
        tracing::warn!(file = %self.file.path.display(), why, "the read database cannot be read; it is set aside and built anew");
        let old = self.pools();
        // Those that wait for a connection are told so; those that have one end first.
        tokio::join!(old.readers.close(), old.writer.close());
        let path = self.file.path.clone();
        let moved = tokio::task::spawn_blocking(move || set_aside(&path)).await;
        *self.pools.write().unwrap_or_else(PoisonError::into_inner) = Pools::of(&self.file.path);
        self.files.send_modify(|files| *files += 1);
        match moved {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(sqlx::Error::Io(error).into()),
            Err(_) => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }

    /// Waits for what runs and closes the file.
    pub(crate) async fn close(&self) {
        let pools = self.pools();
        pools.readers.close().await;
        pools.writer.close().await;
    }
}

/// A transaction of the one connection that writes. Dropped before its commit it closes the connection, which undoes it
/// whatever state it was left in.
pub(crate) struct Writing {
    connection: PoolConnection<Sqlite>,
    done: bool,
}

impl Writing {
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("commit").execute(&mut *self.connection).await?;
        self.done = true;
        Ok(())
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.done {
            self.connection.close_on_drop();
        }
    }
}

impl Pools {
    fn of(path: &Path) -> Self {
        // Waiting long is what the line is for.
        let writer = pool(1, FOR_EVER).acquire_slow_threshold(FOR_EVER).connect_lazy_with(writing(path));
        Self { writer, readers: pool(READERS_MAX, READER_WAIT).connect_lazy_with(reading(path)) }
    }
}

fn writing(path: &Path) -> SqliteConnectOptions {
    options(path)
        .create_if_missing(true)
        // Readers and the writer do not wait for one another.
        .journal_mode(SqliteJournalMode::Wal)
        // After a power cut the newest commits may be gone, rows and checkpoint together; the log has them.
        .synchronous(SqliteSynchronous::Normal)
        // 80 MB of log before pages move: a catch-up rewrites the same index pages again and again.
        .pragma("wal_autocheckpoint", "20000")
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", "-65536")
        .statement_cache_capacity(STATEMENTS)
}

fn reading(path: &Path) -> SqliteConnectOptions {
    options(path).read_only(true).pragma("cache_size", "-16384")
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .pragma("temp_store", "memory")
        .busy_timeout(BUSY_WAIT)
        .foreign_keys(false)
}

async fn prepare(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(include_str!("../migrations/checkpoint.sql")).execute(&mut *connection).await?;
    let sums = "select count(*) from pragma_table_info('read_model_checkpoint') where name = 'row_sum'";
    if sqlx::query_scalar::<_, i64>(sums).fetch_one(&mut *connection).await? == 0 {
        sqlx::raw_sql(include_str!("../migrations/checkpoint.sums.sql")).execute(&mut *connection).await?;
    }
    Ok(())
}

fn pool(connections_max: u32, wait: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(wait)
        // A connection to a file does not go stale.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn set_aside(path: &Path) -> std::io::Result<()> {
    let absent_is_well = |done: std::io::Result<()>| match done {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    };
    absent_is_well(std::fs::rename(path, beside(path, ".damaged")))?;
    absent_is_well(std::fs::remove_file(beside(path, "-wal")))?;
    absent_is_well(std::fs::remove_file(beside(path, "-shm")))
}

/// A name that no other file has.
fn nobody_else() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}-{}", std::process::id(), since.as_nanos(), NEXT.fetch_add(1, Ordering::Relaxed))
}
