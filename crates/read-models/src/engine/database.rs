//! The SQL file: one connection that writes, a few that read.
//!
//! Connections are made when they are needed, so that a file that cannot be opened keeps nobody from starting, and is
//! opened as soon as it can be. Who wants to write waits in line, for as long as it takes: waiting is no failure.

use crate::engine::failure::{Failure, Remedy, is_busy, of_the_file};
use crate::engine::others::Others;
use crate::engine::waits::BUSY_WAIT;
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
/// Waiting in line has no end of its own; this is what the pool takes for one.
const FOR_EVER: Duration = Duration::from_secs(365 * 86_400);
/// Prepared statements of the writer: two or three for each power of two, of each table.
const STATEMENTS: usize = 320;

/// Where rows live. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    file: Arc<File>,
    pools: Arc<RwLock<Pools>>,
    /// What others do to the file.
    others: Arc<Others>,
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
        let beside = ["-wal", "-shm"].map(|suffix| beside(&file.path, suffix));
        let others = Arc::new(Others::of(file.path.clone(), beside));
        let pools = Pools::of(&file.path, &others);
        Self {
            file: Arc::new(file),
            others,
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

    /// Makes the table of checkpoints, with the columns that it lacks in a file of an older program. From here on it is
    /// noticed when others write.
    pub(crate) async fn prepare(&self) -> Result<(), Failure> {
        let mut connection = self.pools().writer.acquire().await.map_err(of_the_file)?;
        let prepared = async {
            let data_version = data_version(&mut connection).await?;
            prepare(&mut connection).await?;
            Ok(data_version)
        };
        match prepared.await {
            Ok(data_version) => {
                let looked = self.others.look(data_version);
                if looked.is_ok() {
                    self.others.committed();
                }
                looked
            }
            Err(error) => {
                connection.close_on_drop();
                Err(of_the_file(error))
            }
        }
    }

    /// Whether others have written in the file, or it is another one. Where the connection that writes is at work, it
    /// asks by itself.
    pub(crate) async fn look(&self) -> Result<(), Failure> {
        let Some(mut connection) = self.pools().writer.try_acquire() else { return Ok(()) };
        let data_version = data_version(&mut connection).await?;
        self.others.look(data_version)
    }

    /// What others do to the file.
    pub(crate) fn others(&self) -> &Others {
        &self.others
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
    pub(crate) async fn writing(&self, stopping: &watch::Receiver<bool>) -> Result<Option<Writing>, Failure> {
        let pool = self.pools().writer;
        let mut connection = pool.acquire().await?;
        while !*stopping.borrow() {
            // A file that is being set aside may be held by somebody who never lets go.
            if pool.is_closed() {
                return Err(sqlx::Error::PoolClosed.into());
            }
            // With the lock from the beginning: nothing that is read here may be written by others before it is used.
            match sqlx::raw_sql("begin immediate").execute(&mut *connection).await {
                Ok(_) => {
                    self.held(None);
                    let mut writing = Writing { connection, others: self.others.clone(), done: false };
                    let data_version = data_version(&mut writing).await?;
                    let looked = self.others.look(data_version);
                    return match looked {
                        Ok(()) => Ok(Some(writing)),
                        Err(failure) => {
                            writing.roll_back().await?;
                            Err(failure)
                        }
                    };
                }
                Err(error) if is_busy(&error) => self.held(Some(error.to_string())),
                Err(error) => {
                    self.held(None);
                    connection.close_on_drop();
                    return Err(error.into());
                }
            }
        }
        Ok(None)
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
        tracing::warn!(file = %self.file.path.display(), why, "the read database is set aside and built anew");
        let old = self.pools();
        // Those that wait for a connection are told so; those that have one end first.
        tokio::join!(old.readers.close(), old.writer.close());
        let path = self.file.path.clone();
        let moved = tokio::task::spawn_blocking(move || set_aside(&path)).await;
        self.others.set_aside();
        *self.pools.write().unwrap_or_else(PoisonError::into_inner) = Pools::of(&self.file.path, &self.others);
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
    others: Arc<Others>,
    done: bool,
}

impl Writing {
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("commit").execute(&mut *self.connection).await?;
        self.others.committed();
        self.done = true;
        Ok(())
    }

    /// For one in which nothing was written.
    async fn roll_back(mut self) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("rollback").execute(&mut *self.connection).await?;
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
    fn of(path: &Path, others: &Arc<Others>) -> Self {
        let others = others.clone();
        let writer = pool(1, FOR_EVER)
            // Waiting long is what the line is for.
            .acquire_slow_threshold(FOR_EVER)
            .after_connect(move |_, _| {
                others.begins();
                Box::pin(async { Ok(()) })
            })
            .connect_lazy_with(writing(path));
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
        .pragma("cache_size", "-32768")
        .statement_cache_capacity(STATEMENTS)
}

fn reading(path: &Path) -> SqliteConnectOptions {
    options(path).read_only(true).pragma("cache_size", "-8192")
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .pragma("temp_store", "memory")
        .busy_timeout(BUSY_WAIT)
        .foreign_keys(false)
}

/// A number that changes when another connection has committed.
async fn data_version(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("pragma data_version").fetch_one(connection).await
}

async fn prepare(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(include_str!("../../migrations/checkpoint.sql")).execute(&mut *connection).await?;
    let sums = "select count(*) from pragma_table_info('read_model_checkpoint') where name = 'row_sum'";
    if sqlx::query_scalar::<_, i64>(sums).fetch_one(&mut *connection).await? == 0 {
        sqlx::raw_sql(include_str!("../../migrations/checkpoint.sums.sql")).execute(&mut *connection).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// One model may keep the connection that writes for as long as it takes; whoever waits for it must not fail meanwhile.
    #[tokio::test]
    async fn whoever_wants_to_write_waits_without_an_end() {
        let pools = Database::at(None).pools();
        assert_eq!(pools.writer.options().get_acquire_timeout(), FOR_EVER);
        assert_eq!(pools.readers.options().get_acquire_timeout(), READER_WAIT);
    }
}
