//! A proof that fails is no fork: a damaged tile does not stop the writer, and a log that does not extend what was signed
//! does, however the tiles look.

use async_trait::async_trait;
use event_store::conformance::kit::{append, record, store, stream, write};
use event_store::log::{Batch, Committed, LogHead};
use event_store::{
    CheckpointError, CommandId, CommandRecord, EventLog, Expected, Hash, KeyDirectory, KeyId, LogError, MemoryLog,
    Position, Recorded, SignError, StreamHead, StreamId, Version, WrappedKey,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A log in memory whose tiles can be damaged.
#[derive(Debug, Default)]
struct Worn {
    log: MemoryLog,
    worn: AtomicBool,
}

#[async_trait]
impl EventLog for Worn {
    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        let mut tile = self.log.tile(level, index).await?;
        if self.worn.load(Ordering::SeqCst) {
            for hash in tile.iter_mut().flatten() {
                hash[0] ^= 1;
            }
        }
        Ok(tile)
    }

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
        self.log.commit(expected_size, batch).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.log.read_all(after, limit).await
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.log.read_stream(stream, after, limit).await
    }

    async fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        self.log.read_streams(streams, limit).await
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.log.read_family(family, after, limit).await
    }

    async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        self.log.wrapped_keys(ids).await
    }
}

#[tokio::test]
async fn a_damaged_tile_is_not_called_a_fork() {
    let log = Arc::new(Worn::default());
    let store = store(Arc::clone(&log) as Arc<dyn EventLog>).await;
    let keys = Arc::new(KeyDirectory::ephemeral(uuid::Uuid::nil(), "huiyin.local/test"));
    let grow = async |name: &str, events| {
        record(&store, append(name, vec![write(stream(1), Expected::Any, events)])).await;
    };
    grow("first", 100).await;
    store.checkpoint(&keys).await.unwrap();
    grow("second", 300).await;
    log.worn.store(true, Ordering::SeqCst);
    let told = store.checkpoint(&keys).await.unwrap_err();
    assert!(matches!(told, CheckpointError::Proof(_)), "{told}");
    assert_eq!(store.healthy(), Ok(()), "the writer goes on");
    assert_eq!(store.signing(), Some(told.to_string()), "and it is told where health asks");
    grow("third", 1).await;
    // When the tiles are right again, so is the signature.
    log.worn.store(false, Ordering::SeqCst);
    store.checkpoint(&keys).await.unwrap();
    assert_eq!((store.signing(), keys.last_signed().map(|(size, _)| size)), (None, Some(401)));
}

#[tokio::test]
async fn a_fork_is_one_also_behind_many_leaves() {
    let keys = Arc::new(KeyDirectory::ephemeral(uuid::Uuid::nil(), "huiyin.local/test"));
    let (one, other) = (store(Arc::new(MemoryLog::new())).await, store(Arc::new(MemoryLog::new())).await);
    record(&one, append("one", vec![write(stream(1), Expected::Any, 300)])).await;
    one.checkpoint(&keys).await.unwrap();
    record(&other, append("other", vec![write(stream(2), Expected::Any, 700)])).await;
    let told = other.checkpoint(&keys).await.unwrap_err();
    assert!(matches!(told, CheckpointError::Sign(SignError::Fork { size: 700, signed: 300 })), "{told}");
    assert!(other.healthy().is_err() && one.healthy().is_ok());
}
