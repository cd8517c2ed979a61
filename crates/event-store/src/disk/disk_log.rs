//! The log on one machine's disk, open.

use crate::disk::core::Core;
use crate::disk::following::Follower;
use crate::disk::lock::DirLock;
use crate::disk::verify::Verification;
use crate::ids::{CommandId, Hash, Position, StreamId, Version};
use crate::log::{Batch, CommandRecord, Committed, EventLog, LogError, LogHead, Recorded, Ring, RingHead, StreamHead};
use crate::record::boxes::{KeyId, WrappedKey};
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;

/// The log on disk. Dropping it gives sled what it has not yet, makes it durable and gives the directory free.
pub struct DiskLog {
    core: Arc<Core>,
    follower: Option<Follower>,
    verification: Option<Verification>,
    _lock: DirLock,
}

impl DiskLog {
    /// Takes over a core whose sled is level with its journal.
    pub(crate) fn start(core: Arc<Core>, lock: DirLock, verification: Option<Verification>) -> Self {
        let follower = Follower::start(&core);
        Self { core, follower, verification, _lock: lock }
    }
}

impl Drop for DiskLog {
    fn drop(&mut self) {
        self.verification = None;
        if let Some(follower) = self.follower.take() {
            follower.stop();
        }
        drop(self.core.close());
    }
}

#[async_trait]
impl EventLog for DiskLog {
    async fn head(&self) -> Result<LogHead, LogError> {
        Ok(self.core.head())
    }

    async fn stream_heads(&self, streams: &[StreamId]) -> Result<Vec<StreamHead>, LogError> {
        streams.iter().map(|stream| self.core.stream_head(stream)).collect()
    }

    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.core.index.command(command)
    }

    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        self.core.commit(expected_size, batch)
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.core.read_all(after, limit)
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.core.read_stream(stream, after, limit)
    }

    async fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        self.core.read_streams(streams, limit)
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.core.read_family(family, after, limit)
    }

    async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        ids.iter().map(|id| self.core.ring.key(*id, self.core.index.key(*id)?)).collect()
    }

    async fn all_keys(&self) -> Result<Vec<WrappedKey>, LogError> {
        // The index hands out what it has on disk.
        self.core.close()?;
        self.core.ring.all(&self.core.index)
    }

    async fn ring(&self) -> Result<Option<RingHead>, LogError> {
        Ok(self.core.ring.newest())
    }

    async fn put_ring(&self, ring: Ring) -> Result<(), LogError> {
        self.core.ring.put(ring)
    }

    async fn turn_ring(&self) -> Result<(), LogError> {
        self.core.ring.turn()
    }

    async fn sealed_again(&self, commitment: &[u8; 32]) -> Result<Option<Bytes>, LogError> {
        self.core.ring.sealed_again(commitment)
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        self.core.tile(level, index)
    }

    fn failed(&self) -> Option<String> {
        self.core.failed()
    }

    fn memory(&self) -> Vec<(&'static str, usize)> {
        let (_, newest) = self.core.newest.extent();
        let sled = usize::try_from(self.core.cache_bytes).unwrap_or(usize::MAX);
        vec![("log_newest", newest), ("log_index", self.core.index.bytes()), ("sled_max", sled)]
    }

    fn behind(&self) -> u64 {
        self.core.newest.extent().0 as u64
    }

    async fn flush(&self) -> Result<(), LogError> {
        self.core.close()
    }
}
