//! The log on one machine's disk, open: the journal first, then sled.
//!
//! A commit is one frame in the journal, made durable, then one `apply_batch` of sled; every read is answered by sled.

use crate::disk::files::{Files, OpenDir};
use crate::disk::journal::write::{Journal, not_written};
use crate::disk::lock::DirLock;
use crate::disk::sled::chunk::Encoder;
use crate::disk::sled::flushed::Flushed;
use crate::disk::sled::{Store, writes};
use crate::disk::verify::Verification;
use crate::ids::{CommandId, Hash, Position, StreamId, SubjectId, Version};
use crate::log::{Batch, CommandRecord, Committed, EventLog, LogError, LogHead, Recorded, StreamHead};
use crate::record::boxes::WrappedKey;
use async_trait::async_trait;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use uuid::Uuid;

/// How often sled is made durable.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// The log on disk. Dropping it makes sled durable and gives the directory free.
pub struct DiskLog {
    core: Arc<Core>,
    flusher: Option<Flusher>,
    verification: Option<Verification>,
    _lock: DirLock,
}

/// What the log and its threads share.
pub(crate) struct Core {
    pub files: Files,
    pub data: PathBuf,
    /// Kept open: asking for room must need no descriptor.
    data_dir: OpenDir,
    pub log_id: Uuid,
    pub store: Store,
    /// What is kept free.
    room: Room,
    head: Mutex<LogHead>,
    writer: Mutex<Writer>,
    /// Set once and for ever by the first failure after which it is not known what is on disk.
    failed: Mutex<Option<String>>,
    /// Commits applied to sled so far, and how many of them were durable there at the last flush.
    commits: AtomicU64,
    flushed: Mutex<Option<u64>>,
    /// What goes wrong every second is told once.
    told: Told,
}

/// Troubles that need not stop anything, told when they begin.
#[derive(Debug, Default)]
struct Told {
    note: Once,
    room: Once,
}

/// Room that is not used, bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// Free on the disk; below that no command is taken.
    pub free: u64,
    /// Set aside behind the end of sled's file, where nobody else can take it.
    pub behind_sled: u64,
}

struct Writer {
    journal: Journal,
    encoder: Encoder,
}

struct Flusher {
    stop: SyncSender<()>,
    thread: JoinHandle<()>,
}

/// Nothing panics while what these locks guard is half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Core {
    /// # Errors
    /// When the data directory cannot be opened, or there is no memory for the encoder.
    pub fn new(files: Files, data: PathBuf, store: Store, journal: Journal, room: Room) -> Result<Self, LogError> {
        let data_dir = files.open_dir(&data).map_err(|error| LogError::Io(error.to_string()))?;
        Ok(Self {
            files,
            data,
            data_dir,
            log_id: journal.log_id(),
            store,
            room,
            head: Mutex::default(),
            writer: Mutex::new(Writer { journal, encoder: Encoder::new()? }),
            failed: Mutex::default(),
            commits: AtomicU64::default(),
            flushed: Mutex::default(),
            told: Told::default(),
        })
    }

    pub fn head(&self) -> LogHead {
        lock(&self.head).clone()
    }

    pub fn set_head(&self, head: LogHead) {
        *lock(&self.head) = head;
    }

    /// The first failure is the one that counts and is told; what follows follows from it.
    fn fail(&self, why: &str) {
        let mut failed = lock(&self.failed);
        if failed.is_none() {
            tracing::error!(why, "the log is written no more until it is opened again");
            *failed = Some(why.to_owned());
        }
    }

    fn failed(&self) -> Option<String> {
        lock(&self.failed).clone()
    }

    /// Asks sled. After it has failed it calls its own state all sorts of things; that is no damage of the record.
    fn read<T>(&self, ask: impl FnOnce(&Store) -> Result<T, LogError>) -> Result<T, LogError> {
        ask(&self.store).map_err(|error| match error {
            LogError::Damaged(why) if self.failed().is_some() => LogError::Io(why),
            LogError::Damaged(_) | LogError::Io(_) | LogError::Full | LogError::NotWritten(_) | LogError::Closed => {
                error
            }
        })
    }

    /// What sled does on the disk, with the fault plan before it.
    fn sled<T>(&self, work: impl FnOnce(&Store) -> Result<T, LogError>) -> Result<T, LogError> {
        self.files.before_sled(&self.data).map_err(|error| LogError::Io(error.to_string()))?;
        work(&self.store)
    }

    fn commit(&self, expected_size: u64, batch: &Batch) -> Result<Committed, LogError> {
        let mut writer = lock(&self.writer);
        if let Some(why) = self.failed() {
            return Err(LogError::Io(format!("an earlier write failed: {why}")));
        }
        let head = self.head();
        if head.size != expected_size {
            return Ok(Committed::HeadMoved);
        }
        fits(&head, batch)?;
        self.enough_space(batch)?;
        let Writer { journal, encoder } = &mut *writer;
        // What can fail without a trace comes before the journal.
        let writes = writes(self.log_id, batch, encoder).map_err(|error| LogError::NotWritten(error.to_string()))?;
        let ended = journal.append(&head, batch).and_then(|()| self.sled(|store| store.write(writes)));
        match ended {
            Ok(()) => {
                self.set_head(batch.head.clone());
                self.commits.fetch_add(1, Ordering::Release);
                Ok(Committed::Done)
            }
            Err(error @ (LogError::Full | LogError::NotWritten(_))) => Err(error),
            Err(error @ (LogError::Io(_) | LogError::Damaged(_) | LogError::Closed)) => {
                self.fail(&error.to_string());
                Err(error)
            }
        }
    }

    /// The journal, sled and the files beside need room; refusing early is better than half a group.
    fn enough_space(&self, batch: &Batch) -> Result<(), LogError> {
        let free = self.data_dir.free_bytes().map_err(not_written)?;
        let bytes = batch
            .events
            .iter()
            .map(|event| event.recorded.leaf.len() + event.recorded.boxes.iter().map(bytes::Bytes::len).sum::<usize>());
        // Once in the journal, two to three times in sled (its log holds every version of a page).
        let wanted = 4 * bytes.sum::<usize>() as u64;
        if free < self.room.free.saturating_add(wanted) { Err(LogError::Full) } else { Ok(()) }
    }

    /// Makes sled durable and writes down how far.
    pub fn flush(&self) -> Result<(), LogError> {
        // Held through, so that a smaller size never replaces a larger one.
        let mut flushed = lock(&self.flushed);
        let commits = self.commits.load(Ordering::Acquire);
        if *flushed == Some(commits) {
            return Ok(());
        }
        let head = self.head();
        if let Err(error) = self.sled(Store::flush) {
            self.fail(&error.to_string());
            return Err(error);
        }
        let note = Flushed { log_id: self.log_id, head };
        let noted = note.store(&self.files, &self.data_dir, &self.data);
        if noted.is_ok() {
            *flushed = Some(commits);
        }
        // The note only makes the next opening faster, and is tried again in a second.
        self.told
            .note
            .tell(&noted, "how far sled is durable could not be written down; it is tried again every second");
        Ok(())
    }

    /// What is done every second: sled durable, room kept for it, and a look whether the journal is where it was.
    fn look_after(&self) {
        if self.failed().is_some() {
            return;
        }
        // A failure is written down here, where health and the next commit find it.
        drop(self.flush());
        self.keep_room();
        // What cannot be asked now is asked again in a second.
        let in_place = lock(&self.writer).journal.is_in_place().unwrap_or(true);
        if !in_place {
            self.fail(
                "the journal's newest file was removed or replaced while it was written; stop the server and run `huiyin doctor`",
            );
        }
    }

    /// Room behind sled's end, so that it can finish what it has begun on a disk that others have filled.
    pub fn keep_room(&self) {
        let kept = match self.store.set_room_aside(self.room.behind_sled) {
            Ok(true) => Ok(()),
            Ok(false) => Err(io::Error::other("the file system knows no such thing")),
            Err(error) => Err(error),
        };
        self.told
            .room
            .tell(&kept, "no room could be set aside for sled; a disk that others fill to the end may stop the writer");
    }
}

/// Whether a trouble was told; it is told again only after it was over.
#[derive(Debug, Default)]
struct Once(AtomicBool);

impl Once {
    fn tell(&self, outcome: &io::Result<()>, what: &str) {
        match outcome {
            Ok(()) => self.0.store(false, Ordering::Relaxed),
            Err(error) => {
                if !self.0.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "{what}");
                }
            }
        }
    }
}

/// A batch that does not continue the log would make the journal unreadable.
fn fits(head: &LogHead, batch: &Batch) -> Result<(), LogError> {
    let mut next = head.size;
    for event in &batch.events {
        next += 1;
        if event.recorded.position.0 != next {
            let position = event.recorded.position;
            return Err(LogError::Damaged(format!("position {position} was handed in where {next} comes next")));
        }
    }
    if batch.head.size == next {
        Ok(())
    } else {
        Err(LogError::Damaged(format!("the batch ends at {next} but its head says {}", batch.head.size)))
    }
}

impl DiskLog {
    /// Takes over a core whose sled is level with its journal.
    pub(crate) fn start(core: Arc<Core>, lock: DirLock, verification: Option<Verification>) -> Self {
        let flusher = Flusher::start(Arc::clone(&core));
        Self { core, flusher, verification, _lock: lock }
    }
}

impl Flusher {
    fn start(core: Arc<Core>) -> Option<Self> {
        let (stop, stopped) = sync_channel(1);
        let thread = std::thread::Builder::new().name("sled-flush".to_owned()).spawn(move || {
            while stopped.recv_timeout(FLUSH_EVERY) == Err(RecvTimeoutError::Timeout) {
                core.look_after();
            }
        });
        match thread {
            Ok(thread) => Some(Self { stop, thread }),
            Err(error) => {
                tracing::error!(%error, "sled is made durable at the end only");
                None
            }
        }
    }
}

impl Drop for DiskLog {
    fn drop(&mut self) {
        self.verification = None;
        if let Some(Flusher { stop, thread }) = self.flusher.take() {
            drop(stop);
            // A panic there was reported when it happened.
            drop(thread.join());
        }
        drop(self.core.flush());
    }
}

#[async_trait]
impl EventLog for DiskLog {
    async fn head(&self) -> Result<LogHead, LogError> {
        Ok(self.core.head())
    }

    async fn stream_heads(&self, streams: &[StreamId]) -> Result<Vec<StreamHead>, LogError> {
        self.core.read(|store| streams.iter().map(|stream| store.stream_head(stream)).collect())
    }

    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.core.read(|store| store.command(command))
    }

    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        self.core.commit(expected_size, &batch)
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.core.read(|store| store.read_all(after, limit))
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.core.read(|store| store.read_stream(stream, after, limit))
    }

    async fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        self.core.read(|store| store.read_streams(streams, limit))
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.core.read(|store| store.read_family(family, after, limit))
    }

    async fn wrapped_keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        self.core.read(|store| subjects.iter().map(|subject| store.wrapped_key(*subject)).collect())
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        self.core.read(|store| store.tile(level, index))
    }

    fn failed(&self) -> Option<String> {
        self.core.failed()
    }

    async fn flush(&self) -> Result<(), LogError> {
        self.core.flush()
    }
}
