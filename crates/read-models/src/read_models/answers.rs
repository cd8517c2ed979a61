//! Answers that are given again for as long as the rows stay the same.

use event_store::Position;
use foldhash::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Answers of one kind. They take so many bytes at most; what is beyond is answered anew.
pub(super) struct Answers<K, T> {
    kept: Mutex<Kept<K, T>>,
    bytes_max: usize,
    as_of: fn(&T) -> Position,
    bytes_of: fn(&T) -> usize,
}

/// Those of one position.
struct Kept<K, T> {
    /// Of which rows, of those that were read one after the other.
    rows: u64,
    position: Position,
    answers: HashMap<K, Arc<T>>,
    bytes: usize,
}

impl<K: Eq + Hash, T: Clone> Answers<K, T> {
    pub(super) fn new(bytes_max: usize, as_of: fn(&T) -> Position, bytes_of: fn(&T) -> usize) -> Self {
        let kept = Kept { rows: 0, position: Position(0), answers: HashMap::default(), bytes: 0 };
        Self { kept: Mutex::new(kept), bytes_max, as_of, bytes_of }
    }

    /// The answer from these rows, where one is known that is not older than `position`.
    pub(super) fn known(&self, key: &K, rows: u64, position: Position) -> Option<T> {
        let kept = self.kept();
        let answer = (kept.rows == rows && kept.position >= position).then(|| kept.answers.get(key).cloned())??;
        drop(kept);
        Some((*answer).clone())
    }

    /// Keeps an answer from rows; all that are older are forgotten.
    pub(super) fn keep(&self, key: K, rows: u64, answer: &T) {
        let (position, bytes) = ((self.as_of)(answer), (self.bytes_of)(answer));
        let mut kept = self.kept();
        if kept.rows != rows || position > kept.position {
            kept.answers.clear();
            (kept.rows, kept.position, kept.bytes) = (rows, position, 0);
        }
        if position == kept.position && kept.bytes + bytes <= self.bytes_max {
            kept.bytes += bytes;
            if kept.answers.insert(key, Arc::new(answer.clone())).is_some() {
                kept.bytes -= bytes;
            }
        }
    }

    /// Bytes taken, and those that may be taken.
    pub(super) fn bytes(&self) -> (usize, usize) {
        (self.kept().bytes, self.bytes_max)
    }

    fn kept(&self) -> MutexGuard<'_, Kept<K, T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_given_again_until_there_are_other_rows() {
        let answers = Answers::new(100, |answer: &u64| Position(*answer), |_| 40);
        answers.keep("a", 0, &7);
        assert_eq!(answers.known(&"a", 0, Position(7)), Some(7));
        assert_eq!(answers.known(&"a", 0, Position(6)), Some(7));
        assert_eq!(answers.known(&"a", 0, Position(8)), None);
        assert_eq!(answers.known(&"a", 1, Position(7)), None);
        assert_eq!(answers.known(&"b", 0, Position(7)), None);
        // A newer one takes the place of all; an older one comes too late.
        answers.keep("b", 0, &8);
        answers.keep("a", 0, &7);
        assert_eq!(answers.known(&"a", 0, Position(7)), None);
        assert_eq!(answers.known(&"b", 0, Position(8)), Some(8));
        // Other rows may be at an earlier position.
        answers.keep("a", 1, &3);
        assert_eq!(answers.known(&"b", 1, Position(3)), None);
        assert_eq!(answers.known(&"a", 1, Position(3)), Some(3));
    }

    #[test]
    fn what_is_beyond_the_bound_is_not_kept() {
        let answers = Answers::new(100, |answer: &u64| Position(*answer), |_| 40);
        for key in ["a", "b", "b", "c"] {
            answers.keep(key, 0, &7);
        }
        assert_eq!(answers.bytes(), (80, 100));
        assert_eq!(answers.known(&"c", 0, Position(7)), None);
    }
}
