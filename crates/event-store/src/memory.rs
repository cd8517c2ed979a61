//! The log in memory: for tests, and the model that other adapters are compared with. It forgets everything when it
//! is dropped.

use crate::ids::{CommandId, Hash, Position, StreamId, Version};
use crate::log::{Batch, CommandRecord, Committed, EventLog, LogError, LogHead, Recorded, Ring, RingHead, StreamHead};
use crate::record::boxes::{KeyId, WrappedKey};
use async_trait::async_trait;
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A log that lives in memory only.
#[derive(Debug, Default)]
pub struct MemoryLog {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    events: Vec<Recorded>,
    /// Events of each stream as indices into `events`; the place in the list is version - 1.
    streams: HashMap<StreamId, Vec<usize>>,
    newest: HashMap<StreamId, Hash>,
    families: BTreeMap<String, Vec<usize>>,
    commands: HashMap<CommandId, CommandRecord>,
    keys: HashMap<KeyId, WrappedKey>,
    /// The ring in which keys are looked for, and the newest.
    ring: Held,
    newest_ring: Held,
    sealed_again: HashMap<[u8; 32], Bytes>,
    tiles: HashMap<(u8, u64), Vec<Hash>>,
    head: LogHead,
}

/// A key ring.
#[derive(Clone, Debug, Default)]
struct Held {
    head: Option<RingHead>,
    keys: HashMap<KeyId, WrappedKey>,
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the state is half changed, so a poisoned lock still guards a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn check(&self, batch: &Batch) -> Result<(), LogError> {
        let mut expected = self.head.size;
        for event in &batch.events {
            expected += 1;
            if event.recorded.position.0 != expected {
                return Err(LogError::Damaged(format!(
                    "position {} was handed in where {expected} comes next",
                    event.recorded.position
                )));
            }
        }
        if batch.head.size != expected {
            return Err(LogError::Damaged(format!(
                "the batch ends at {expected} but its head says {}",
                batch.head.size
            )));
        }
        Ok(())
    }

    fn apply(&mut self, batch: Batch) {
        for event in batch.events {
            let index = self.events.len();
            self.families.entry(event.stream.family().to_owned()).or_default().push(index);
            self.newest.insert(event.stream.clone(), event.hash);
            self.streams.entry(event.stream).or_default().push(index);
            self.events.push(event.recorded);
        }
        for record in batch.commands {
            self.commands.insert(record.command, record);
        }
        for key in batch.keys {
            self.keys.insert(key.id(), key);
        }
        for tile in batch.tiles {
            self.tiles.insert((tile.level, tile.index), tile.hashes);
        }
        self.head = batch.head;
    }

    fn stream_head(&self, stream: &StreamId) -> StreamHead {
        StreamHead {
            version: Version(self.streams.get(stream).map_or(0, |list| list.len() as u64)),
            hash: self.newest.get(stream).copied(),
        }
    }

    fn pick(&self, indices: &[usize], limit: usize) -> Vec<Recorded> {
        indices.iter().take(limit).filter_map(|index| self.events.get(*index).cloned()).collect()
    }
}

/// How many leading entries a number above an entry count skips.
fn skipped(after: u64, entries: usize) -> usize {
    usize::try_from(after).map_or(entries, |after| after.min(entries))
}

#[async_trait]
impl EventLog for MemoryLog {
    async fn head(&self) -> Result<LogHead, LogError> {
        Ok(self.state().head.clone())
    }

    async fn stream_heads(&self, streams: &[StreamId]) -> Result<Vec<StreamHead>, LogError> {
        let state = self.state();
        Ok(streams.iter().map(|s| state.stream_head(s)).collect())
    }

    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        Ok(self.state().commands.get(&command).cloned())
    }

    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        let mut state = self.state();
        if state.head.size != expected_size {
            return Ok(Committed::HeadMoved);
        }
        state.check(&batch)?;
        state.apply(batch);
        Ok(Committed::Done)
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        let state = self.state();
        let from = skipped(after.0, state.events.len());
        Ok(state.events.iter().skip(from).take(limit).cloned().collect())
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        let state = self.state();
        let Some(list) = state.streams.get(stream) else {
            return Ok(Vec::new());
        };
        let from = skipped(after.0, list.len());
        Ok(state.pick(list.get(from..).unwrap_or_default(), limit))
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        let state = self.state();
        let Some(list) = state.families.get(family) else {
            return Ok(Vec::new());
        };
        let from = list.partition_point(|index| (*index as u64) < after.0);
        Ok(state.pick(list.get(from..).unwrap_or_default(), limit))
    }

    async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        let state = self.state();
        let epoch = state.ring.head.as_ref().map_or(0, |head| head.epoch);
        let found = ids.iter().map(|id| {
            let came = state.keys.get(id).filter(|key| key.epoch >= epoch);
            came.or_else(|| state.ring.keys.get(id)).cloned()
        });
        Ok(found.collect())
    }

    async fn all_keys(&self) -> Result<Vec<WrappedKey>, LogError> {
        let state = self.state();
        let epoch = state.newest_ring.head.as_ref().map_or(0, |head| head.epoch);
        let came = state.keys.values().filter(|key| key.epoch >= epoch);
        let mut all = state.newest_ring.keys.clone();
        all.extend(came.map(|key| (key.id(), key.clone())));
        Ok(all.into_values().collect())
    }

    async fn ring(&self) -> Result<Option<RingHead>, LogError> {
        Ok(self.state().newest_ring.head.clone())
    }

    async fn put_ring(&self, ring: Ring) -> Result<(), LogError> {
        let mut state = self.state();
        let Ring { epoch, erasures, keys, boxes } = ring;
        state.newest_ring = Held {
            head: Some(RingHead { epoch, erasures, keys: keys.len() as u64 }),
            keys: keys.into_iter().map(|key| (key.id(), key)).collect(),
        };
        state.sealed_again.extend(boxes);
        Ok(())
    }

    async fn turn_ring(&self) -> Result<(), LogError> {
        let mut state = self.state();
        state.ring = state.newest_ring.clone();
        Ok(())
    }

    async fn sealed_again(&self, commitment: &[u8; 32]) -> Result<Option<Bytes>, LogError> {
        Ok(self.state().sealed_again.get(commitment).cloned())
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        Ok(self.state().tiles.get(&(level, index)).cloned())
    }
}
