//! The newest events, as they were recorded: those who follow the log read them from here, and not each for itself from
//! the adapter's pages.

use crate::ids::Position;
use crate::log::Recorded;
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

/// Bytes of leaves and boxes kept: some ten thousand events, what a follower may be behind while commands pour in.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// What an event takes beside its leaf and its boxes.
const EVENT_BYTES: usize = 256;

/// The groups committed last, without a gap. Empty until this store has recorded something itself.
#[derive(Default)]
pub(crate) struct Tail(RwLock<Groups>);

#[derive(Default)]
struct Groups {
    groups: VecDeque<Group>,
    bytes: usize,
}

#[derive(Clone)]
struct Group {
    events: Arc<[Recorded]>,
    bytes: usize,
}

impl Group {
    fn last(&self) -> Position {
        self.events.last().map_or(Position(0), |event| event.position)
    }
}

impl Tail {
    /// Adds a durable group that continues the last one.
    pub fn push(&self, events: Arc<[Recorded]>) {
        let bytes = events.iter().map(bytes_of).sum();
        let mut groups = self.0.write().unwrap_or_else(PoisonError::into_inner);
        groups.bytes += bytes;
        groups.groups.push_back(Group { events, bytes });
        while groups.bytes > BYTES_MAX
            && let Some(oldest) = groups.groups.pop_front()
        {
            groups.bytes -= oldest.bytes;
        }
    }

    /// Forgets everything: somebody else has extended the log, so the next group would not continue the last.
    pub fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Groups::default();
    }

    /// What is held, bytes.
    pub fn bytes(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).bytes
    }

    /// Events after a position, at most `limit`; `None` where they are not all here.
    pub fn after(&self, after: Position, limit: usize) -> Option<Vec<Recorded>> {
        let groups = self.wanted(after, limit)?;
        // Copied out of the lock, under which the writer would have to wait.
        let events = groups.iter().flat_map(|group| group.events.iter()).filter(|event| event.position > after);
        Some(events.take(limit).cloned().collect())
    }

    fn wanted(&self, after: Position, limit: usize) -> Option<Vec<Group>> {
        let groups = &self.0.read().unwrap_or_else(PoisonError::into_inner).groups;
        let first = groups.front().and_then(|group| group.events.first())?.position;
        if after.0 + 1 < first.0 || after >= groups.back()?.last() {
            return None;
        }
        let from = groups.partition_point(|group| group.last() <= after);
        let enough = Position(after.0.saturating_add(limit as u64));
        let mut wanted = Vec::new();
        for group in groups.range(from..) {
            wanted.push(group.clone());
            if group.last() >= enough {
                break;
            }
        }
        Some(wanted)
    }
}

fn bytes_of(event: &Recorded) -> usize {
    EVENT_BYTES + event.leaf.len() + event.boxes.iter().map(bytes::Bytes::len).sum::<usize>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use bytes::Bytes;

    fn group(positions: std::ops::RangeInclusive<u64>, leaf_bytes: usize) -> Arc<[Recorded]> {
        let leaf = Bytes::from(vec![b'x'; leaf_bytes]);
        positions.map(|p| Recorded { position: Position(p), leaf: leaf.clone(), boxes: Vec::new() }).collect()
    }

    fn positions(tail: &Tail, after: u64, limit: usize) -> Option<Vec<u64>> {
        tail.after(Position(after), limit).map(|events| events.iter().map(|event| event.position.0).collect())
    }

    #[test]
    fn it_gives_what_it_holds_without_a_gap_and_nothing_else() {
        let tail = Tail::default();
        assert_eq!(positions(&tail, 0, 10), None);
        tail.push(group(5..=7, 10));
        tail.push(group(8..=8, 10));
        tail.push(group(9..=20, 10));
        assert_eq!(positions(&tail, 3, 10), None);
        assert_eq!(positions(&tail, 4, 3), Some(vec![5, 6, 7]));
        assert_eq!(positions(&tail, 6, 4), Some(vec![7, 8, 9, 10]));
        assert_eq!(positions(&tail, 18, 10), Some(vec![19, 20]));
        assert_eq!(positions(&tail, 20, 10), None);
        assert_eq!(positions(&tail, u64::MAX - 1, 10), None);
        tail.clear();
        assert_eq!(positions(&tail, 4, 3), None);
    }

    #[test]
    fn it_forgets_the_oldest_groups_when_it_is_full() {
        let tail = Tail::default();
        for position in 1..=4_000 {
            tail.push(group(position..=position, 8 * 1024));
        }
        let held = tail.0.read().unwrap();
        assert!(held.bytes <= BYTES_MAX && held.bytes > BYTES_MAX - 16 * 1024);
        let first = held.groups.front().unwrap().events[0].position.0;
        drop(held);
        assert_eq!(positions(&tail, first - 2, 1), None);
        assert_eq!(positions(&tail, first - 1, 1), Some(vec![first]));
    }
}
