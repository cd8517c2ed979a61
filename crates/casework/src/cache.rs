//! A bounded map of folded states. Truth stays in the store: an entry counts only while its version is the stream's.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Two generations: what was not touched while one generation filled up is forgotten with the next.
pub struct Cache<K, V> {
    entries_max: usize,
    generations: Mutex<Generations<K, V>>,
}

struct Generations<K, V> {
    young: HashMap<K, (u64, Arc<V>)>,
    old: HashMap<K, (u64, Arc<V>)>,
}

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    /// Holds at most `2 * entries_max` values.
    pub fn new(entries_max: usize) -> Self {
        Self { entries_max, generations: Mutex::new(Generations { young: HashMap::new(), old: HashMap::new() }) }
    }

    /// The value if it is of this version.
    pub fn get(&self, key: &K, version: u64) -> Option<Arc<V>> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, value)) = generations.young.get(key) {
            return (*at == version).then(|| Arc::clone(value));
        }
        let (at, value) = generations.old.remove(key)?;
        let found = (at == version).then(|| Arc::clone(&value));
        generations.insert(self.entries_max, key.clone(), at, value);
        found
    }

    /// Remembers a value, unless a newer version is held already.
    pub fn put(&self, key: K, version: u64, value: Arc<V>) {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if generations.young.get(&key).is_some_and(|(at, _)| *at > version) {
            return;
        }
        generations.insert(self.entries_max, key, version, value);
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn insert(&mut self, entries_max: usize, key: K, version: u64, value: Arc<V>) {
        if self.young.len() >= entries_max {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, (version, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_version_counts_and_the_size_is_bounded() {
        let cache = Cache::new(10);
        for n in 0..100u32 {
            cache.put(n, 1, Arc::new(n));
        }
        let held = (0..100u32).filter(|n| cache.get(n, 1).is_some()).count();
        assert!((1..=20).contains(&held), "{held}");
        cache.put(7, 3, Arc::new(73));
        cache.put(7, 2, Arc::new(72));
        assert_eq!(cache.get(&7, 3).as_deref(), Some(&73));
        assert_eq!(cache.get(&7, 4), None);
    }
}
