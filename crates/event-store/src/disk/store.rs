//! The sled store: everything that reads are answered from. It can be rebuilt from the journal at any time, so every
//! fault of sled, panics included, is an error here and not the end.

mod reading;
mod values;
mod whole;
mod writing;

pub(crate) use writing::writes;

use super::chunk::Encoder;
use super::keys;
use crate::append::WrappedKey;
use crate::ids::{CommandId, Hash, Position, StreamId, SubjectId, Version};
use crate::log::{Batch, CommandRecord, LogError, LogHead, StreamHead};
use crate::tree::TILE_WIDTH;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use uuid::Uuid;
use values::{read_command, read_entry, read_head, read_wrapped_key};

/// Hashes in one part of a tile: 4 KiB.
const TILE_PART: usize = keys::VALUE_BYTES_MAX / 32;

/// sled with the keys of [`keys`].
pub(crate) struct Store {
    db: sled::Db,
    /// Our own handle on sled's file: sled's flush does not sync it.
    file: File,
}

/// The index entry of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub position: Position,
    chunk: Position,
    place: usize,
    pub hash: Hash,
}

/// The head record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredHead {
    pub log_id: Uuid,
    pub head: LogHead,
}

impl Store {
    /// Opens or creates the store. A panic of sled is an error.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Self, LogError> {
        guarded(|| {
            let db = sled::Config::new()
                .path(dir)
                .cache_capacity(cache_bytes)
                // Garbage collection runs in the flush thread only; durability does not rest on it.
                .flush_every_ms(Some(500))
                .use_compression(false)
                .mode(sled::Mode::HighThroughput)
                .open()
                .map_err(failed)?;
            let file = File::open(dir.join("db")).map_err(|error| LogError::Io(error.to_string()))?;
            Ok(Self { db, file })
        })
    }

    /// Closes a store that is not trusted: sled may panic even then.
    pub fn close(self) {
        if let Err(error) = guarded(move || {
            drop(self);
            Ok(())
        }) {
            tracing::warn!(%error, "sled could not be closed in order");
        }
    }

    /// The head record; `None` in a new store.
    pub fn head(&self) -> Result<Option<StoredHead>, LogError> {
        guarded(|| match self.db.get(keys::head()).map_err(failed)? {
            Some(value) => read_head(&value).map(Some).ok_or_else(|| damaged("the head record")),
            None => Ok(None),
        })
    }

    /// Adds a numbered group: all of it or nothing.
    pub fn apply(&self, log_id: Uuid, batch: &Batch, encoder: &mut Encoder) -> Result<(), LogError> {
        self.write(writes(log_id, batch, encoder)?)
    }

    /// Writes a prepared group: all of it or nothing.
    pub fn write(&self, writes: sled::Batch) -> Result<(), LogError> {
        guarded(|| self.db.apply_batch(writes).map_err(failed))
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
        let prefix = keys::stream(stream);
        guarded(|| match self.db.scan_prefix(&prefix).next_back() {
            None => Ok(StreamHead::default()),
            Some(item) => {
                let (key, value) = item.map_err(failed)?;
                let version = keys::read_version(&key, &prefix).ok_or_else(|| damaged("an index key"))?;
                Ok(StreamHead { version, hash: Some(read_entry(&value)?.hash) })
            }
        })
    }

    /// Where one version of a stream is.
    pub fn entry(&self, stream: &StreamId, version: Version) -> Result<Option<Entry>, LogError> {
        let Some(key) = keys::index(&keys::stream(stream), version) else {
            return Ok(None);
        };
        guarded(|| self.db.get(key).map_err(failed)?.map(|value| read_entry(&value)).transpose())
    }

    /// What became of a command.
    pub fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError> {
        guarded(|| match self.db.get(keys::command(id)).map_err(failed)? {
            Some(value) => read_command(id, &value).map(Some).ok_or_else(|| damaged("a command record")),
            None => Ok(None),
        })
    }

    /// Wrapped key of a subject.
    pub fn wrapped_key(&self, id: SubjectId) -> Result<Option<WrappedKey>, LogError> {
        guarded(|| match self.db.get(keys::subject(id)).map_err(failed)? {
            Some(value) => read_wrapped_key(id, &value).map(Some).ok_or_else(|| damaged("a wrapped key")),
            None => Ok(None),
        })
    }

    /// The hashes of a full tile.
    pub fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
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

fn damaged(what: &str) -> LogError {
    LogError::Damaged(format!("{what} of the sled store cannot be read"))
}

fn failed(error: sled::Error) -> LogError {
    match error {
        sled::Error::Io(error) => LogError::Io(error.to_string()),
        sled::Error::Corruption { .. } => LogError::Damaged(error.to_string()),
        sled::Error::CollectionNotFound(_) | sled::Error::Unsupported(_) | sled::Error::ReportableBug(_) => {
            LogError::Damaged(error.to_string())
        }
    }
}

/// sled panics where it finds what it did not expect; that must not take the server down.
fn guarded<T>(work: impl FnOnce() -> Result<T, LogError>) -> Result<T, LogError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(LogError::Damaged(format!("sled panicked: {text}")))
    })
}
