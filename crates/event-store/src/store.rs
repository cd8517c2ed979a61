//! The one concrete store above every adapter: the Sequencer. It owns validation, numbering, idempotency, hashing
//! and group commit, so that adapters cannot differ in meaning.
//!
//! An append goes this way: `request` checks it on the caller's thread, the queue takes it to the `writer`'s
//! thread, `stage` numbers it among the requests of its batch, the adapter makes the batch durable, the new head is
//! shown to readers, and only then the caller hears of it. Readers never meet the writer: they wait on the head and
//! read the newest events from `tail`, older ones from the adapter.

pub mod append;
mod head;
mod import;
mod imported;
mod job;
mod last_note;
mod proving;
mod reading;
mod recent;
mod request;
mod sequencer;
mod shared;
mod signing;
mod stage;
pub mod subscribe;
mod tail;
mod writer;

pub use head::Head;
pub use reading::{Filter, Page, READ_BYTES_MAX, READ_MAX, StreamPage};
pub use request::{APPEND_BYTES_MAX, BULK_EVENTS_MAX, EVENT_BYTES_MAX, EVENTS_MAX, STREAMS_MAX};
pub use signing::CheckpointError;

use crate::clock::{CheckedClock, Clock, ClockJump, ClockWatch};
use crate::ids::Position;
use crate::log::{CommandRecord, EventLog, LogError, Recorded};
use crate::store::append::{Append, AppendError, Appended};
use imported::{Imported, groups};
use job::{Job, QUEUE_MAX};
use last_note::LastNote;
use request::Request;
use sequencer::Sequencer;
use shared::Shared;
use stage::Answer;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{mpsc, oneshot, watch};

/// The event store. Cheap to clone; all clones share one writer.
#[derive(Clone)]
pub struct EventStore {
    log: Arc<dyn EventLog>,
    writer: Arc<Writer>,
    head: watch::Receiver<Head>,
}

/// This side of the writer's thread.
struct Writer {
    /// Empty after [`EventStore::shutdown`]: the thread ends when the last sender is gone and the queue is drained,
    /// so there is no message that a drain could swallow.
    queue: RwLock<Option<mpsc::Sender<Job>>>,
    shared: Arc<Shared>,
    ended: watch::Receiver<bool>,
    last_note: LastNote,
    clock: CheckedClock,
}

impl EventStore {
    /// Reads where the log ends and starts the writer's thread. The clock is believed whatever it says: it is a
    /// simulated one, or nothing is to be recorded.
    ///
    /// # Errors
    /// When the log cannot be read, its tree does not fit its head, or no thread can be had.
    pub async fn start(log: Arc<dyn EventLog>, clock: Clock) -> Result<Self, LogError> {
        Self::begin(log, Arc::new(move || Ok(clock()))).await
    }

    /// The same under a clock that is watched: while it has jumped nothing is recorded
    /// ([`AppendError::ClockImplausible`]).
    ///
    /// # Errors
    /// As [`EventStore::start`].
    pub async fn start_watched(log: Arc<dyn EventLog>, watch: Arc<ClockWatch>) -> Result<Self, LogError> {
        Self::begin(log, Arc::new(move || watch.check())).await
    }

    async fn begin(log: Arc<dyn EventLog>, clock: CheckedClock) -> Result<Self, LogError> {
        let (sequencer, head) = Sequencer::load(Arc::clone(&log), Arc::clone(&clock)).await?;
        let shared = Arc::clone(&sequencer.shared);
        let (sender, queue) = mpsc::channel(QUEUE_MAX);
        let ended = writer::spawn(sequencer, queue)?;
        Ok(Self {
            log,
            writer: Arc::new(Writer {
                queue: RwLock::new(Some(sender)),
                shared,
                ended,
                last_note: LastNote::default(),
                clock,
            }),
            head,
        })
    }

    /// The newest durable leaf and the root up to it.
    pub fn head(&self) -> Head {
        *self.head.borrow()
    }

    /// Changes whenever the log has grown. A change may stand for many batches.
    pub fn watch(&self) -> watch::Receiver<Head> {
        self.head.clone()
    }

    /// Records a command: all of its events or none.
    ///
    /// Dropping the future does not take the command back: it may be recorded all the same, and the same command asked
    /// again tells.
    ///
    /// # Errors
    /// See [`AppendError`]. Only [`AppendError::OutcomeUnknown`] leaves open whether the command was recorded.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        self.record(Request::new(append)).await
    }

    /// As [`EventStore::append`], with room for 4,096 events over as many streams: a whole list of people in one
    /// append. The 4 MiB stay.
    ///
    /// # Errors
    /// Those of [`EventStore::append`].
    pub async fn append_bulk(&self, append: Append) -> Result<Appended, AppendError> {
        self.record(Request::bulk(append)).await
    }

    async fn record(&self, request: Result<Request, AppendError>) -> Result<Appended, AppendError> {
        self.writable()?;
        let request = Box::new(request?);
        let (reply, answer) = oneshot::channel();
        self.queue()?.try_send(Job::Append(request, reply)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => AppendError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => self.writer_gone(),
        })?;
        match answer.await.map_err(|_| self.writer_gone())?? {
            Answer::Recorded(appended) => Ok(appended),
            Answer::Before(record) => Ok(self.recorded_before(&record).await?),
        }
    }

    /// Takes over events that another store has numbered: leaves verbatim, in order, from the position after the
    /// head. The form of an export is [`EventStore::read_all`] without a filter. Wrapped keys do not travel with it.
    ///
    /// Groups of at most 1,024 events or 4 MiB are recorded one after another; each is recorded whole or not at all.
    /// Returns the head's position.
    ///
    /// # Errors
    /// [`AppendError::Invalid`] names the first position that does not fit (canonical bytes, numbers, `prev`, time,
    /// boxes); the groups before it are recorded.
    pub async fn append_recorded(&self, events: &[Recorded]) -> Result<Position, AppendError> {
        let mut head = self.head().position;
        for group in groups(events) {
            self.writable()?;
            let imported = group.iter().map(Imported::read).collect::<Result<Vec<_>, _>>()?;
            let (reply, answer) = oneshot::channel();
            self.queue()?.send(Job::Import(imported, reply)).await.map_err(|_| self.writer_gone())?;
            head = answer.await.map_err(|_| self.writer_gone())??;
        }
        Ok(head)
    }

    /// Whether the writer still records; if not, why it stopped. Reading goes on either way. A log that has failed
    /// beside the writer (while it was made durable in the background) is told at once, not only at the next append.
    pub fn healthy(&self) -> Result<(), String> {
        match self.writer.shared.poisoned().map(str::to_owned).or_else(|| self.log.failed()) {
            None => Ok(()),
            Some(why) => Err(why),
        }
    }

    /// What the store holds in memory, bytes: each part by its name, the log's own first. `_max` at a name's end: no more
    /// than so many.
    pub fn memory(&self) -> Vec<(&'static str, usize)> {
        let mut parts = self.log.memory();
        parts.push(("log_tail", self.writer.shared.tail.bytes()));
        parts
    }

    /// How many durable events the log has not yet put where all but the newest are read from.
    pub fn behind(&self) -> u64 {
        self.log.behind()
    }

    /// From now on keys of earlier epochs are not taken: commands that bring one are decided again. On return every
    /// command that brought one is settled, so that [`EventLog::all_keys`] tells of all there will ever be.
    ///
    /// # Errors
    /// [`AppendError::OutcomeUnknown`] where the writer has stopped.
    pub async fn keys_from(&self, epoch: u32) -> Result<(), AppendError> {
        self.writer.shared.set_epoch(epoch);
        let (reply, settled) = oneshot::channel();
        self.queue()?.send(Job::Barrier(reply)).await.map_err(|_| self.writer_gone())?;
        settled.await.map_err(|_| self.writer_gone())
    }

    /// The log itself, for what is done to its keys.
    pub fn keys_of_log(&self) -> &dyn EventLog {
        &*self.log
    }

    /// Notes that something of the record cannot be read as it was written, for [`EventStore::damage`] to tell.
    pub fn note_damage(&self, why: &str) {
        self.writer.shared.damaged(why);
    }

    /// The first damage that was noted since the start.
    pub fn damage(&self) -> Option<&str> {
        self.writer.shared.damage()
    }

    /// Whether the clock may be believed; if not, nothing is recorded until it is set right.
    pub fn clock_jump(&self) -> Option<ClockJump> {
        (self.writer.clock)().err()
    }

    /// How many appends wait for the writer (of at most 4,096); `None` after [`EventStore::shutdown`].
    pub fn queued(&self) -> Option<usize> {
        let queue = self.queue().ok()?;
        Some(QUEUE_MAX - queue.capacity())
    }

    /// Takes no more appends, records what is queued, and returns when the writer has stopped. The log stays open
    /// for readers until the last clone of the store is dropped.
    pub async fn shutdown(&self) {
        drop(self.writer.queue.write().unwrap_or_else(PoisonError::into_inner).take());
        // An error means that the thread is gone without having said so; then it has stopped as well.
        let _ = self.writer.ended.clone().wait_for(|ended| *ended).await;
    }

    fn queue(&self) -> Result<mpsc::Sender<Job>, AppendError> {
        self.writer
            .queue
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or(AppendError::Log(LogError::Closed))
    }

    fn writable(&self) -> Result<(), AppendError> {
        match self.writer.shared.poisoned() {
            None => Ok(()),
            // Unknown, not refused: this may be the retry of a command that went down with the writer.
            Some(why) => Err(AppendError::OutcomeUnknown(format!("the writer is poisoned: {why}"))),
        }
    }

    fn writer_gone(&self) -> AppendError {
        let why = self.writer.shared.poisoned().unwrap_or("it stopped");
        AppendError::OutcomeUnknown(format!("the writer is gone: {why}"))
    }

    /// What a command gave when it was recorded, read back from its leaves.
    async fn recorded_before(&self, record: &CommandRecord) -> Result<Appended, LogError> {
        let after = Position(record.first.0.saturating_sub(1));
        let count = usize::try_from(record.last.0.saturating_sub(after.0)).unwrap_or(usize::MAX);
        let events = self.log.read_all(after, count.min(BULK_EVENTS_MAX)).await?;
        let mut versions = Vec::new();
        let mut recorded_at = 0;
        for event in &events {
            let leaf = event.leaf()?;
            recorded_at = leaf.recorded_at;
            let seen = versions.iter_mut().rev().find(|(stream, _)| *stream == leaf.stream);
            match seen {
                Some((_, version)) => *version = leaf.version,
                None => versions.push((leaf.stream, leaf.version)),
            }
        }
        if events.len() != count {
            return Err(LogError::Damaged(format!(
                "a command's leaves {} to {} cannot be read",
                record.first, record.last
            )));
        }
        Ok(Appended { first: record.first, last: record.last, versions, recorded_at, replayed: true })
    }
}
