//! Brings sled level with the journal: what lies beyond sled's head is applied again, from the first event on when sled
//! was set aside.

use super::Store;
use super::chunk::Encoder;
use crate::disk::journal::frame::Group;
use crate::disk::journal::scan::{Segments, Trouble};
use crate::log::{Batch, BatchEvent, LogError, LogHead};
use crate::record::tree::Edge;
use uuid::Uuid;

/// Groups are joined up to here: larger chunks, fewer sled batches.
const EVENTS_PER_BATCH: usize = 1024;

/// Which of the two stood in the way. Only sled is ever set aside for it.
#[derive(Debug)]
pub(crate) enum Stopped {
    Journal(Trouble),
    Sled(LogError),
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

/// Applies all frames after the edge's size. `progress` is told the size reached. Returns the head.
pub(crate) fn replay(
    store: &Store,
    segments: &Segments,
    log_id: Uuid,
    mut edge: Edge,
    progress: &dyn Fn(u64),
) -> Result<LogHead, Stopped> {
    let size = edge.size();
    let Some(from) = segments.mark_before(size) else {
        return Ok(LogHead::default());
    };
    let mut encoder = Encoder::new()?;
    let mut batch = Batch::default();
    let mut head = LogHead { size, frontier: edge.frontier(), last_recorded_at: from.last_recorded_at };
    let mut scan = segments.scan(from)?;
    while let Some(group) = scan.next()? {
        let behind = group.first.0 + group.events.len() as u64;
        let is_new = group.first.0 > size;
        if !is_new && behind > size + 1 {
            return Err(LogError::Damaged("sled ends within a group of the journal".to_owned()).into());
        }
        // A group without events at sled's very end may be there already; applying it again changes nothing.
        if is_new {
            let offset = scan.mark().offset;
            add(&mut batch, group, &mut edge)
                .map_err(|error| scan.damaged(offset, "一条记录无法读出", &error.to_string()))?;
        }
        head.last_recorded_at = scan.mark().last_recorded_at;
        if batch.events.len() >= EVENTS_PER_BATCH {
            apply(store, log_id, &mut batch, &edge, &mut head, &mut encoder)?;
            progress(head.size);
        }
    }
    apply(store, log_id, &mut batch, &edge, &mut head, &mut encoder)?;
    progress(head.size);
    Ok(head)
}

fn apply(
    store: &Store,
    log_id: Uuid,
    batch: &mut Batch,
    edge: &Edge,
    head: &mut LogHead,
    encoder: &mut Encoder,
) -> Result<(), LogError> {
    head.size = edge.size();
    head.frontier = edge.frontier();
    let mut batch = std::mem::take(batch);
    batch.head = head.clone();
    store.apply(log_id, &batch, encoder)
}

/// Adds a group with all that is not in the journal because it follows from the leaves.
fn add(batch: &mut Batch, group: Group, edge: &mut Edge) -> Result<(), LogError> {
    for recorded in group.events {
        let leaf = recorded.leaf()?;
        let hash = recorded.hash();
        batch.tiles.extend(edge.push(hash));
        batch.events.push(BatchEvent { recorded, hash, stream: leaf.stream, version: leaf.version });
    }
    batch.keys.extend(group.keys);
    batch.commands.extend(group.commands);
    Ok(())
}
