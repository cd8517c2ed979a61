//! A map of what was read or made a moment ago, bounded in bytes. Truth stays in the store: whoever asks compares what is
//! held with what is so now.

use foldhash::{HashMap, HashMapExt as _};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much a cache holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// About how many bytes.
    pub bytes: usize,
    /// How many values.
    pub entries: usize,
}

/// What of the map was not asked for since the hand last came by goes first (the clock of operating systems): one bit an
/// entry, and no list to be kept in order.
pub struct Cache<K, V: ?Sized> {
    bytes_max: usize,
    held: Mutex<Held<K, V>>,
}

struct Held<K, V: ?Sized> {
    entries: HashMap<K, Entry<V>>,
    /// All keys, for the hand.
    keys: Vec<K>,
    hand: usize,
    bytes: usize,
}

struct Entry<V: ?Sized> {
    version: u64,
    /// About what it takes: the value, all that the value holds, and its place here.
    bytes: usize,
    /// Where in `keys` its key stands.
    place: usize,
    asked_for: bool,
    value: Arc<V>,
}

impl<K: Eq + Hash + Clone, V: ?Sized> Cache<K, V> {
    /// Holds at most about so many bytes, and one value more.
    pub fn new(bytes_max: usize) -> Self {
        let held = Held { entries: HashMap::new(), keys: Vec::new(), hand: 0, bytes: 0 };
        Self { bytes_max, held: Mutex::new(held) }
    }

    /// What is held of a key.
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut held = self.held();
        let entry = held.entries.get_mut(key)?;
        entry.asked_for = true;
        Some(Arc::clone(&entry.value))
    }

    /// Remembers a value of about so many bytes, unless a newer version is held already.
    pub fn put(&self, key: K, version: u64, bytes: usize, value: Arc<V>) {
        let bytes = bytes + Self::BESIDE;
        let mut held = self.held();
        if held.entries.get(&key).is_some_and(|entry| entry.version > version) {
            return;
        }
        held.remove(&key);
        while !held.keys.is_empty() && held.bytes.saturating_add(bytes) > self.bytes_max {
            held.forget_one();
        }
        let place = held.keys.len();
        held.keys.push(key.clone());
        held.bytes += bytes;
        held.entries.insert(key, Entry { version, bytes, place, asked_for: false, value });
    }

    /// What an entry takes beside its value: a map has room for about half as much again.
    const BESIDE: usize = size_of::<(K, Entry<V>)>() * 3 / 2 + size_of::<K>();

    /// Forgets what is held of a key.
    pub fn forget(&self, key: &K) {
        self.held().remove(key);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        let mut held = self.held();
        (held.bytes, held.hand) = (0, 0);
        held.entries.clear();
        held.keys.clear();
    }

    /// How much it holds.
    pub fn size(&self) -> Size {
        let held = self.held();
        Size { bytes: held.bytes, entries: held.keys.len() }
    }

    fn held(&self) -> MutexGuard<'_, Held<K, V>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Clone, V: ?Sized> Held<K, V> {
    /// Moves the hand to the next entry that nobody asked for since it last came by, and forgets that.
    fn forget_one(&mut self) {
        loop {
            if self.hand >= self.keys.len() {
                self.hand = 0;
            }
            let Some(key) = self.keys.get(self.hand) else { return };
            match self.entries.get_mut(key) {
                Some(entry) if entry.asked_for => entry.asked_for = false,
                Some(_) => {
                    let key = key.clone();
                    return self.remove(&key);
                }
                None => return drop(self.keys.swap_remove(self.hand)),
            }
            self.hand += 1;
        }
    }

    /// Takes an entry out; the last key takes its place.
    fn remove(&mut self, key: &K) {
        let Some(gone) = self.entries.remove(key) else { return };
        self.bytes -= gone.bytes;
        self.keys.swap_remove(gone.place);
        if let Some(moved) = self.keys.get(gone.place).and_then(|moved| self.entries.get_mut(moved)) {
            moved.place = gone.place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an entry of these tests takes beside its value.
    const BESIDE: usize = Cache::<u32, u32>::BESIDE;

    #[test]
    fn the_newest_version_stays_and_the_size_is_bounded() {
        let cache = Cache::new(10 * (100 + BESIDE));
        for n in 0..100_u32 {
            cache.put(n, 1, 100, Arc::new(n));
        }
        assert_eq!(cache.size(), Size { bytes: 10 * (100 + BESIDE), entries: 10 });
        assert_eq!((0..100_u32).filter(|n| cache.get(n).as_deref() == Some(n)).count(), 10);
        cache.put(7, 3, 100, Arc::new(73));
        cache.put(7, 2, 100, Arc::new(72));
        assert_eq!(cache.get(&7).as_deref(), Some(&73));
    }

    #[test]
    fn what_is_asked_for_stays_while_others_come_and_go() {
        let cache = Cache::new(10 * (100 + BESIDE));
        for n in 0..1_000_u32 {
            cache.put(n, 1, 100, Arc::new(n));
            assert!(cache.get(&0).is_some(), "after {n}");
        }
        assert_eq!(cache.get(&1), None);
    }

    #[test]
    fn one_value_many_times_is_counted_once_and_a_huge_one_pushes_the_others_out() {
        let cache = Cache::new(1_000);
        cache.put(1, 1, 100, Arc::new(1));
        for version in 1..100 {
            cache.put(2, version, 100, Arc::new(2));
        }
        assert!(cache.get(&1).is_some());
        assert_eq!(cache.size(), Size { bytes: 2 * (100 + BESIDE), entries: 2 });
        for n in 10..13 {
            cache.put(n, 1, 1_000_000, Arc::new(n));
        }
        assert_eq!((cache.size().entries, cache.get(&12).as_deref()), (1, Some(&12)));
        cache.forget(&11);
        cache.forget(&12);
        assert_eq!(cache.size(), Size { bytes: 0, entries: 0 });
        cache.put(1, 1, 100, Arc::new(1));
        cache.clear();
        assert_eq!((cache.size(), cache.get(&1)), (Size { bytes: 0, entries: 0 }, None));
    }
}
