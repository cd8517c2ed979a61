//! The log on one machine's disk: the journal first, then sled. See [`crate::open`](mod@crate::open) for how it is opened.
//!
//! A commit is one frame in the journal, made durable, then one `apply_batch` of sled; every read is answered by sled.

pub(crate) mod chunk;
pub(crate) mod flushed;
pub(crate) mod keys;
pub(crate) mod replay;
pub(crate) mod store;
pub(crate) mod verify;

use crate::append::WrappedKey;
use crate::files::Files;
use crate::ids::{CommandId, Hash, Position, StreamId, SubjectId, Version};
use crate::journal::write::Journal;
use crate::lock::DirLock;
use crate::log::{Batch, CommandRecord, Committed, EventLog, LogError, LogHead, Recorded, StreamHead};
use async_trait::async_trait;
use chunk::Encoder;
use flushed::Flushed;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use store::Store;
use uuid::Uuid;
use verify::Verification;
pub use verify::Verifying;

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
    pub log_id: Uuid,
    pub store: Store,
    /// Free space that is never used, bytes.
    pub reserve_bytes: u64,
    head: Mutex<LogHead>,
    writer: Mutex<Writer>,
    /// Set once and for ever by the first failure after which it is not known what is on disk.
    failed: Mutex<Option<String>>,
    /// Commits applied to sled so far, and how many of them were durable there at the last flush.
    commits: AtomicU64,
    flushed: Mutex<Option<u64>>,
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
    pub fn new(
        files: Files,
        data: PathBuf,
        store: Store,
        journal: Journal,
        reserve_bytes: u64,
    ) -> Result<Self, LogError> {
        Ok(Self {
            files,
            data,
            log_id: journal.log_id(),
            store,
            reserve_bytes,
            head: Mutex::default(),
            writer: Mutex::new(Writer { journal, encoder: Encoder::new()? }),
            failed: Mutex::default(),
            commits: AtomicU64::default(),
            flushed: Mutex::default(),
        })
    }

    pub fn head(&self) -> LogHead {
        lock(&self.head).clone()
    }

    pub fn set_head(&self, head: LogHead) {
        *lock(&self.head) = head;
    }

    fn fail(&self, error: &LogError) {
        tracing::error!(%error, "the log is written no more until it is opened again");
        lock(&self.failed).get_or_insert_with(|| error.to_string());
    }

    fn commit(&self, expected_size: u64, batch: &Batch) -> Result<Committed, LogError> {
        let mut writer = lock(&self.writer);
        if let Some(why) = lock(&self.failed).as_ref() {
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
        let writes = store::writes(self.log_id, batch, encoder)?;
        let ended = journal.append(&head, batch).and_then(|()| self.store.write(writes));
        match ended {
            Ok(()) => {
                self.set_head(batch.head.clone());
                self.commits.fetch_add(1, Ordering::Release);
                Ok(Committed::Done)
            }
            Err(LogError::Full) => Err(LogError::Full),
            Err(error) => {
                self.fail(&error);
                Err(error)
            }
        }
    }

    /// The journal, sled and the files beside need room; refusing early is better than half a group.
    fn enough_space(&self, batch: &Batch) -> Result<(), LogError> {
        let free = self.files.free_bytes(&self.data).map_err(|error| LogError::Io(error.to_string()))?;
        let bytes = batch
            .events
            .iter()
            .map(|event| event.recorded.leaf.len() + event.recorded.boxes.iter().map(bytes::Bytes::len).sum::<usize>());
        // Once in the journal, two to three times in sled (its log holds every version of a page).
        let wanted = 4 * bytes.sum::<usize>() as u64;
        if free < self.reserve_bytes.saturating_add(wanted) { Err(LogError::Full) } else { Ok(()) }
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
        if let Err(error) = self.store.flush() {
            self.fail(&error);
            return Err(error);
        }
        let note = Flushed { log_id: self.log_id, head };
        match note.store(&self.files, &self.data) {
            Ok(()) => {
                *flushed = Some(commits);
                Ok(())
            }
            // The note only makes the next opening faster.
            Err(error) => {
                tracing::warn!(%error, "how far sled is durable could not be written down");
                Ok(())
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
                // A failure is written down in the core, where the next commit finds it.
                drop(core.flush());
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
        streams.iter().map(|stream| self.core.store.stream_head(stream)).collect()
    }

    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.core.store.command(command)
    }

    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        self.core.commit(expected_size, &batch)
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.core.store.read_all(after, limit)
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.core.store.read_stream(stream, after, limit)
    }

    async fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        self.core.store.read_streams(streams, limit)
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.core.store.read_family(family, after, limit)
    }

    async fn wrapped_keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        subjects.iter().map(|subject| self.core.store.wrapped_key(*subject)).collect()
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        self.core.store.tile(level, index)
    }

    async fn flush(&self) -> Result<(), LogError> {
        self.core.flush()
    }
}
