//! A log that stands before another one and meddles: it holds commits back, fails them, and counts them.

use crate::ids::{CommandId, Hash, Position, StreamId, Version};
use crate::log::{Batch, CommandRecord, Committed, EventLog, LogError, LogHead, Recorded, Ring, RingHead, StreamHead};
use crate::record::boxes::{KeyId, WrappedKey};
use async_trait::async_trait;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// What happens to a commit instead of what it asked for.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Nothing is written; this is reported.
    Before(LogError),
    /// Everything is written, and this is reported all the same.
    After(LogError),
    /// The adapter panics.
    Panic,
}

/// The meddling log.
pub struct Meddler {
    inner: Arc<dyn EventLog>,
    faults: Mutex<VecDeque<Option<Fault>>>,
    held: watch::Sender<bool>,
    waiting: watch::Sender<bool>,
    unreadable: AtomicBool,
    commands: Mutex<Vec<usize>>,
}

impl Meddler {
    /// Stands before a log and lets everything through.
    pub fn new(inner: Arc<dyn EventLog>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            faults: Mutex::default(),
            held: watch::channel(false).0,
            waiting: watch::channel(false).0,
            unreadable: AtomicBool::new(false),
            commands: Mutex::default(),
        })
    }

    /// The next commit that has no fault yet goes this way.
    pub fn fail_next(&self, fault: Fault) {
        self.faults.lock().unwrap().push_back(Some(fault));
    }

    /// The next commit that has no fault yet goes through.
    pub fn pass_next(&self) {
        self.faults.lock().unwrap().push_back(None);
    }

    /// Commits wait from now on.
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Commits go on.
    pub fn release(&self) {
        self.held.send_replace(false);
    }

    /// Returns when a commit waits.
    pub async fn one_waits(&self) {
        let mut waiting = self.waiting.subscribe();
        tokio::time::timeout(super::kit::PATIENCE, waiting.wait_for(|w| *w)).await.expect("a commit comes").unwrap();
    }

    /// Whether command records and stream heads can be read.
    pub fn set_unreadable(&self, unreadable: bool) {
        self.unreadable.store(unreadable, Ordering::SeqCst);
    }

    /// Commands of each batch that came to a commit.
    pub fn commands_per_batch(&self) -> Vec<usize> {
        self.commands.lock().unwrap().clone()
    }

    fn readable(&self) -> Result<(), LogError> {
        if self.unreadable.load(Ordering::SeqCst) {
            return Err(LogError::Io("made unreadable".to_owned()));
        }
        Ok(())
    }
}

#[async_trait]
impl EventLog for Meddler {
    async fn head(&self) -> Result<LogHead, LogError> {
        self.inner.head().await
    }

    async fn stream_heads(&self, streams: &[StreamId]) -> Result<Vec<StreamHead>, LogError> {
        self.readable()?;
        self.inner.stream_heads(streams).await
    }

    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.readable()?;
        self.inner.command(command).await
    }

    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        self.commands.lock().unwrap().push(batch.commands.len());
        if *self.held.borrow() {
            self.waiting.send_replace(true);
            let _ = self.held.subscribe().wait_for(|held| !held).await;
            self.waiting.send_replace(false);
        }
        let fault = self.faults.lock().unwrap().pop_front().flatten();
        match fault {
            None => self.inner.commit(expected_size, batch).await,
            Some(Fault::Before(error)) => Err(error),
            Some(Fault::After(error)) => {
                self.inner.commit(expected_size, batch).await?;
                Err(error)
            }
            Some(Fault::Panic) => panic!("the adapter panics, as it was told to"),
        }
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.inner.read_all(after, limit).await
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.inner.read_stream(stream, after, limit).await
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.inner.read_family(family, after, limit).await
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

    async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        self.inner.wrapped_keys(ids).await
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        self.inner.tile(level, index).await
    }

    async fn flush(&self) -> Result<(), LogError> {
        self.inner.flush().await
    }
}
