//! The sled store: everything that reads are answered from. It can be rebuilt from the journal at any time, so every
//! fault of sled, panics included, is an error here and not the end.

mod appending;
mod chunk;
pub(crate) mod flushed;
mod kept;
mod keys;
mod reading;
pub(crate) mod replay;
mod trouble;
mod values;

pub(crate) use appending::Appender;
pub(crate) use kept::Kept;

use crate::disk::files::{at, set_room_aside};
use crate::disk::lock::asked_again;
use crate::ids::{Hash, Position, StreamId, Version};
use crate::log::{LogError, StreamHead};
use crate::record::tree::{self, TILE_WIDTH};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use trouble::{damaged, failed, guarded, is_held};
pub(crate) use values::{Entry, StoredHead};
use values::{read_entry, read_head};

/// sled with the keys of [`keys`].
pub(crate) struct Store {
    db: sled::Db,
    /// Dropped after `db`, and therefore the one that ends it.
    _last: LastHandle,
    /// Our own handle on sled's file: sled's flush does not sync it.
    file: File,
    /// Length of the file when room was last set aside behind it.
    room_behind: AtomicU64,
    /// Size of the log up to which anything is shown. What lies beyond is being written, or was when a process ended:
    /// parts of chunks, entries without those before them.
    shown: AtomicU64,
}

/// sled closes when its last handle goes, and can panic then: while a store that was never trusted is given up, or the
/// medium fails. Wherever a [`Store`] is dropped, that is an entry in the log and not the end of the caller.
struct LastHandle(Option<sled::Db>);

impl LastHandle {
    fn close(&mut self) -> Result<(), LogError> {
        let last = self.0.take();
        guarded(move || {
            drop(last);
            Ok(())
        })
    }
}

impl Drop for LastHandle {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::warn!(%error, "sled could not be closed in order");
        }
    }
}

impl Store {
    /// Opens or creates the store. A panic of sled is an error.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Self, LogError> {
        guarded(|| {
            let config = sled::Config::new()
                .path(dir)
                .cache_capacity(cache_bytes)
                // Garbage collection runs in the flush thread only; durability does not rest on it.
                .flush_every_ms(Some(500))
                .use_compression(false)
                .mode(sled::Mode::HighThroughput);
            let db = asked_again(|| config.open(), is_held).map_err(failed)?;
            let last = LastHandle(Some(db.clone()));
            let path = dir.join("db");
            let file = File::options().read(true).write(true).open(&path).map_err(at(&path));
            let file = file.map_err(|error| LogError::Io(error.to_string()))?;
            let room_behind = AtomicU64::new(u64::MAX);
            let store = Self { db, _last: last, file, room_behind, shown: AtomicU64::default() };
            let size = store.head()?.map_or(0, |stored| stored.head.size);
            store.shown.store(size, Ordering::Release);
            Ok(store)
        })
    }

    /// Has the file system keep room for what sled's file grows by, so that what sled has yet to write finds room on a
    /// disk that others have filled. Once again after the file's length has changed. `Ok(false)` where the file system
    /// cannot.
    ///
    /// # Errors
    /// When there is no room to be kept, among others.
    pub fn set_room_aside(&self, bytes: u64) -> io::Result<bool> {
        let len = self.file.metadata()?.len();
        if self.room_behind.load(Ordering::Relaxed) == len {
            return Ok(true);
        }
        let set_aside = set_room_aside(&self.file, bytes)?;
        self.room_behind.store(len, Ordering::Relaxed);
        Ok(set_aside)
    }

    /// The head record; `None` in a new store.
    pub fn head(&self) -> Result<Option<StoredHead>, LogError> {
        guarded(|| {
            let value = match self.db.get(keys::head()).map_err(failed)? {
                Some(value) => Some(value),
                None => self.db.get(keys::head_before()).map_err(failed)?,
            };
            let reach = self.db.get(keys::reach()).map_err(failed)?;
            match value {
                Some(value) => read_head(&value, reach.as_deref()).map(Some).ok_or_else(|| damaged("the head record")),
                None => Ok(None),
            }
        })
    }

    fn shown(&self) -> u64 {
        self.shown.load(Ordering::Acquire)
    }

    /// Makes everything written so far durable.
    pub fn flush(&self) -> Result<(), LogError> {
        guarded(|| {
            self.db.flush().map_err(failed)?;
            self.file.sync_data().map_err(|error| LogError::Io(error.to_string()))
        })
    }

    /// Newest version and hash of a stream.
    pub fn stream_head(&self, stream: &StreamId) -> Result<StreamHead, LogError> {
        let (prefix, shown) = (keys::stream(stream), self.shown());
        guarded(|| {
            for item in self.db.scan_prefix(&prefix).rev() {
                let (key, value) = item.map_err(failed)?;
                let entry = read_entry(&value)?;
                if entry.position.0 <= shown {
                    let version = keys::read_version(&key, &prefix).ok_or_else(|| damaged("an index key"))?;
                    return Ok(StreamHead { version, hash: Some(entry.hash) });
                }
            }
            Ok(StreamHead::default())
        })
    }

    /// Where one version of a stream is.
    pub fn entry(&self, stream: &StreamId, version: Version) -> Result<Option<Entry>, LogError> {
        let Some(key) = keys::index(&keys::stream(stream), version) else {
            return Ok(None);
        };
        let shown = self.shown();
        let entry = guarded(|| self.db.get(key).map_err(failed)?.map(|value| read_entry(&value)).transpose())?;
        Ok(entry.filter(|entry| entry.position.0 <= shown))
    }

    /// How many events up to `size` the index knows, and the furthest position that anything is known of, shown or not.
    pub fn count_entries(&self, size: u64) -> Result<(u64, Position), LogError> {
        guarded(|| {
            let (mut count, mut furthest) = (0, Position(0));
            for item in self.db.scan_prefix([keys::INDEX]).values() {
                let entry = read_entry(&item.map_err(failed)?)?;
                count += u64::from(entry.position.0 <= size);
                furthest = furthest.max(entry.position);
            }
            if let Some(item) = self.db.scan_prefix([keys::CHUNK]).next_back() {
                let (first, _) = keys::read_chunk(&item.map_err(failed)?.0).ok_or_else(|| damaged("a chunk's key"))?;
                furthest = furthest.max(first);
            }
            Ok((count, furthest))
        })
    }

    /// The hashes of a full tile.
    pub fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        if index >= tree::hashes_at(self.shown(), level.saturating_add(1)) {
            return Ok(None);
        }
        let from = keys::tile(level, index, 0);
        let to = keys::tile(level, index, u16::MAX);
        guarded(|| {
            let mut hashes = Vec::with_capacity(TILE_WIDTH);
            for item in self.db.range(from..to) {
                let (_, value) = item.map_err(failed)?;
                let (whole, rest) = value.as_chunks::<32>();
                if !rest.is_empty() {
                    return Err(damaged("a tile"));
                }
                hashes.extend_from_slice(whole);
            }
            match hashes.len() {
                0 => Ok(None),
                TILE_WIDTH => Ok(Some(hashes)),
                _ => Err(damaged("a tile")),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::faults::OwnDisk;

    /// sled unwraps what the system answers to its last sync.
    #[test]
    fn sled_that_panics_while_it_closes_is_an_error_and_not_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().join("disk");
        let test = "sled_that_panics_while_it_closes_is_an_error_and_not_the_end";
        let Some(disk) = OwnDisk::mount(&at, 32, test) else { return };
        let open = |name: &str| {
            let store = Store::open(&at.join(name), 1 << 20).unwrap();
            // Nothing to be written is left, or sled would know of the trouble, and keep still.
            store.flush().unwrap();
            store
        };
        let (first, second) = (open("first"), open("second"));
        disk.fails().unwrap();
        let Store { db, _last: mut last, .. } = first;
        drop(db);
        let closed = last.close();
        assert!(matches!(&closed, Err(LogError::Io(why)) if why.contains("os error 5")), "{closed:?}");
        // As everybody else closes one.
        drop(second);
    }

    /// A child that is being started holds it, too, until it becomes another program.
    #[test]
    fn a_lock_that_is_held_for_a_moment_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        drop(Store::open(dir.path(), 1 << 20).unwrap());
        let held = File::open(dir.path().join("db")).unwrap();
        held.lock().unwrap();
        let release = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(100));
            drop(held);
        });
        drop(Store::open(dir.path(), 1 << 20).unwrap());
        release.join().unwrap();
    }
}
