//! The sled store: everything that reads are answered from. It can be rebuilt from the journal at any time, so every
//! fault of sled, panics included, is an error here and not the end.

use super::chunk::{self, Encoder};
use super::keys;
use crate::append::WrappedKey;
use crate::ids::{CommandId, Hash, Position, StreamId, SubjectId, Version};
use crate::log::{Batch, CommandRecord, LogError, LogHead, Recorded, StreamHead};
use crate::tree::{self, Edge, TILE_WIDTH};
use bytes::Bytes;
use sled::IVec;
use std::collections::BinaryHeap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use uuid::Uuid;

/// Hashes in one part of a tile: 4 KiB.
const TILE_PART: usize = keys::VALUE_BYTES_MAX / 32;

/// sled with the keys of [`keys`].
pub(crate) struct Store {
    db: sled::Db,
    /// Our own handle on sled's file: sled's flush does not sync it.
    file: File,
}

/// The index entry of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub position: Position,
    chunk: Position,
    place: usize,
    pub hash: Hash,
}

/// The head record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredHead {
    pub log_id: Uuid,
    pub head: LogHead,
}

impl Store {
    /// Opens or creates the store. A panic of sled is an error.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Self, LogError> {
        guarded(|| {
            let db = sled::Config::new()
                .path(dir)
                .cache_capacity(cache_bytes)
                // Garbage collection runs in the flush thread only; durability does not rest on it.
                .flush_every_ms(Some(500))
                .use_compression(false)
                .mode(sled::Mode::HighThroughput)
                .open()
                .map_err(failed)?;
            let file = File::open(dir.join("db")).map_err(|error| LogError::Io(error.to_string()))?;
            Ok(Self { db, file })
        })
    }

    /// Closes a store that is not trusted: sled may panic even then.
    pub fn close(self) {
        if let Err(error) = guarded(move || {
            drop(self);
            Ok(())
        }) {
            tracing::warn!(%error, "sled could not be closed in order");
        }
    }

    /// The head record; `None` in a new store.
    pub fn head(&self) -> Result<Option<StoredHead>, LogError> {
        guarded(|| match self.db.get(keys::head()).map_err(failed)? {
            Some(value) => read_head(&value).map(Some).ok_or_else(|| damaged("the head record")),
            None => Ok(None),
        })
    }

    /// Adds a numbered group: all of it or nothing.
    pub fn apply(&self, log_id: Uuid, batch: &Batch, encoder: &mut Encoder) -> Result<(), LogError> {
        self.write(writes(log_id, batch, encoder)?)
    }

    /// Writes a prepared group: all of it or nothing.
    pub fn write(&self, writes: sled::Batch) -> Result<(), LogError> {
        guarded(|| self.db.apply_batch(writes).map_err(failed))
    }

    /// Makes everything written so far durable.
    pub fn flush(&self) -> Result<(), LogError> {
        guarded(|| {
            self.db.flush().map_err(failed)?;
            self.file.sync_data().map_err(|error| LogError::Io(error.to_string()))
        })
    }

    /// Newest version and hash of a stream.
    pub fn stream_head(&self, stream: &StreamId) -> Result<StreamHead, LogError> {
        let prefix = keys::stream(stream);
        guarded(|| match self.db.scan_prefix(&prefix).next_back() {
            None => Ok(StreamHead::default()),
            Some(item) => {
                let (key, value) = item.map_err(failed)?;
                let version = keys::read_version(&key, &prefix).ok_or_else(|| damaged("an index key"))?;
                Ok(StreamHead { version, hash: Some(read_entry(&value)?.hash) })
            }
        })
    }

    /// Where one version of a stream is.
    pub fn entry(&self, stream: &StreamId, version: Version) -> Result<Option<Entry>, LogError> {
        let Some(key) = keys::index(&keys::stream(stream), version) else {
            return Ok(None);
        };
        guarded(|| self.db.get(key).map_err(failed)?.map(|value| read_entry(&value)).transpose())
    }

    /// What became of a command.
    pub fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError> {
        guarded(|| match self.db.get(keys::command(id)).map_err(failed)? {
            Some(value) => read_command(id, &value).map(Some).ok_or_else(|| damaged("a command record")),
            None => Ok(None),
        })
    }

    /// Wrapped key of a subject.
    pub fn wrapped_key(&self, id: SubjectId) -> Result<Option<WrappedKey>, LogError> {
        guarded(|| match self.db.get(keys::subject(id)).map_err(failed)? {
            Some(value) => read_wrapped_key(id, &value).map(Some).ok_or_else(|| damaged("a wrapped key")),
            None => Ok(None),
        })
    }

    /// The hashes of a full tile.
    pub fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        let from = keys::tile(level, index, 0);
        let to = keys::tile(level, index, u16::MAX);
        guarded(|| {
            let mut hashes = Vec::with_capacity(TILE_WIDTH);
            for item in self.db.range(from..to) {
                let (_, value) = item.map_err(failed)?;
                let (whole, rest) = value.as_chunks::<32>();
                if !rest.is_empty() {
                    return Err(damaged("a tile"));
                }
                hashes.extend_from_slice(whole);
            }
            match hashes.len() {
                0 => Ok(None),
                TILE_WIDTH => Ok(Some(hashes)),
                _ => Err(damaged("a tile")),
            }
        })
    }

    /// Events after a position, in order.
    pub fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        let Some(first) = after.0.checked_add(1).filter(|_| limit > 0) else {
            return Ok(Vec::new());
        };
        guarded(|| {
            let mut events = Vec::with_capacity(limit.min(1024));
            // The chunk that holds the first event may start before it.
            let start =
                match self.db.range(keys::chunk(0).to_vec()..=keys::chunk_part(first, u16::MAX).to_vec()).next_back() {
                    Some(item) => chunk_key(&item.map_err(failed)?.0)?.0.0,
                    None => first,
                };
            let mut parts = Parts::default();
            for item in self.db.range(keys::chunk(start)..[keys::CHUNK + 1; 9]) {
                let (key, value) = item.map_err(failed)?;
                let Some((position, chunk)) = parts.add(&key, value)? else {
                    continue;
                };
                for event in chunk::decode(position, chunk)? {
                    if event.position > after && events.len() < limit {
                        events.push(event);
                    }
                }
                if events.len() >= limit {
                    return Ok(events);
                }
            }
            parts.finish()?;
            Ok(events)
        })
    }

    /// Events of a stream after a version, in order.
    pub fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        let prefix = keys::stream(stream);
        let from = after.0.checked_add(1).and_then(|version| keys::index(&prefix, Version(version)));
        let Some(from) = from else {
            return Ok(Vec::new());
        };
        let to = [&prefix[..], &[0xff; 5]].concat();
        guarded(|| {
            let mut entries = Vec::new();
            for item in self.db.range(from..to).take(limit) {
                entries.push(read_entry(&item.map_err(failed)?.1)?);
            }
            self.events(&entries)
        })
    }

    /// Events of a family after a position, in order of position. Looks at every index entry of the family.
    pub fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        if family.contains('/') || limit == 0 {
            return Ok(Vec::new());
        }
        guarded(|| {
            // The `limit` smallest positions; the heap's top is the largest of them.
            let mut nearest: BinaryHeap<(Position, Position, usize, Hash)> = BinaryHeap::new();
            for item in self.db.scan_prefix(keys::family(family)).values() {
                let entry = read_entry(&item.map_err(failed)?)?;
                if entry.position <= after {
                    continue;
                }
                let full = nearest.len() >= limit;
                if full && nearest.peek().is_some_and(|(largest, ..)| *largest < entry.position) {
                    continue;
                }
                if full {
                    nearest.pop();
                }
                nearest.push((entry.position, entry.chunk, entry.place, entry.hash));
            }
            let entries = nearest
                .into_sorted_vec()
                .into_iter()
                .map(|(position, chunk, place, hash)| Entry { position, chunk, place, hash })
                .collect::<Vec<_>>();
            self.events(&entries)
        })
    }

    /// The tree's edge at the head, from the newest leaves and the full tiles.
    pub fn edge(&self, head: &LogHead) -> Result<Edge, LogError> {
        let width = TILE_WIDTH as u64;
        let after = Position(head.size - head.size % width);
        let leaves = self.read_all(after, TILE_WIDTH)?;
        let mut rows = vec![leaves.iter().map(Recorded::hash).collect::<Vec<_>>()];
        for level in 0..u8::MAX {
            let above = tree::hashes_at(head.size, level + 1);
            if above == 0 {
                break;
            }
            let roots = (above - above % width..above).map(|index| {
                let hashes = self.tile(level, index)?.unwrap_or_default();
                tree::perfect_root(&hashes).ok_or_else(|| damaged("a tile"))
            });
            rows.push(roots.collect::<Result<_, _>>()?);
        }
        Edge::from_rows(head, rows)
    }

    /// How many events the index knows, for the doctor.
    pub fn count_entries(&self) -> Result<u64, LogError> {
        guarded(|| {
            let mut count = 0;
            for item in self.db.scan_prefix([keys::INDEX]).keys() {
                item.map_err(failed)?;
                count += 1;
            }
            Ok(count)
        })
    }

    fn events(&self, entries: &[Entry]) -> Result<Vec<Recorded>, LogError> {
        let mut events = Vec::with_capacity(entries.len());
        let mut open: Option<(Position, Vec<Recorded>)> = None;
        for entry in entries {
            let chunk = match open.take() {
                Some((first, chunk)) if first == entry.chunk => chunk,
                Some(_) | None => chunk::decode(entry.chunk, self.chunk(entry.chunk)?)?,
            };
            let event = chunk.get(entry.place).ok_or_else(|| damaged("an index entry"))?;
            events.push(event.clone());
            open = Some((entry.chunk, chunk));
        }
        Ok(events)
    }

    /// The whole bytes of a chunk.
    fn chunk(&self, first: Position) -> Result<Bytes, LogError> {
        let value = self.db.get(keys::chunk(first.0)).map_err(failed)?.ok_or_else(|| damaged("a chunk"))?;
        let mut parts = Parts::default();
        if let Some((_, chunk)) = parts.add(&keys::chunk(first.0), value)? {
            return Ok(chunk);
        }
        for part in 1..=u16::MAX {
            let key = keys::chunk_part(first.0, part);
            let value = self.db.get(key).map_err(failed)?.ok_or_else(|| damaged("a chunk"))?;
            if let Some((_, chunk)) = parts.add(&key, value)? {
                return Ok(chunk);
            }
        }
        Err(damaged("a chunk"))
    }
}

/// What [`Store::write`] will write: the costly part, which needs nothing of sled.
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
            writes.insert(key, &entry(first, place, &event.hash)[..]);
        }
    }
    for record in &batch.commands {
        writes.insert(&keys::command(record.command), command(record));
    }
    for key in &batch.keys {
        writes.insert(&keys::subject(key.subject), &wrapped_key(key)[..]);
    }
    for tile in &batch.tiles {
        for (part, hashes) in (0..).zip(tile.hashes.chunks(TILE_PART)) {
            writes.insert(&keys::tile(tile.level, tile.index, part), hashes.concat());
        }
    }
    writes.insert(&keys::head(), head(log_id, &batch.head));
    Ok(writes)
}

/// Collects the parts of a chunk, which come in order.
#[derive(Default)]
struct Parts {
    first: Position,
    next_part: u16,
    total: usize,
    bytes: Vec<u8>,
}

impl Parts {
    /// The chunk, once its last part has come.
    fn add(&mut self, key: &[u8], value: IVec) -> Result<Option<(Position, Bytes)>, LogError> {
        let (first, part) = chunk_key(key)?;
        if part == 0 {
            self.finish()?;
            self.first = first;
            self.total = chunk::total_bytes(&value).ok_or_else(|| damaged("a chunk"))?;
            if value.len() == self.total {
                return Ok(Some((first, Bytes::from_owner(value))));
            }
            self.bytes.reserve(self.total.min(1024 * 1024));
        } else if first != self.first || part != self.next_part {
            return Err(damaged("a chunk"));
        }
        self.bytes.extend_from_slice(&value);
        if self.bytes.len() > self.total {
            return Err(damaged("a chunk"));
        }
        if self.bytes.len() == self.total {
            return Ok(Some((first, Bytes::from(std::mem::take(&mut self.bytes)))));
        }
        self.next_part = part.checked_add(1).ok_or_else(|| damaged("a chunk"))?;
        Ok(None)
    }

    /// Between chunks nothing may be left over.
    fn finish(&self) -> Result<(), LogError> {
        if self.bytes.is_empty() { Ok(()) } else { Err(damaged("a chunk")) }
    }
}

fn chunk_key(key: &[u8]) -> Result<(Position, u16), LogError> {
    keys::read_chunk(key).ok_or_else(|| damaged("a chunk's key"))
}

fn entry(chunk: Position, place: u8, hash: &Hash) -> [u8; 41] {
    let mut value = [0; 41];
    value[..8].copy_from_slice(&chunk.0.to_be_bytes());
    value[8] = place;
    value[9..].copy_from_slice(hash);
    value
}

fn read_entry(value: &[u8]) -> Result<Entry, LogError> {
    let wrong = || damaged("an index entry");
    let (chunk, rest) = value.split_first_chunk::<8>().ok_or_else(wrong)?;
    let (place, hash) = rest.split_first().ok_or_else(wrong)?;
    let chunk = u64::from_be_bytes(*chunk);
    Ok(Entry {
        position: Position(chunk.checked_add(u64::from(*place)).ok_or_else(wrong)?),
        chunk: Position(chunk),
        place: usize::from(*place),
        hash: hash.try_into().map_err(|_| wrong())?,
    })
}

fn command(record: &CommandRecord) -> Vec<u8> {
    let mut value = Vec::with_capacity(48);
    value.extend_from_slice(&record.first.0.to_be_bytes());
    value.extend_from_slice(&record.last.0.to_be_bytes());
    value.extend(record.fingerprint.iter().flatten());
    value
}

fn read_command(command: CommandId, value: &[u8]) -> Option<CommandRecord> {
    let (first, rest) = value.split_first_chunk()?;
    let (last, rest) = rest.split_first_chunk()?;
    let fingerprint = if rest.is_empty() { None } else { Some(rest.try_into().ok()?) };
    Some(CommandRecord {
        command,
        fingerprint,
        first: Position(u64::from_be_bytes(*first)),
        last: Position(u64::from_be_bytes(*last)),
    })
}

fn wrapped_key(key: &WrappedKey) -> [u8; 76] {
    let mut value = [0; 76];
    value[..4].copy_from_slice(&key.epoch.to_be_bytes());
    value[4..28].copy_from_slice(&key.nonce);
    value[28..].copy_from_slice(&key.wrapped);
    value
}

fn read_wrapped_key(subject: SubjectId, value: &[u8]) -> Option<WrappedKey> {
    let (epoch, rest) = value.split_first_chunk()?;
    let (nonce, wrapped) = rest.split_first_chunk()?;
    Some(WrappedKey { subject, epoch: u32::from_be_bytes(*epoch), nonce: *nonce, wrapped: wrapped.try_into().ok()? })
}

fn head(log_id: Uuid, head: &LogHead) -> Vec<u8> {
    let mut value = Vec::with_capacity(32 + 32 * head.frontier.len());
    value.extend_from_slice(log_id.as_bytes());
    value.extend_from_slice(&head.size.to_be_bytes());
    value.extend_from_slice(&head.last_recorded_at.to_be_bytes());
    value.extend(head.frontier.iter().flatten());
    value
}

fn read_head(value: &[u8]) -> Option<StoredHead> {
    let (log_id, rest) = value.split_first_chunk()?;
    let (size, rest) = rest.split_first_chunk()?;
    let (last_recorded_at, rest) = rest.split_first_chunk()?;
    let (frontier, rest) = rest.as_chunks::<32>();
    let head = LogHead {
        size: u64::from_be_bytes(*size),
        frontier: frontier.to_vec(),
        last_recorded_at: i64::from_be_bytes(*last_recorded_at),
    };
    rest.is_empty().then_some(StoredHead { log_id: Uuid::from_bytes(*log_id), head })
}

fn damaged(what: &str) -> LogError {
    LogError::Damaged(format!("{what} of the sled store cannot be read"))
}

fn failed(error: sled::Error) -> LogError {
    match error {
        sled::Error::Io(error) => LogError::Io(error.to_string()),
        sled::Error::Corruption { .. } => LogError::Damaged(error.to_string()),
        sled::Error::CollectionNotFound(_) | sled::Error::Unsupported(_) | sled::Error::ReportableBug(_) => {
            LogError::Damaged(error.to_string())
        }
    }
}

/// sled panics where it finds what it did not expect; that must not take the server down.
fn guarded<T>(work: impl FnOnce() -> Result<T, LogError>) -> Result<T, LogError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(LogError::Damaged(format!("sled panicked: {text}")))
    })
}
