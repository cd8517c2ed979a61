//! What is to be done when, soonest first.

use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Actions by instant; of one instant, in the order in which they were put in.
#[derive(Debug)]
pub(super) struct Queue<T> {
    heap: BinaryHeap<Reverse<(DateTime<Utc>, u64, usize)>>,
    actions: Vec<Option<T>>,
    until: DateTime<Utc>,
    put: u64,
}

impl<T> Queue<T> {
    /// A queue that forgets what lies after `until`: that is still to happen when the story ends.
    pub(super) fn until(until: DateTime<Utc>) -> Self {
        Self { heap: BinaryHeap::new(), actions: Vec::new(), until, put: 0 }
    }

    /// Puts an action in.
    pub(super) fn put(&mut self, at: DateTime<Utc>, action: T) {
        if at <= self.until {
            self.heap.push(Reverse((at, self.put, self.actions.len())));
            self.actions.push(Some(action));
            self.put += 1;
        }
    }

    /// Takes everything that is due at the soonest instant, at most `most` actions.
    pub(super) fn take(&mut self, most: usize) -> Option<(DateTime<Utc>, Vec<T>)> {
        let Reverse((at, _, _)) = *self.heap.peek()?;
        let mut due = Vec::new();
        while due.len() < most
            && let Some(Reverse((next, _, index))) = self.heap.peek().copied()
            && next == at
        {
            self.heap.pop();
            due.extend(self.actions.get_mut(index).and_then(Option::take));
        }
        Some((at, due))
    }

    /// How many actions wait.
    pub(super) fn len(&self) -> usize {
        self.heap.len()
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
            queue.put(at(s), what);
        }
        assert_eq!(queue.len(), 4);
        assert_eq!(queue.take(1), Some((at(3), vec!['a'])));
        assert_eq!(queue.take(9), Some((at(3), vec!['b'])));
        assert_eq!(queue.take(9), Some((at(5), vec!['c'])));
        assert_eq!(queue.take(9), Some((at(10), vec!['d'])));
        assert_eq!(queue.take(9), None);
    }
}
