//! A bounded map of folded states. Truth stays in the store: an entry counts only while its version is the stream's.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Two generations: what was not touched while one generation filled up is forgotten with the next.
pub struct Cache<K, V> {
    bytes_max: usize,
    generations: Mutex<Generations<K, V>>,
}

struct Generations<K, V> {
    young: HashMap<K, Entry<V>>,
    young_bytes: usize,
    old: HashMap<K, Entry<V>>,
    old_bytes: usize,
}

struct Entry<V> {
    version: u64,
    /// About what the value takes, itself and all it holds.
    bytes: usize,
    value: Arc<V>,
}

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    /// Holds at most about `2 * bytes_max` bytes of values, and one value more.
    pub fn new(bytes_max: usize) -> Self {
        let generations = Generations { young: HashMap::new(), young_bytes: 0, old: HashMap::new(), old_bytes: 0 };
        Self { bytes_max, generations: Mutex::new(generations) }
    }

    /// The value if it is of this version.
    pub fn get(&self, key: &K, version: u64) -> Option<Arc<V>> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = generations.young.get(key) {
            return (entry.version == version).then(|| Arc::clone(&entry.value));
        }
        let entry = generations.old.remove(key)?;
        generations.old_bytes = generations.old_bytes.saturating_sub(entry.bytes);
        let found = (entry.version == version).then(|| Arc::clone(&entry.value));
        generations.insert(self.bytes_max, key.clone(), entry);
        found
    }

    /// About how many bytes it holds.
    pub fn bytes(&self) -> usize {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young_bytes.saturating_add(generations.old_bytes)
    }

    /// Remembers a value of about so many bytes, unless a newer version is held already.
    pub fn put(&self, key: K, version: u64, bytes: usize, value: Arc<V>) {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if generations.young.get(&key).is_some_and(|entry| entry.version > version) {
            return;
        }
        generations.insert(self.bytes_max, key, Entry { version, bytes, value });
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn insert(&mut self, bytes_max: usize, key: K, entry: Entry<V>) {
        if self.young_bytes.saturating_add(entry.bytes) > bytes_max {
            self.old = std::mem::take(&mut self.young);
            self.old_bytes = std::mem::take(&mut self.young_bytes);
        }
        self.young_bytes = self.young_bytes.saturating_add(entry.bytes);
        if let Some(before) = self.young.insert(key, entry) {
            self.young_bytes = self.young_bytes.saturating_sub(before.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_version_counts_and_the_size_is_bounded() {
        let cache = Cache::new(1_000);
        for n in 0..100u32 {
            cache.put(n, 1, 100, Arc::new(n));
        }
        let held = (0..100u32).filter(|n| cache.get(n, 1).is_some()).count();
        assert!((10..=20).contains(&held), "{held}");
        assert!((1_000..=2_000).contains(&cache.bytes()), "{}", cache.bytes());
        cache.put(7, 3, 100, Arc::new(73));
        cache.put(7, 2, 100, Arc::new(72));
        assert_eq!(cache.get(&7, 3).as_deref(), Some(&73));
        assert_eq!(cache.get(&7, 4), None);
    }

    #[test]
    fn one_value_many_times_is_counted_once_and_a_huge_one_pushes_the_others_out() {
        let cache = Cache::new(1_000);
        cache.put(1, 1, 100, Arc::new(1));
        for version in 1..100 {
            cache.put(2, version, 100, Arc::new(2));
        }
        assert!(cache.get(&1, 1).is_some());
        for n in 10..13 {
            cache.put(n, 1, 1_000_000, Arc::new(n));
        }
        assert!((10..13).filter(|n| cache.get(n, 1).is_some()).count() <= 2);
        assert!(cache.get(&1, 1).is_none());
    }
}
