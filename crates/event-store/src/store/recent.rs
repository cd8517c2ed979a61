//! The newest version and hash of the streams that were used last, so that most checks read nothing.

use crate::ids::StreamId;
use crate::log::StreamHead;
use std::collections::HashMap;
use std::mem;

/// Most streams kept in each of the two generations.
const GENERATION_MAX: usize = 32 * 1024;

/// A bounded cache. Two generations: when the young one is full it becomes the old one and the old one is forgotten;
/// what is asked for moves to the young one. That keeps the most recently used half without a list to maintain.
#[derive(Default)]
pub(crate) struct RecentHeads {
    young: StreamMap<StreamHead>,
    old: StreamMap<StreamHead>,
}

/// A map by stream. The writer alone asks it, many times for each command, for streams that exist or were named by
/// this server, so it takes a fast hash and not one that withstands chosen keys.
pub(crate) type StreamMap<V> = HashMap<StreamId, V, foldhash::fast::RandomState>;

impl RecentHeads {
    pub fn get(&mut self, stream: &StreamId) -> Option<StreamHead> {
        if let Some(head) = self.young.get(stream) {
            return Some(*head);
        }
        let (stream, head) = self.old.remove_entry(stream)?;
        self.insert(stream, head);
        Some(head)
    }

    pub fn insert(&mut self, stream: StreamId, head: StreamHead) {
        if self.young.len() >= GENERATION_MAX {
            // The forgotten generation's memory serves the next one.
            mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.insert(stream, head);
    }

    /// Forgets everything: somebody else has extended the log.
    pub fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::ids::Version;

    fn stream(n: usize) -> StreamId {
        StreamId::new(format!("issue/{n}")).unwrap()
    }

    fn head(version: u64) -> StreamHead {
        StreamHead { version: Version(version), hash: None }
    }

    #[test]
    fn what_is_used_stays_and_what_is_not_goes() {
        let mut recent = RecentHeads::default();
        recent.insert(stream(0), head(7));
        for n in 1..GENERATION_MAX * 3 {
            recent.insert(stream(n), head(1));
            if n % 1000 == 0 {
                assert_eq!(recent.get(&stream(0)), Some(head(7)), "after {n}");
            }
        }
        assert_eq!(recent.get(&stream(1)), None);
        assert!(recent.young.len() + recent.old.len() <= 2 * GENERATION_MAX);
    }

    #[test]
    fn an_older_generation_never_hides_a_newer_head() {
        let mut recent = RecentHeads::default();
        recent.insert(stream(0), head(1));
        for n in 1..=GENERATION_MAX {
            recent.insert(stream(n), head(1));
        }
        recent.insert(stream(0), head(2));
        assert_eq!(recent.get(&stream(0)), Some(head(2)));
    }
}
