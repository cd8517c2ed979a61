//! What is to be done when, soonest first.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Actions by instant; of one instant, in the order in which they were put in.
#[derive(Debug)]
pub(super) struct Queue<T> {
    waiting: BTreeMap<(DateTime<Utc>, u64), T>,
    until: DateTime<Utc>,
    put: u64,
}

impl<T> Queue<T> {
    /// A queue that forgets what lies after `until`: that is still to happen when the story ends.
    pub(super) fn until(until: DateTime<Utc>) -> Self {
        Self { waiting: BTreeMap::new(), until, put: 0 }
    }

    /// Puts an action in. False when it lies after the end.
    pub(super) fn put(&mut self, at: DateTime<Utc>, action: T) -> bool {
        let in_time = at <= self.until;
        if in_time {
            self.waiting.insert((at, self.put), action);
            self.put += 1;
        }
        in_time
    }

    /// The soonest instant at which something is due.
    pub(super) fn next_at(&self) -> Option<DateTime<Utc>> {
        self.waiting.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes everything that is due at the soonest instant, at most `most` actions.
    pub(super) fn take(&mut self, most: usize) -> Option<(DateTime<Utc>, Vec<T>)> {
        let at = self.next_at()?;
        let mut due = Vec::new();
        while due.len() < most
            && let Some(entry) = self.waiting.first_entry()
            && entry.key().0 == at
        {
            due.push(entry.remove());
        }
        Some((at, due))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn actions_come_out_by_instant_then_in_order_and_none_after_the_end() {
        let at = |s| DateTime::<Utc>::from_timestamp(s, 0).unwrap();
        let mut queue = Queue::until(at(10));
        for (s, what) in [(5, 'c'), (3, 'a'), (11, 'x'), (3, 'b'), (10, 'd')] {
            assert_eq!(queue.put(at(s), what), s <= 10);
        }
        assert_eq!(queue.next_at(), Some(at(3)));
        assert_eq!(queue.take(1), Some((at(3), vec!['a'])));
        assert_eq!(queue.take(9), Some((at(3), vec!['b'])));
        assert_eq!(queue.take(9), Some((at(5), vec!['c'])));
        assert_eq!(queue.take(9), Some((at(10), vec!['d'])));
        assert_eq!(queue.take(9), None);
    }
}
