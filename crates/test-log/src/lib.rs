//! A log for tests, before another one: every call goes through, but for what the test says.

use async_trait::async_trait;
use bytes::Bytes;
use event_store::log::{Batch, Committed, LogHead};
use event_store::{
    CommandId, CommandRecord, EventLog, Hash, KeyId, LogError, Position, Recorded, Ring, RingHead, StreamHead,
    StreamId, Version, WrappedKey,
};
use std::sync::Arc;
use tokio::sync::RwLock;

/// The calls that a test may stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// [`EventLog::commit`].
    Commit,
    /// [`EventLog::read_stream`].
    ReadStream,
    /// [`EventLog::read_family`].
    ReadFamily,
    /// [`EventLog::all_keys`].
    AllKeys,
    /// [`EventLog::put_ring`].
    PutRing,
    /// [`EventLog::turn_ring`].
    TurnRing,
}

type Stop = Box<dyn Fn(Call) -> Result<(), LogError> + Send + Sync>;
type Change<T> = Box<dyn Fn(&mut T) + Send + Sync>;

/// The log.
pub struct TestLog {
    log: Arc<dyn EventLog>,
    before: Stop,
    after: Stop,
    keys: Change<Vec<Option<WrappedKey>>>,
    tile: Change<Vec<Hash>>,
    gate: Arc<RwLock<()>>,
}

impl TestLog {
    /// Before another log, as it is.
    pub fn over(log: Arc<dyn EventLog>) -> Self {
        Self {
            log,
            before: Box::new(|_| Ok(())),
            after: Box::new(|_| Ok(())),
            keys: Box::new(|_| {}),
            tile: Box::new(|_| {}),
            gate: Arc::default(),
        }
    }

    /// What is reported instead of a call, of which nothing is done then.
    #[must_use]
    pub fn before(self, stop: impl Fn(Call) -> Result<(), LogError> + Send + Sync + 'static) -> Self {
        Self { before: Box::new(stop), ..self }
    }

    /// What is reported of a call that wrote something, once it has done so.
    #[must_use]
    pub fn after(self, stop: impl Fn(Call) -> Result<(), LogError> + Send + Sync + 'static) -> Self {
        Self { after: Box::new(stop), ..self }
    }

    /// What is made of wrapped keys on their way out.
    #[must_use]
    pub fn keys(self, change: impl Fn(&mut Vec<Option<WrappedKey>>) + Send + Sync + 'static) -> Self {
        Self { keys: Box::new(change), ..self }
    }

    /// Commits nothing while a test has this for writing.
    #[must_use]
    pub fn behind(self, gate: &Arc<RwLock<()>>) -> Self {
        Self { gate: Arc::clone(gate), ..self }
    }

    /// What is made of a tile on its way out.
    #[must_use]
    pub fn tiles(self, change: impl Fn(&mut Vec<Hash>) + Send + Sync + 'static) -> Self {
        Self { tile: Box::new(change), ..self }
    }
}

#[async_trait]
impl EventLog for TestLog {
    async fn head(&self) -> Result<LogHead, LogError> {
        self.log.head().await
    }

    async fn stream_heads(&self, streams: &[StreamId]) -> Result<Vec<StreamHead>, LogError> {
        self.log.stream_heads(streams).await
    }

    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.log.command(command).await
    }

    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        let _commits = self.gate.read().await;
        (self.before)(Call::Commit)?;
        let done = self.log.commit(expected_size, batch).await?;
        (self.after)(Call::Commit)?;
        Ok(done)
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.log.read_all(after, limit).await
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        (self.before)(Call::ReadStream)?;
        self.log.read_stream(stream, after, limit).await
    }

    async fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        self.log.read_streams(streams, limit).await
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        (self.before)(Call::ReadFamily)?;
        self.log.read_family(family, after, limit).await
    }

    async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        let mut keys = self.log.wrapped_keys(ids).await?;
        (self.keys)(&mut keys);
        Ok(keys)
    }

    async fn all_keys(&self) -> Result<Vec<WrappedKey>, LogError> {
        (self.before)(Call::AllKeys)?;
        self.log.all_keys().await
    }

    async fn ring(&self) -> Result<Option<RingHead>, LogError> {
        self.log.ring().await
    }

    async fn put_ring(&self, ring: Ring) -> Result<(), LogError> {
        (self.before)(Call::PutRing)?;
        self.log.put_ring(ring).await?;
        (self.after)(Call::PutRing)
    }

    async fn turn_ring(&self) -> Result<(), LogError> {
        (self.before)(Call::TurnRing)?;
        self.log.turn_ring().await?;
        (self.after)(Call::TurnRing)
    }

    async fn sealed_again(&self, commitment: &[u8; 32]) -> Result<Option<Bytes>, LogError> {
        self.log.sealed_again(commitment).await
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        let mut tile = self.log.tile(level, index).await?;
        tile.iter_mut().for_each(|hashes| (self.tile)(hashes));
        Ok(tile)
    }

    async fn flush(&self) -> Result<(), LogError> {
        self.log.flush().await
    }
}
