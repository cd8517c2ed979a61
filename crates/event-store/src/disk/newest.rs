//! The newest groups: what the journal has and sled has not yet. Whoever reads asks here first and sled for what is
//! before; what sled is given leaves here only once it is there, so that nothing is ever in neither.

use crate::ids::{Hash, Position, StreamId, Version};
use crate::log::{Batch, BatchEvent, Recorded, StreamHead};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// What an event takes beside its leaf and its boxes.
const EVENT_BYTES: usize = 400;

/// Shared by the one writer, the one who writes sled, and readers.
#[derive(Debug, Default)]
pub(crate) struct Newest(RwLock<Held>);

#[derive(Debug, Default)]
struct Held {
    /// In order, without a gap.
    groups: VecDeque<Arc<Batch>>,
    /// Where the events of each stream are, in order.
    streams: HashMap<StreamId, VecDeque<Position>, foldhash::fast::RandomState>,
    events: usize,
    bytes: usize,
}

/// The events of a stream that are here.
#[derive(Debug)]
pub(crate) struct Part {
    /// Version of the first of all that are here; those before it are in sled.
    pub first: Version,
    /// Those asked for.
    pub events: Vec<Recorded>,
}

impl Newest {
    /// Adds a group that the journal has.
    pub fn push(&self, group: Arc<Batch>) {
        let mut held = self.write();
        for event in &group.events {
            match held.streams.get_mut(&event.stream) {
                Some(positions) => positions.push_back(event.recorded.position),
                None => {
                    held.streams.insert(event.stream.clone(), VecDeque::from([event.recorded.position]));
                }
            }
        }
        held.events += group.events.len();
        held.bytes += bytes_of(&group);
        held.groups.push_back(group);
    }

    /// The oldest groups, of at least so many events or so many bytes, or all there are.
    pub fn oldest(&self, events: usize, bytes: usize) -> Vec<Arc<Batch>> {
        let mut found = (0, 0);
        let held = self.read();
        let wanted = held.groups.iter().take_while(|group| {
            let more = found.0 < events && found.1 < bytes;
            found = (found.0 + group.events.len(), found.1 + bytes_of(group));
            more
        });
        wanted.cloned().collect()
    }

    /// Forgets the oldest groups, as many as were taken by [`Newest::oldest`] and are in sled now.
    pub fn forget(&self, groups: usize) {
        let mut gone = Vec::with_capacity(groups);
        let mut held = self.write();
        for _ in 0..groups {
            let Some(group) = held.groups.pop_front() else { break };
            for event in &group.events {
                if let Some(positions) = held.streams.get_mut(&event.stream) {
                    positions.pop_front();
                    if positions.is_empty() {
                        held.streams.remove(&event.stream);
                    }
                }
            }
            held.events -= group.events.len();
            held.bytes -= bytes_of(&group);
            gone.push(group);
        }
        drop(held);
        // Freed out of the lock, under which readers would have to wait.
        drop(gone);
    }

    /// How many events are here, and what they take, bytes.
    pub fn extent(&self) -> (usize, usize) {
        let held = self.read();
        (held.events, held.bytes)
    }

    /// How many groups are here, those without events among them.
    pub fn groups(&self) -> usize {
        self.read().groups.len()
    }

    /// The position of the first event here, and events after a position, at most `limit`.
    pub fn after(&self, after: Position, limit: usize) -> Option<(Position, Vec<Recorded>)> {
        let held = self.read();
        let first = held.first()?;
        Some((first, held.behind(after).take(limit).map(|event| event.recorded.clone()).collect()))
    }

    /// The newest event of a stream.
    pub fn stream_head(&self, stream: &StreamId) -> Option<StreamHead> {
        let held = self.read();
        let event = held.at(*held.streams.get(stream)?.back()?)?;
        Some(StreamHead { version: event.version, hash: Some(event.hash) })
    }

    /// Events of a stream after a version, at most `limit`; `None` where all of it is in sled.
    pub fn stream(&self, stream: &StreamId, after: Version, limit: usize) -> Option<Part> {
        self.read().stream(stream, after, limit)
    }

    /// The first events of several streams, as [`Newest::stream`] each.
    pub fn streams(&self, streams: &[StreamId], limit: usize) -> Vec<Option<Part>> {
        let held = self.read();
        streams.iter().map(|stream| held.stream(stream, Version(0), limit)).collect()
    }

    /// The position of the first event here, and events of a family after a position, at most `limit`.
    pub fn family(&self, family: &str, after: Position, limit: usize) -> Option<(Position, Vec<Recorded>)> {
        let held = self.read();
        let first = held.first()?;
        let of_family = held.behind(after).filter(|event| event.stream.family() == family);
        Some((first, of_family.take(limit).map(|event| event.recorded.clone()).collect()))
    }

    /// A tile that was filled here.
    pub fn tile(&self, level: u8, index: u64) -> Option<Vec<Hash>> {
        let held = self.read();
        let mut tiles = held.groups.iter().flat_map(|group| &group.tiles);
        tiles.find(|tile| (tile.level, tile.index) == (level, index)).map(|tile| tile.hashes.clone())
    }

    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn first(&self) -> Option<Position> {
        self.groups.iter().find_map(|group| group.events.first()).map(|event| event.recorded.position)
    }

    /// Events behind a position, or from the first on where that is later.
    fn behind(&self, after: Position) -> impl Iterator<Item = &BatchEvent> {
        let group = self.groups.partition_point(|group| group.head.size <= after.0);
        let first = self.groups.get(group).map_or(0, |group| group.head.size - group.events.len() as u64 + 1);
        let skipped = usize::try_from(after.0.saturating_add(1).saturating_sub(first)).unwrap_or(usize::MAX);
        self.groups.range(group..).flat_map(|group| &group.events).skip(skipped)
    }

    fn at(&self, position: Position) -> Option<&BatchEvent> {
        let group = self.groups.get(self.groups.partition_point(|group| group.head.size < position.0))?;
        let before = group.head.size - group.events.len() as u64;
        group.events.get(usize::try_from(position.0.checked_sub(before + 1)?).ok()?)
    }

    fn stream(&self, stream: &StreamId, after: Version, limit: usize) -> Option<Part> {
        let positions = self.streams.get(stream)?;
        let first = self.at(*positions.front()?)?.version;
        let skipped = usize::try_from(after.0.saturating_add(1).saturating_sub(first.0)).unwrap_or(usize::MAX);
        let wanted = positions.iter().skip(skipped).take(limit);
        Some(Part { first, events: wanted.filter_map(|at| Some(self.at(*at)?.recorded.clone())).collect() })
    }
}

fn bytes_of(group: &Batch) -> usize {
    let of_events: usize = group.events.iter().map(|event| EVENT_BYTES + event.recorded.bytes()).sum();
    of_events + 128 * (group.keys.len() + group.commands.len())
}
