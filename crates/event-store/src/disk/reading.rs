//! Reading an open log: what is newest from memory, what is before it from sled. Memory is asked first, so that what
//! moves from there to sled meanwhile is found in both, never in neither.

use crate::disk::core::Core;
use crate::ids::{Hash, Position, StreamId, Version};
use crate::log::{LogError, Recorded, StreamHead};

impl Core {
    pub fn stream_head(&self, stream: &StreamId) -> Result<StreamHead, LogError> {
        match self.newest.stream_head(stream) {
            Some(head) => Ok(head),
            None => self.read(|store| store.stream_head(stream)),
        }
    }

    pub fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        let newest = self.newest.after(after, limit);
        self.before(newest, after, limit, |store| store.read_all(after, limit))
    }

    pub fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        let newest = self.newest.family(family, after, limit);
        self.before(newest, after, limit, |store| store.read_family(family, after, limit))
    }

    /// Puts what sled has before what is newest.
    fn before(
        &self,
        newest: Option<(Position, Vec<Recorded>)>,
        after: Position,
        limit: usize,
        ask: impl FnOnce(&crate::disk::sled::Store) -> Result<Vec<Recorded>, LogError>,
    ) -> Result<Vec<Recorded>, LogError> {
        let Some((first, newest)) = newest else { return self.read(ask) };
        if after.0.saturating_add(1) >= first.0 {
            return Ok(newest);
        }
        let mut events = self.read(ask)?;
        events.retain(|event| event.position < first);
        events.extend(newest);
        events.truncate(limit);
        Ok(events)
    }

    pub fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        let Some(newest) = self.newest.stream(stream, after, limit) else {
            return self.read(|store| store.read_stream(stream, after, limit));
        };
        let before =
            usize::try_from(newest.first.0.saturating_sub(after.0.saturating_add(1))).unwrap_or(usize::MAX).min(limit);
        if before == 0 {
            return Ok(newest.events);
        }
        let mut events = self.read(|store| store.read_stream(stream, after, before))?;
        events.extend(newest.events);
        events.truncate(limit);
        Ok(events)
    }

    pub fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        let newest = self.newest.streams(streams, limit);
        let mut all = self.read(|store| store.read_streams(streams, limit))?;
        for (events, newest) in all.iter_mut().zip(newest) {
            let Some(newest) = newest else { continue };
            events.truncate(usize::try_from(newest.first.0 - 1).unwrap_or(usize::MAX));
            events.extend(newest.events.into_iter().map(|event| Recorded { boxes: Vec::new(), ..event }));
            events.truncate(limit);
        }
        Ok(all)
    }

    pub fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        match self.newest.tile(level, index) {
            Some(hashes) => Ok(Some(hashes)),
            None => self.read(|store| store.tile(level, index)),
        }
    }
}
