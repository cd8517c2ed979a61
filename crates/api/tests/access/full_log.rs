//! A log that has no room for more while the test says so, takes nothing while it waits, and loses keys that it is told to.

use actix_web::web::Bytes;
use async_trait::async_trait;
use event_store::log::{Batch, Committed, LogHead};
use event_store::{
    CommandId, CommandRecord, EventLog, Hash, KeyId, LogError, MemoryLog, Position, Recorded, Ring, RingHead,
    StreamHead, StreamId, Version, WrappedKey,
};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::RwLock;

#[derive(Default)]
pub struct FullLog {
    inner: MemoryLog,
    pub full: AtomicBool,
    /// Nothing is recorded while a test has it.
    pub waits: RwLock<()>,
    /// Keys that are not there any more.
    pub lost: Mutex<Vec<KeyId>>,
    /// How often a stream was read.
    pub streams_read: AtomicUsize,
}

#[async_trait]
impl EventLog for FullLog {
    async fn head(&self) -> Result<LogHead, LogError> {
        self.inner.head().await
    }

    async fn stream_heads(&self, streams: &[StreamId]) -> Result<Vec<StreamHead>, LogError> {
        self.inner.stream_heads(streams).await
    }

    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.inner.command(command).await
    }

    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        let _recording = self.waits.read().await;
        if self.full.load(Ordering::SeqCst) {
            return Err(LogError::Full);
        }
        self.inner.commit(expected_size, batch).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.inner.read_all(after, limit).await
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.streams_read.fetch_add(1, Ordering::SeqCst);
        self.inner.read_stream(stream, after, limit).await
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.inner.read_family(family, after, limit).await
    }

    async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        let keys = self.inner.wrapped_keys(ids).await?;
        let lost = self.lost.lock().unwrap();
        Ok(ids.iter().zip(keys).map(|(id, key)| key.filter(|_| !lost.contains(id))).collect())
    }

    async fn all_keys(&self) -> Result<Vec<WrappedKey>, LogError> {
        self.inner.all_keys().await
    }

    async fn ring(&self) -> Result<Option<RingHead>, LogError> {
        self.inner.ring().await
    }

    async fn put_ring(&self, ring: Ring) -> Result<(), LogError> {
        self.inner.put_ring(ring).await
    }

    async fn turn_ring(&self) -> Result<(), LogError> {
        self.inner.turn_ring().await
    }

    async fn sealed_again(&self, commitment: &[u8; 32]) -> Result<Option<Bytes>, LogError> {
        self.inner.sealed_again(commitment).await
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        self.inner.tile(level, index).await
    }
}
