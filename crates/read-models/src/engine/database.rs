//! The SQL file: one connection that writes, two that read, each on a thread of its own, and two for what is read at length.
//!
//! Connections are made when they are needed, so that a file that cannot be opened keeps nobody from starting, and is
//! opened as soon as it can be. Who wants to write waits in line, for as long as it takes: waiting is no failure.

use crate::engine::failure::{Failure, of_the_file};
use crate::engine::list::ListError;
use crate::engine::others::Others;
use crate::engine::remedy::Remedy;
use crate::engine::sqlite::unsynced::{self, Unsynced, absent_is_well, beside};
use crate::engine::sqlite::{Handed, Seat, Sql, SqlError, Threads, is_busy};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// Threads that answer questions.
pub(crate) const READERS: usize = 2;
/// Threads that answer questions which take long.
pub(crate) const LONG_READERS: usize = 2;
/// Questions that are with the threads at one time; others wait until one of these is answered.
const QUESTIONS: usize = 8 * READERS;
/// How long a question waits for its turn.
const READER_WAIT: Duration = Duration::from_secs(5);

/// Where rows live. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    file: Arc<File>,
    connections: Arc<RwLock<Arc<Connections>>>,
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
            for suffix in ["", "-wal", "-shm", "-unsynced"] {
                // What is left behind lies in a directory for such things.
                let _gone = std::fs::remove_file(beside(&self.path, suffix));
            }
        }
    }
}

/// The connections to one file.
struct Connections {
    writer: Threads,
    readers: Threads,
    long_readers: Threads,
    turns: Semaphore,
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
        let connections = Connections::of(&file.path, &others);
        Self {
            file: Arc::new(file),
            others,
            connections: Arc::new(RwLock::new(Arc::new(connections))),
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
        let others = self.others.clone();
        let prepared = self.connections().writer.hand(move |seat| {
            let prepared = seat.sql().and_then(|sql| {
                let data_version = sql.data_version()?;
                prepare(sql)?;
                Ok(data_version)
            });
            match prepared {
                Ok(data_version) => others.look(data_version).inspect(|()| others.committed()),
                Err(error) => {
                    seat.let_go();
                    Err(of_the_file(error))
                }
            }
        });
        prepared.done().await?
    }

    /// Whether others have written in the file, or it is another one. Where the connection that writes is at work, it
    /// asks by itself.
    pub(crate) async fn look(&self) -> Result<(), Failure> {
        let connections = self.connections();
        if !connections.writer.rest() {
            return Ok(());
        }
        let others = self.others.clone();
        connections.writer.hand(move |seat| others.look(seat.sql()?.data_version()?)).done().await?
    }

    /// What others do to the file.
    pub(crate) fn others(&self) -> &Others {
        &self.others
    }

    /// Why the connection that writes waits for somebody else, if it does.
    pub(crate) fn held_by_others(&self) -> Option<String> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn connections(&self) -> Arc<Connections> {
        self.connections.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Which file this is, of those that were there one after the other.
    pub(crate) fn generation(&self) -> u64 {
        *self.files.borrow()
    }

    /// Hears when the file is set aside.
    pub(crate) fn files(&self) -> watch::Receiver<u64> {
        self.files.subscribe()
    }

    /// The answer to a question, of one moment.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Sql) -> Result<T, ListError> + Send + 'static,
    ) -> Result<T, ListError> {
        let connections = self.connections();
        let busy = || ListError::Unavailable("there is too much to read in the read database".to_owned());
        let turn = tokio::time::timeout(READER_WAIT, connections.turns.acquire()).await;
        let _turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
        let answered = connections.readers.hand(|seat| {
            let answer = seat.sql().map_err(ListError::from).and_then(|sql| sql.at_one_moment(question));
            if matches!(answer, Err(ListError::Sql(_))) {
                seat.let_go();
            }
            answer
        });
        answered.done().await.map_err(|gone| ListError::Unavailable(Failure::from(gone).to_string()))?
    }

    /// The answer to a question that reads many rows, of one moment. The others do not wait for it, and its connection goes
    /// with it: its pages are of no use to the next.
    pub(crate) async fn ask_at_length<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Sql) -> Result<T, ListError> + Send + 'static,
    ) -> Result<T, ListError> {
        let answered = self.connections().long_readers.hand(|seat| {
            let answer = seat.sql().map_err(ListError::from).and_then(|sql| sql.at_one_moment(question));
            seat.let_go();
            answer
        });
        answered.done().await.map_err(|gone| ListError::Unavailable(Failure::from(gone).to_string()))?
    }

    /// How to make a connection beside those, for reading at length.
    pub(crate) fn reader(&self) -> impl FnOnce() -> Result<Sql, SqlError> + Send + 'static {
        let file = self.file.clone();
        move || Sql::to_read(&file.path)
    }

    /// Hands a transaction to the connection that writes, behind those that were handed to it before. It waits for the
    /// file, which others may hold. The transaction has committed when the write has done so; after a failure nothing of
    /// it is there. None when told to stop before it began.
    pub(crate) fn hand<T: Send + 'static>(
        &self,
        stopping: &watch::Receiver<bool>,
        write: impl FnOnce(&Sql) -> Result<T, Failure> + Send + 'static,
    ) -> Handed<Result<Option<T>, Failure>> {
        let (others, held, stopping) = (self.others.clone(), self.held.clone(), stopping.clone());
        self.connections().writer.hand(move |seat| transaction(seat, &others, &held, &stopping, write))
    }

    /// The same, awaited.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        stopping: &watch::Receiver<bool>,
        write: impl FnOnce(&Sql) -> Result<T, Failure> + Send + 'static,
    ) -> Result<Option<T>, Failure> {
        self.hand(stopping, write).done().await?
    }

    /// Reads by the connection that writes, what it has written until then.
    pub(crate) async fn written<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Sql) -> Result<T, SqlError> + Send + 'static,
    ) -> Result<T, Failure> {
        let read = self.connections().writer.hand(|seat| {
            let read = seat.sql().and_then(read);
            if read.is_err() {
                seat.let_go();
            }
            read
        });
        Ok(read.done().await??)
    }

    /// Sets the file aside as `<name>.damaged`, and takes a new one, unless somebody has done so since `generation`.
    pub(crate) async fn set_aside(&self, generation: u64, why: &str) -> Result<(), Failure> {
        let _alone = self.setting_aside.lock().await;
        if self.generation() != generation {
            return Ok(());
        }
        tracing::warn!(file = %self.file.path.display(), why, "the read database is set aside and built anew");
        // What waits for a connection is told so; what has one ends first.
        self.close().await;
        let path = self.file.path.clone();
        let moved = tokio::task::spawn_blocking(move || set_aside(&path)).await;
        self.others.set_aside();
        let connections = Arc::new(Connections::of(&self.file.path, &self.others));
        *self.connections.write().unwrap_or_else(PoisonError::into_inner) = connections;
        self.files.send_modify(|files| *files += 1);
        moved.map_err(|error| Failure::Panicked(error.to_string()))?.map_err(Failure::from)
    }

    /// Brings what was committed to the disk, beside whoever reads and writes. Where the disk cannot be asked, which passes,
    /// it is asked another time.
    ///
    /// # Errors
    /// The disk does not keep it.
    pub(crate) async fn sync(&self) -> Result<(), Failure> {
        match self.with_the_disk(unsynced::sync).await {
            Ok(()) => Ok(()),
            Err(Unsynced::NotAsked(error)) => {
                tracing::debug!(%error, "the disk was not asked to keep the read database");
                Ok(())
            }
            Err(Unsynced::Lost(error)) => Err(error.into()),
        }
    }

    /// Waits for what runs and closes the file.
    pub(crate) async fn close(&self) {
        let connections = self.connections();
        tokio::join!(connections.readers.close(), connections.long_readers.close(), connections.writer.close());
        if let Err(Unsynced::NotAsked(error) | Unsynced::Lost(error)) = self.with_the_disk(unsynced::end).await {
            tracing::warn!(%error, "the read database may not be whole on the disk");
        }
    }

    async fn with_the_disk(&self, work: fn(&Path) -> Result<(), Unsynced>) -> Result<(), Unsynced> {
        let file = self.file.clone();
        let worked = tokio::task::spawn_blocking(move || if file.temporary { Ok(()) } else { work(&file.path) }).await;
        worked.unwrap_or_else(|error| Err(Unsynced::NotAsked(std::io::Error::other(error))))
    }
}

/// Waits for the file, writes and commits. After a failure the connection is closed, which undoes whatever state it was
/// left in.
fn transaction<T>(
    seat: &mut Seat<'_>,
    others: &Others,
    held: &Mutex<Option<String>>,
    stopping: &watch::Receiver<bool>,
    write: impl FnOnce(&Sql) -> Result<T, Failure>,
) -> Result<Option<T>, Failure> {
    let is_held = |why| *held.lock().unwrap_or_else(PoisonError::into_inner) = why;
    loop {
        if *stopping.borrow() {
            return Ok(None);
        }
        // A file that is being set aside may be held by somebody who never lets go.
        if seat.is_closed() {
            return Err(Failure::Closed);
        }
        // With the lock from the beginning: nothing that is read here may be written by others before it is used.
        match seat.sql().and_then(|sql| sql.execute("begin immediate", &[])) {
            Ok(_) => break is_held(None),
            Err(error) if is_busy(&error) => is_held(Some(error.to_string())),
            Err(error) => {
                is_held(None);
                seat.let_go();
                return Err(error.into());
            }
        }
    }
    let sql = seat.sql()?;
    if let Err(failure) = others.look(sql.data_version()?) {
        // Nothing was written, and the connection knows what it has seen.
        sql.execute("rollback", &[])?;
        return Err(failure);
    }
    let written = write(sql).and_then(|written| {
        sql.execute("commit", &[])?;
        Ok(Some(written))
    });
    match &written {
        Ok(_) => others.committed(),
        Err(_) => seat.let_go(),
    }
    written
}

impl Connections {
    fn of(path: &Path, others: &Arc<Others>) -> Self {
        let (others, write) = (others.clone(), path.to_owned());
        let (read, read_on) = (path.to_owned(), path.to_owned());
        let writer = Threads::new("sql-writer", 1, move || {
            let sql = Sql::to_write(&write)?;
            others.begins();
            Ok(sql)
        });
        let readers = Threads::new("sql-reader", READERS, move || Sql::to_read(&read));
        let long_readers = Threads::new("sql-long-reader", LONG_READERS, move || Sql::to_read_at_length(&read_on));
        Self { writer, readers, long_readers, turns: Semaphore::new(QUESTIONS) }
    }
}

fn prepare(sql: &Sql) -> Result<(), SqlError> {
    sql.script(include_str!("../../migrations/checkpoint.sql"))?;
    let sums = "select count(*) from pragma_table_info('read_model_checkpoint') where name = 'row_sum'";
    if sql.row(sums, &[], |columns| columns.whole())? == Some(0) {
        sql.script(include_str!("../../migrations/checkpoint.sums.sql"))?;
    }
    Ok(())
}

fn set_aside(path: &Path) -> std::io::Result<()> {
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
