//! Brings sled and the index level with the journal: what lies beyond sled's head is written again, from the first event
//! on when sled was set aside; and what the index has not on disk is added to it again.

use super::{Appender, Store};
use crate::disk::index::Index;
use crate::disk::journal::frame::Group;
use crate::disk::journal::scan::{Segments, Trouble};
use crate::log::{Batch, BatchEvent, LogError, LogHead};
use crate::record::tree::{self, Edge};
use std::sync::Arc;
use uuid::Uuid;

/// Groups are joined up to here: larger chunks, and neighbours for sled.
const EVENTS_PER_BATCH: usize = 4096;

/// Which of them stood in the way. Only sled is ever set aside for it; an index is made again.
#[derive(Debug)]
pub(crate) enum Stopped {
    Journal(Trouble),
    Sled(LogError),
    Index(LogError),
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Self::Journal(trouble)
    }
}

impl From<LogError> for Stopped {
    fn from(error: LogError) -> Self {
        Self::Sled(error)
    }
}

/// Applies all frames after the edge's size, which is sled's, and adds those after `index`'s to it. `progress` is told
/// the size reached. Returns the head.
pub(crate) fn replay(
    store: &Store,
    index: &Index,
    segments: &Segments,
    log_id: Uuid,
    edge: Edge,
    progress: &dyn Fn(u64),
) -> Result<LogHead, Stopped> {
    let (sled, indexed) = (edge.size(), index.written().to);
    let Some(from) = segments.mark_before(sled.min(indexed)) else {
        return Ok(LogHead::default());
    };
    let head = LogHead { size: sled, frontier: edge.frontier(), last_recorded_at: 0 };
    let mut level = Level { store, edge, head, appender: Appender::new(log_id)?, batch: Batch::default() };
    let mut scan = segments.scan(from)?;
    let mut told = 0;
    while let Some(group) = scan.next()? {
        let behind = group.first.0 + group.events.len() as u64;
        if group.first.0 <= sled && behind > sled + 1 {
            return Err(LogError::Damaged("sled ends within a group of the journal".to_owned()).into());
        }
        // A group without events at the very end of either may be there already; taking it again changes nothing.
        if behind > indexed + 1 || group.events.is_empty() && behind > indexed {
            index.add(behind - 1, &group.commands, &group.keys);
        }
        level.head.last_recorded_at = scan.mark().last_recorded_at;
        if group.first.0 > sled {
            let offset = scan.mark().offset;
            level.add(group).map_err(|error| scan.damaged(offset, "一条记录无法读出", &error.to_string()))?;
        }
        if level.batch.events.len() >= EVENTS_PER_BATCH {
            level.apply()?;
        }
        if index.is_due() {
            // Only what sled has: of that, both copies are there to make the index from.
            level.apply()?;
            index.write(scan.mark().tree.size(), scan.mark().tree.root()).map_err(Stopped::Index)?;
        }
        if behind - told >= EVENTS_PER_BATCH as u64 {
            told = behind;
            progress(behind - 1);
        }
    }
    if scan.mark().last_recorded_at > level.head.last_recorded_at {
        level.head.last_recorded_at = scan.mark().last_recorded_at;
    }
    level.apply()?;
    let head = level.head;
    if index.written().to < head.size || index.holds_new() {
        index.write(head.size, tree::root_of_frontier(&head.frontier)).map_err(Stopped::Index)?;
    }
    progress(head.size);
    Ok(head)
}

/// sled on its way.
struct Level<'a> {
    store: &'a Store,
    edge: Edge,
    head: LogHead,
    appender: Appender,
    batch: Batch,
}

impl Level<'_> {
    /// Adds a group with all that is not in the journal because it follows from the leaves.
    fn add(&mut self, group: Group) -> Result<(), LogError> {
        for recorded in group.events {
            let leaf = recorded.leaf()?;
            let hash = recorded.hash();
            self.batch.tiles.extend(self.edge.push(hash));
            self.batch.events.push(BatchEvent { recorded, hash, stream: leaf.stream, version: leaf.version });
        }
        self.batch.keys.extend(group.keys);
        self.batch.commands.extend(group.commands);
        Ok(())
    }

    fn apply(&mut self) -> Result<(), LogError> {
        self.head.size = self.edge.size();
        self.head.frontier = self.edge.frontier();
        let batch = std::mem::take(&mut self.batch);
        if batch.events.is_empty() && batch.keys.is_empty() && batch.commands.is_empty() {
            return Ok(());
        }
        self.appender.append(self.store, &[Arc::new(Batch { head: self.head.clone(), ..batch })])
    }
}
