//! Reading events: by position, by stream, by family; and the tree's edge over the newest of them.

use super::Store;
use super::trouble::{damaged, failed, guarded};
use super::values::{Entry, read_entry};
use crate::disk::sled::{chunk, keys};
use crate::ids::{Hash, Position, StreamId, Version};
use crate::log::{LogError, LogHead, Recorded};
use crate::record::tree::{self, Edge, TILE_WIDTH};
use bytes::Bytes;
use sled::IVec;
use std::collections::BinaryHeap;

impl Store {
    /// Events after a position, in order.
    pub fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        let shown = self.shown();
        let Some(first) = after.0.checked_add(1).filter(|first| limit > 0 && *first <= shown) else {
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
            for item in self.db.range(keys::chunk(start).to_vec()..=keys::chunk_part(shown, u16::MAX).to_vec()) {
                let (key, value) = item.map_err(failed)?;
                let Some((position, chunk)) = parts.add(&key, value)? else {
                    continue;
                };
                for event in chunk::decode(position, chunk)? {
                    if event.position > after && event.position.0 <= shown && events.len() < limit {
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
        guarded(|| self.events(&self.entries(&prefix, from, limit, self.shown())?))
    }

    /// The first events of each of several streams, without their boxes. Each chunk is read once, in the order of the
    /// log: what happened at the same time lies together, whichever stream it is of.
    pub fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        let shown = self.shown();
        guarded(|| {
            let mut wanted: Vec<(Entry, usize)> = Vec::with_capacity(streams.len() * 4);
            for (index, stream) in streams.iter().enumerate() {
                let prefix = keys::stream(stream);
                let Some(from) = keys::index(&prefix, Version(1)) else { continue };
                wanted.extend(self.entries(&prefix, from, limit, shown)?.into_iter().map(|entry| (entry, index)));
            }
            wanted.sort_unstable_by_key(|(entry, _)| entry.position);
            let mut all = vec![Vec::new(); streams.len()];
            let mut open: Option<(Position, Vec<Recorded>)> = None;
            for (entry, index) in &wanted {
                let chunk = match open.take() {
                    Some((first, chunk)) if first == entry.chunk => chunk,
                    Some(_) | None => self.chunk_at(entry.chunk)?,
                };
                let event = chunk.get(entry.place).ok_or_else(|| damaged("an index entry"))?;
                // A copy: what is kept must not keep the whole chunk with it.
                let leaf = Bytes::copy_from_slice(&event.leaf);
                if let Some(events) = all.get_mut(*index) {
                    events.push(Recorded { position: event.position, leaf, boxes: Vec::new() });
                }
                open = Some((entry.chunk, chunk));
            }
            Ok(all)
        })
    }

    /// Events of a family after a position, in order of position. Looks at every index entry of the family.
    pub fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        if family.contains('/') || limit == 0 {
            return Ok(Vec::new());
        }
        let shown = self.shown();
        guarded(|| {
            // The `limit` smallest positions; the heap's top is the largest of them.
            let mut nearest: BinaryHeap<(Position, Position, usize, Hash)> = BinaryHeap::new();
            for item in self.db.scan_prefix(keys::family(family)).values() {
                let entry = read_entry(&item.map_err(failed)?)?;
                if entry.position <= after || entry.position.0 > shown {
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

    /// What the index says of a stream from a key on, up to the size shown.
    fn entries(&self, prefix: &[u8], from: Vec<u8>, limit: usize, shown: u64) -> Result<Vec<Entry>, LogError> {
        let to = [prefix, &[0xff; 5]].concat();
        let mut entries = Vec::new();
        for item in self.db.range(from..to).take(limit) {
            let entry = read_entry(&item.map_err(failed)?.1)?;
            // Those behind it are further on in the log.
            if entry.position.0 > shown {
                break;
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    fn events(&self, entries: &[Entry]) -> Result<Vec<Recorded>, LogError> {
        let mut events = Vec::with_capacity(entries.len());
        for together in entries.chunk_by(|one, next| one.chunk == next.chunk) {
            let Some(Entry { chunk, .. }) = together.first() else { continue };
            let is_wanted = |place| together.iter().any(|entry| entry.place == place);
            let picked = chunk::pick(*chunk, self.chunk(*chunk)?, is_wanted)?;
            // They come in the order of their places, as the entries do.
            if picked.len() != together.len() {
                return Err(damaged("an index entry"));
            }
            events.extend(picked);
        }
        Ok(events)
    }

    /// The events of the chunk that begins at a position.
    fn chunk_at(&self, first: Position) -> Result<Vec<Recorded>, LogError> {
        chunk::decode(first, self.chunk(first)?)
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

/// Collects the parts of a chunk, which come in order.
#[derive(Default)]
struct Parts {
    first: Position,
    /// The chunk that was handed out last.
    done: Option<Position>,
    next_part: u16,
    total: usize,
    bytes: Vec<u8>,
}

impl Parts {
    /// The chunk, once its last part has come.
    fn add(&mut self, key: &[u8], value: IVec) -> Result<Option<(Position, Bytes)>, LogError> {
        let (first, part) = chunk_key(key)?;
        if part > 0 && self.bytes.is_empty() && self.done == Some(first) {
            // A write of more events was cut short here, and came again with fewer.
            return Ok(None);
        }
        if part == 0 {
            self.finish()?;
            self.first = first;
            self.total = chunk::total_bytes(&value).ok_or_else(|| damaged("a chunk"))?;
            if value.len() == self.total {
                self.done = Some(first);
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
            self.done = Some(first);
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
