//! A numbered group as the writes that sled makes of it.

use super::values;
use crate::disk::sled::chunk::{self, Encoder};
use crate::disk::sled::keys;
use crate::log::{Batch, LogError};
use uuid::Uuid;

/// Hashes in one part of a tile: 4 KiB.
const TILE_PART: usize = keys::VALUE_BYTES_MAX / 32;

/// What [`Store::write`](super::Store::write) will write: the costly part, which needs nothing of sled.
pub(crate) fn writes(log_id: Uuid, batch: &Batch, encoder: &mut Encoder) -> Result<sled::Batch, LogError> {
    let mut writes = sled::Batch::default();
    for events in batch.events.chunks(chunk::EVENTS_MAX) {
        let Some(first) = events.first().map(|event| event.recorded.position) else {
            continue;
        };
        let chunk = encoder.encode(events)?;
        for (part, bytes) in chunk.chunks(keys::VALUE_BYTES_MAX).enumerate() {
            match u16::try_from(part).map_err(|_| LogError::Io("an event is too long".to_owned()))? {
                0 => writes.insert(&keys::chunk(first.0), bytes),
                part => writes.insert(&keys::chunk_part(first.0, part), bytes),
            }
        }
        for (place, event) in (0..).zip(events) {
            let key = keys::index(&keys::stream(&event.stream), event.version)
                .ok_or_else(|| LogError::Io("a stream has too many versions".to_owned()))?;
            writes.insert(key, &values::entry(first, place, &event.hash)[..]);
        }
    }
    for record in &batch.commands {
        writes.insert(&keys::command(record.command), values::command(record));
    }
    for key in &batch.keys {
        writes.insert(&keys::subject(key.subject), &values::wrapped_key(key)[..]);
    }
    for tile in &batch.tiles {
        for (part, hashes) in (0..).zip(tile.hashes.chunks(TILE_PART)) {
            writes.insert(&keys::tile(tile.level, tile.index, part), hashes.concat());
        }
    }
    writes.insert(&keys::head(), values::head(log_id, &batch.head));
    Ok(writes)
}
