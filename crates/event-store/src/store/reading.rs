//! Reading: pages of the log, streams, families, commands, keys, and proofs over the tree.

use super::EventStore;
use crate::ids::{CommandId, Position, StreamId, Version};
use crate::log::{CommandRecord, LogError, Recorded, StreamHead};
use crate::record::boxes::{KeyId, WrappedKey};
use bytes::Bytes;
use std::time::Duration;

/// Most events that one read returns.
pub const READ_MAX: usize = 4096;
/// Bytes of events (leaves and boxes) after which a page ends, though it may hold more of them.
pub const READ_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Events fetched from the adapter at once.
const CHUNK: usize = 1024;
/// The same while it is not known how long they are.
const FIRST_CHUNK: usize = 64;
/// Most events that one filtered read looks at; then the page ends, so that no reader holds a thread for long.
const SCAN_MAX: usize = 8192;

/// Which events a reader wants; empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Stream families, any of.
    pub families: Vec<String>,
    /// Event types, any of.
    pub types: Vec<String>,
}

impl Filter {
    /// Whether every event passes.
    pub fn is_all(&self) -> bool {
        self.families.is_empty() && self.types.is_empty()
    }

    /// Whether the event is of one of the families and of one of the types.
    pub fn passes(&self, event: &Recorded) -> bool {
        if self.is_all() {
            return true;
        }
        let (stream, event_type) = event.stream_and_type();
        let family = stream.split('/').next().unwrap_or(stream);
        (self.families.is_empty() || self.families.iter().any(|f| f == family))
            && (self.types.is_empty() || self.types.iter().any(|t| t == event_type))
    }
}

/// One page of a stream.
#[derive(Clone, Debug)]
pub struct StreamPage {
    /// Its events in order.
    pub events: Vec<Recorded>,
    /// Whether the stream goes on after them.
    pub more: bool,
}

/// How long events have been so far, so that what is fetched next comes to about [`READ_BYTES_MAX`] at most.
#[derive(Default)]
struct Seen {
    events: usize,
    bytes: usize,
}

impl Seen {
    fn add(&mut self, event: &Recorded) {
        self.events += 1;
        self.bytes += event.bytes();
    }

    /// How many events to fetch.
    fn chunk(&self) -> usize {
        match self.bytes.checked_div(self.events) {
            Some(usual) => (READ_BYTES_MAX / usual.max(1)).clamp(1, CHUNK),
            None => FIRST_CHUNK,
        }
    }
}

/// One page of the log.
#[derive(Clone, Debug)]
pub struct Page {
    /// Events that pass the filter, in position order.
    pub events: Vec<Recorded>,
    /// Everything up to here was looked at; continue with `after = scanned_to`.
    pub scanned_to: Position,
    /// The log's head when the page was read.
    pub head: Position,
}

impl Page {
    /// Whether nothing was left to look at when the page was read.
    pub fn caught_up(&self) -> bool {
        self.scanned_to >= self.head
    }
}

impl EventStore {
    /// Events after a position that pass a filter, in order; at most `limit` (1 to [`READ_MAX`]), and no more once they
    /// come to [`READ_BYTES_MAX`]. So a page may hold fewer than `limit` events before the log's end, with a filter even
    /// none: go on from [`Page::scanned_to`]. Beyond the head the page is empty and `scanned_to` is `after`.
    pub async fn read_all(&self, after: Position, limit: usize, filter: &Filter) -> Result<Page, LogError> {
        self.scan(after, limit.clamp(1, READ_MAX), SCAN_MAX, filter).await
    }

    /// One event by its position.
    pub async fn event(&self, position: Position) -> Result<Option<Recorded>, LogError> {
        if position == Position(0) || position > self.head().position {
            return Ok(None);
        }
        let events = self.events(Position(position.0 - 1), 1).await?;
        check_dense(Position(position.0 - 1), &events)?;
        Ok(events.into_iter().next())
    }

    /// Events of a stream after a version, in order; at most `limit` (1 to [`READ_MAX`]).
    pub async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Recorded>, LogError> {
        self.log.read_stream(stream, after, limit.clamp(1, READ_MAX)).await
    }

    /// A page of a stream after a version: at most `limit` events (1 to [`READ_MAX`]), and no more once they come to
    /// [`READ_BYTES_MAX`].
    pub async fn stream_page(&self, stream: &StreamId, after: Version, limit: usize) -> Result<StreamPage, LogError> {
        let limit = limit.clamp(1, READ_MAX);
        let (mut page, mut seen, mut after) = (StreamPage { events: Vec::new(), more: false }, Seen::default(), after);
        loop {
            // One more than fits shows whether there is one.
            let wanted = seen.chunk().min(limit + 1 - page.events.len());
            let events = self.log.read_stream(stream, after, wanted).await?;
            let ends = events.len() < wanted;
            for event in events {
                if page.events.len() == limit || seen.bytes >= READ_BYTES_MAX {
                    page.more = true;
                    return Ok(page);
                }
                after = Version(after.0 + 1);
                seen.add(&event);
                page.events.push(event);
            }
            if ends {
                return Ok(page);
            }
        }
    }

    /// The first events of each of at most [`READ_MAX`] streams, at most `limit` (1 to [`READ_MAX`]) of each, in the order
    /// asked and without their boxes; streams beyond that many are left out. Many at once are read faster than each on
    /// its own, most of all when their ids are in order.
    pub async fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        let streams = streams.get(..READ_MAX).unwrap_or(streams);
        self.log.read_streams(streams, limit.clamp(1, READ_MAX)).await
    }

    /// Events of a family after a position, in order; at most `limit` (1 to [`READ_MAX`]).
    pub async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.log.read_family(family, after, limit.clamp(1, READ_MAX)).await
    }

    /// What became of a command; `None` when it was never recorded.
    pub async fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.log.command(id).await
    }

    /// Newest version and leaf hash of a stream; version 0 when there is none.
    pub async fn stream_head(&self, stream: &StreamId) -> Result<StreamHead, LogError> {
        let heads = self.log.stream_heads(std::slice::from_ref(stream)).await?;
        heads.into_iter().next().ok_or_else(|| LogError::Damaged("no answer about a stream's head".to_owned()))
    }

    /// Wrapped keys, in the order asked; `None` where there is none.
    pub async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        self.log.wrapped_keys(ids).await
    }

    /// The bytes of a box that was sealed anew at a change of epoch, by the commitment of its leaf.
    pub async fn sealed_again(&self, commitment: &[u8; 32]) -> Result<Option<Bytes>, LogError> {
        self.log.sealed_again(commitment).await
    }

    /// Waits until the log has reached a position; false when the time ran out or the store stopped before.
    pub async fn wait_for(&self, position: Position, timeout: Duration) -> bool {
        let mut head = self.watch();
        let reached = head.wait_for(|head| head.position >= position);
        matches!(tokio::time::timeout(timeout, reached).await, Ok(Ok(_)))
    }

    /// Events after a position, from memory where they are among the newest.
    async fn events(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        match self.writer.shared.tail.after(after, limit) {
            Some(events) => Ok(events),
            None => self.log.read_all(after, limit).await,
        }
    }

    /// A page that ends after `limit` events found, `scan_max` events looked at, or the head as it is now.
    pub(crate) async fn scan(
        &self,
        after: Position,
        limit: usize,
        scan_max: usize,
        filter: &Filter,
    ) -> Result<Page, LogError> {
        // The head is read before the rows: rows that become visible in between belong to the next page.
        let head = self.head().position;
        let mut page = Page { events: Vec::new(), scanned_to: after, head };
        let (mut scanned, mut seen, mut held) = (0, Seen::default(), 0);
        while page.scanned_to < head && page.events.len() < limit && scanned < scan_max && held < READ_BYTES_MAX {
            let wanted = if filter.is_all() { limit - page.events.len() } else { CHUNK };
            let left = usize::try_from(head.0 - page.scanned_to.0).unwrap_or(usize::MAX);
            let wanted = wanted.min(seen.chunk()).min(left).min(scan_max - scanned);
            let events = self.events(page.scanned_to, wanted).await?;
            check_dense(page.scanned_to, &events)?;
            if events.is_empty() {
                return Err(LogError::Damaged(format!(
                    "nothing follows position {} though the head is {head}",
                    page.scanned_to
                )));
            }
            scanned += events.len();
            for event in events {
                if page.events.len() == limit || held >= READ_BYTES_MAX {
                    break;
                }
                seen.add(&event);
                page.scanned_to = event.position;
                if filter.passes(&event) {
                    held += event.bytes();
                    page.events.push(event);
                }
            }
        }
        Ok(page)
    }
}

/// Refuses rows with a gap: a reader that skipped over it would never come back.
fn check_dense(after: Position, events: &[Recorded]) -> Result<(), LogError> {
    for (expected, event) in (after.0 + 1..).zip(events) {
        if event.position.0 != expected {
            return Err(LogError::Damaged(format!("position {} was read where {expected} comes next", event.position)));
        }
    }
    Ok(())
}
