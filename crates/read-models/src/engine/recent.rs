//! A bounded memory of what was folded lately.

use foldhash::HashMap;
use std::hash::Hash;

/// Keeps what was used lately: between one and two generations of `generation_max` entries. Forgetting costs a read
/// of the stream, nothing else.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    generation_max: usize,
}

impl<K: Eq + Hash + Copy, V> Recent<K, V> {
    pub(crate) fn new(generation_max: usize) -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), generation_max }
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    /// Takes an entry out, to be put back as it then is.
    pub(crate) fn take(&mut self, key: &K) -> Option<V> {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }

    /// Puts an entry in; the oldest generation is forgotten when the young one is full.
    pub(crate) fn put(&mut self, key: K, value: V) {
        if self.young.len() >= self.generation_max {
            self.old = std::mem::take(&mut self.young);
        }
        self.old.remove(&key);
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn it_keeps_the_last_generation_and_forgets_the_one_before() {
        let mut recent = Recent::new(10);
        for n in 0..25_u32 {
            recent.put(n, n);
        }
        assert_eq!(recent.take(&24), Some(24));
        assert_eq!(recent.take(&10), Some(10));
        assert_eq!(recent.take(&9), None);
        assert_eq!(recent.take(&12), Some(12));
        assert_eq!(recent.take(&12), None);
    }
}
