//! A stream's events again, for what is no longer in memory.
//!
//! Several models fold the same stream, and forget it alike: what one of them has read is kept a while for the others.

use crate::engine::decode::{Fact, LogEntry};
use crate::engine::failure::Failure;
use event_store::{EventStore, Position, StreamId, Version};
use foldhash::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Events of one stream read at once.
const STREAM_PAGE_MAX: usize = 256;
/// Bytes of leaves and boxes kept, decoded they take about as much again; half of it in the older of two generations.
pub(crate) const KEPT_BYTES_MAX: usize = 8 << 20;

/// The log as folds see it.
pub struct Log {
    /// The log itself.
    pub store: EventStore,
    streams: Mutex<Streams>,
}

/// Streams that were read lately.
#[derive(Default)]
struct Streams {
    young: HashMap<StreamId, Arc<Vec<LogEntry>>>,
    old: HashMap<StreamId, Arc<Vec<LogEntry>>>,
    young_bytes: usize,
    old_bytes: usize,
}

impl Log {
    pub(crate) fn of(store: EventStore) -> Self {
        Self { store, streams: Mutex::default() }
    }

    /// Gives every event of its stream that stands before `fact` to `apply`, oldest first.
    pub(crate) async fn replay_before(
        &self,
        fact: &Fact,
        apply: impl FnMut(&LogEntry) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        // Nothing stands before a stream's first event, and most events that find nothing in memory are just that.
        let Some(before) = usize::try_from(fact.stamp.version).ok().and_then(|version| version.checked_sub(1)) else {
            return Ok(());
        };
        if before == 0 {
            return Ok(());
        }
        let kept = self.streams(|streams| streams.take(&fact.stream));
        let events = match kept.filter(|events| events.len() >= before) {
            Some(events) => events,
            None => Arc::new(self.read(&fact.stream, Position(fact.stamp.position)).await?),
        };
        self.streams(|streams| streams.put(fact.stream.clone(), events.clone()));
        events.iter().take(before).try_for_each(apply)
    }

    /// Gives every event of the stream that stands before `position` to `apply`, oldest first.
    pub(crate) async fn replay(
        &self,
        stream: &StreamId,
        before: Position,
        apply: impl FnMut(&LogEntry) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        self.read(stream, before).await?.iter().try_for_each(apply)
    }

    async fn read(&self, stream: &StreamId, before: Position) -> Result<Vec<LogEntry>, Failure> {
        let mut events = Vec::new();
        loop {
            // Versions are dense from 1.
            let after = Version(events.len() as u64);
            let page = self.store.read_stream(stream, after, STREAM_PAGE_MAX).await?;
            let whole = page.len() == STREAM_PAGE_MAX;
            let known = events.len();
            events.extend(page.into_iter().take_while(|event| event.position < before).map(LogEntry::of));
            if !whole || events.len() < known + STREAM_PAGE_MAX {
                return Ok(events);
            }
        }
    }

    /// Bytes of the streams that are kept.
    pub(crate) fn bytes(&self) -> usize {
        self.streams(|streams| streams.young_bytes + streams.old_bytes)
    }

    fn streams<T>(&self, look: impl FnOnce(&mut Streams) -> T) -> T {
        look(&mut self.streams.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Streams {
    fn take(&mut self, stream: &StreamId) -> Option<Arc<Vec<LogEntry>>> {
        if let Some(events) = self.young.remove(stream) {
            self.young_bytes -= bytes_of(&events);
            return Some(events);
        }
        let events = self.old.remove(stream)?;
        self.old_bytes -= bytes_of(&events);
        Some(events)
    }

    fn put(&mut self, stream: StreamId, events: Arc<Vec<LogEntry>>) {
        let bytes = bytes_of(&events);
        if bytes > KEPT_BYTES_MAX / 2 {
            return;
        }
        if self.young_bytes + bytes > KEPT_BYTES_MAX / 2 {
            (self.old, self.old_bytes) = (std::mem::take(&mut self.young), self.young_bytes);
            self.young_bytes = 0;
        }
        self.young_bytes += bytes;
        if let Some(other) = self.young.insert(stream, events) {
            self.young_bytes -= bytes_of(&other);
        }
    }
}

fn bytes_of(events: &[LogEntry]) -> usize {
    events.iter().map(LogEntry::bytes).sum()
}
