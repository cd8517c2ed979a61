//! Writes groups that the journal has, many at once and in the order of their keys: sled takes several times less time
//! for neighbours than for as many keys anywhere.
//!
//! It is no transaction, and need not be: the head is written last, and what lies beyond it is written again, the same,
//! after a crash. Before the first of it sled is told how far it will go: a journal that ends before that has lost its
//! end, whatever of it sled has come to write.

use super::chunk::{EVENTS_WRITTEN, Encoder};
use super::trouble::{failed, guarded};
use super::{Store, kept, keys, values};
use crate::log::{Batch, BatchEvent, LogError};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// Hashes in one part of a tile: 4 KiB.
const TILE_PART: usize = keys::VALUE_BYTES_MAX / 32;

/// Makes sled's writes of groups.
pub(crate) struct Appender {
    log_id: Uuid,
    encoder: Encoder,
}

impl Appender {
    pub fn new(log_id: Uuid) -> Result<Self, LogError> {
        Ok(Self { log_id, encoder: Encoder::new()? })
    }

    /// Writes groups that follow on the store's head. After an error the store must not be written any more.
    pub fn append(&mut self, store: &Store, groups: &[Arc<Batch>]) -> Result<(), LogError> {
        let Some(head) = groups.last().map(|group| &group.head) else { return Ok(()) };
        let events = groups.iter().flat_map(|group| &group.events).collect::<Vec<_>>();
        let keys = groups.iter().flat_map(|group| &group.keys);
        let commands = groups.iter().flat_map(|group| &group.commands);
        let mut writes = Writes::default();
        let mut index = Writes::default();
        // Chunks end where a block ends, whatever groups the events came in: so after a crash no chunk stays that another
        // one overlaps. None is ever written while somebody can read it.
        for chunk in events.chunk_by(|one, next| block_of(one) == block_of(next)) {
            self.chunk(chunk, &mut writes, &mut index)?;
        }
        match events.first() {
            Some(first) => {
                for (part, bytes) in kept::parts(keys, commands).into_iter().enumerate() {
                    let part = u16::try_from(part).map_err(|_| too_long())?;
                    writes.add(keys::records(first.recorded.position.0, part), bytes);
                }
            }
            None => {
                keys.for_each(|key| writes.add(keys::subject(key.id()), values::wrapped_key(key)));
                commands.for_each(|record| writes.add(keys::command(record.command), values::command(record)));
            }
        }
        index.0.sort_unstable();
        writes.0.append(&mut index.0);
        for tile in groups.iter().flat_map(|group| &group.tiles) {
            for (part, hashes) in (0..).zip(tile.hashes.chunks(TILE_PART)) {
                writes.add(keys::tile(tile.level, tile.index, part), hashes.concat());
            }
        }
        store.write(head.size, writes.0, &values::head(self.log_id, head))
    }

    /// One chunk and an index entry for each of its events.
    fn chunk(&mut self, events: &[&BatchEvent], writes: &mut Writes, index: &mut Writes) -> Result<(), LogError> {
        let Some(first) = events.first().map(|event| event.recorded.position) else { return Ok(()) };
        let chunk = self.encoder.encode(events.iter().map(|event| &event.recorded))?;
        for (part, bytes) in chunk.chunks(keys::VALUE_BYTES_MAX).enumerate() {
            match u16::try_from(part).map_err(|_| too_long())? {
                0 => writes.add(keys::chunk(first.0), bytes),
                part => writes.add(keys::chunk_part(first.0, part), bytes),
            }
        }
        for (place, event) in (0..).zip(events) {
            let key = keys::index(&keys::stream(&event.stream), event.version)
                .ok_or_else(|| LogError::Io("a stream has too many versions".to_owned()))?;
            index.add(key, values::entry(first, place, &event.hash));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Writes(Vec<(Vec<u8>, Vec<u8>)>);

impl Writes {
    fn add(&mut self, key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        self.0.push((key.as_ref().to_vec(), value.as_ref().to_vec()));
    }
}

fn block_of(event: &BatchEvent) -> u64 {
    event.recorded.position.0.saturating_sub(1) / EVENTS_WRITTEN as u64
}

fn too_long() -> LogError {
    LogError::Io("a group is longer than sled's keys can count".to_owned())
}

impl Store {
    /// Writes in order, the head last, up to which readers are then shown everything.
    fn write(&self, size: u64, writes: Vec<(Vec<u8>, Vec<u8>)>, head: &[u8]) -> Result<(), LogError> {
        guarded(|| {
            // An earlier process may have come further in what it wrote beyond the head.
            let reach = size.max(self.head()?.map_or(0, |stored| stored.reach));
            self.db.insert(keys::reach(), &reach.to_be_bytes()[..]).map_err(failed)?;
            for (key, value) in writes {
                self.db.insert(key, value).map_err(failed)?;
            }
            self.db.insert(keys::head(), head).map_err(failed)?;
            self.db.remove(keys::head_before()).map_err(failed)?;
            self.shown.store(size, Ordering::Release);
            Ok(())
        })
    }
}
