//! What an adapter must do: [`EventLog`]. It persists numbered batches and reads them back; all meaning is the
//! Sequencer's ([`crate::store`]).

use crate::ids::{CommandId, Fingerprint, Hash, Position, StreamId, Version};
use crate::record::boxes::{KeyId, WrappedKey};
use async_trait::async_trait;
use bytes::Bytes;
use uuid::Uuid;

/// One stored event: the leaf verbatim and its sealed boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its place in the log.
    pub position: Position,
    /// The leaf as hashed (canonical JSON).
    pub leaf: Bytes,
    /// Box bytes, in leaf order.
    pub boxes: Vec<Bytes>,
}

/// The newest event of a stream; version 0 and no hash when the stream does not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamHead {
    /// Newest version.
    pub version: Version,
    /// Leaf hash of that event, the next event's `prev`.
    pub hash: Option<Hash>,
}

/// What is kept of a command for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRecord {
    /// The command.
    pub command: CommandId,
    /// Digest of its request; `None` after a restore, where the same command counts as a replay.
    pub fingerprint: Option<Fingerprint>,
    /// Position of its first event.
    pub first: Position,
    /// Position of its last event.
    pub last: Position,
}

/// The tree's state after a number of leaves.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct LogHead {
    /// Number of leaves = position of the newest.
    pub size: u64,
    /// RFC 6962 frontier: roots of the perfect subtrees of `size`, largest first.
    pub frontier: Vec<Hash>,
    /// `recorded_at` of the newest leaf, ms; 0 when empty.
    pub last_recorded_at: i64,
}

/// What a key ring says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingHead {
    /// Epoch of the key-encryption key under which all of it is wrapped.
    pub epoch: u32,
    /// For which erasures the keys were left out that the ring before had.
    pub erasures: Vec<Uuid>,
    /// How many keys it holds.
    pub keys: u64,
}

/// All keys that survive a change of epoch, wrapped anew. It stands in place of every key of an earlier epoch, wherever
/// that lies: what is not in it is gone once the key-encryption key of that epoch is.
#[derive(Clone, Debug, Default)]
pub struct Ring {
    /// Epoch of the key-encryption key.
    pub epoch: u32,
    /// For which erasures keys were left out.
    pub erasures: Vec<Uuid>,
    /// The keys.
    pub keys: Vec<WrappedKey>,
    /// Boxes that were sealed anew because their subject had one key for several classes, by the commitments of their
    /// leaves. They stay in later rings, which need not bring them again.
    pub boxes: Vec<([u8; 32], Bytes)>,
}

/// A group of numbered events to persist at once.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Leaves with boxes, positions dense from `expected.size + 1`.
    pub events: Vec<BatchEvent>,
    /// Wrapped keys to store or replace.
    pub keys: Vec<WrappedKey>,
    /// One record per command.
    pub commands: Vec<CommandRecord>,
    /// Tiles that this batch completes.
    pub tiles: Vec<Tile>,
    /// The head after the batch.
    pub head: LogHead,
}

/// 256 consecutive hashes of one tile level (C2SP tlog-tiles): level 0 holds leaf hashes, level `n` the roots of full
/// tiles of level `n - 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Tile level.
    pub level: u8,
    /// Place within the level, from 0.
    pub index: u64,
    /// Exactly 256 hashes.
    pub hashes: Vec<Hash>,
}

/// One event of a batch with what an index needs of it.
#[derive(Clone, Debug)]
pub struct BatchEvent {
    /// The event.
    pub recorded: Recorded,
    /// Its leaf hash.
    pub hash: Hash,
    /// Its stream.
    pub stream: StreamId,
    /// Its version there.
    pub version: Version,
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// Durable.
    Done,
    /// Somebody else extended the log first (several nodes on one database): nothing was written.
    HeadMoved,
}

/// Why the log could not be read or written.
#[derive(Debug, thiserror::Error, Clone)]
pub enum LogError {
    /// The medium failed.
    #[error("input or output failed: {0}")]
    Io(String),
    /// There is no room left. From [`EventLog::commit`] it also says that nothing of the batch was written, so the
    /// writer may go on; a batch that may be half written is [`LogError::Io`].
    #[error("no space left for the log")]
    Full,
    /// Nothing was written, for a reason that can pass: no descriptor, no memory, a directory that was moved. Said by
    /// [`EventLog::commit`]; the writer may go on.
    #[error("nothing was written: {0}")]
    NotWritten(String),
    /// The store was shut down.
    #[error("the store is shut down")]
    Closed,
    /// What was read is not what was written.
    #[error("the log is damaged: {0}")]
    Damaged(String),
}

/// One log in one place. Object safe; every method may block for the time of one read or one commit.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Size, frontier and time of the newest leaf.
    async fn head(&self) -> Result<LogHead, LogError>;

    /// Newest version and leaf hash of each stream, in the order asked.
    async fn stream_heads(&self, streams: &[StreamId]) -> Result<Vec<StreamHead>, LogError>;

    /// What became of a command, if it was recorded.
    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError>;

    /// Persists a numbered batch if the log is still `expected_size` long. Durable on return, all or nothing.
    ///
    /// A command record replaces an earlier one of the same command (an import may deliver one command in two
    /// batches), a wrapped key an earlier one of the same id.
    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError>;

    /// Events after a position, in order, at most `limit`.
    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError>;

    /// Events of one stream after a version, in order, at most `limit`.
    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError>;

    /// The first events of each of several streams, at most `limit` of each, in the order asked: as [`Self::read_stream`]
    /// from the beginning, one after the other. Without their boxes, which the many that ask so do not open.
    async fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        let mut all = Vec::with_capacity(streams.len());
        for stream in streams {
            let mut events = self.read_stream(stream, Version(0), limit).await?;
            events.iter_mut().for_each(|event| event.boxes.clear());
            all.push(events);
        }
        Ok(all)
    }

    /// Events of all streams of a family after a position, in order of position, at most `limit`, without a scan of
    /// the log. Meant for small families (reference data).
    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError>;

    /// Wrapped keys, in the order asked; `None` where there is none, or one that the key ring left out.
    async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError>;

    /// Every wrapped key that counts: those of the key ring, and those that came with events in its epoch or since.
    async fn all_keys(&self) -> Result<Vec<WrappedKey>, LogError> {
        Err(LogError::NotWritten("this log has no key ring".to_owned()))
    }

    /// What the newest durable key ring says of itself; `None` before the first change of epoch.
    async fn ring(&self) -> Result<Option<RingHead>, LogError> {
        Ok(None)
    }

    /// Makes a key ring durable. Keys are looked for in the one before until [`Self::turn_ring`].
    async fn put_ring(&self, _ring: Ring) -> Result<(), LogError> {
        Err(LogError::NotWritten("this log has no key ring".to_owned()))
    }

    /// From now on keys are looked for in the newest durable ring; what is older is removed.
    async fn turn_ring(&self) -> Result<(), LogError> {
        Ok(())
    }

    /// The bytes of a box that was sealed anew, by the commitment of its leaf.
    async fn sealed_again(&self, _commitment: &[u8; 32]) -> Result<Option<Bytes>, LogError> {
        Ok(None)
    }

    /// The 256 hashes of a full tile, as handed in by [`Batch::tiles`]; `None` where the tile is not full yet.
    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError>;

    /// Why nothing is written any more until the log is opened again, as soon as that is known; `None` while all is well.
    fn failed(&self) -> Option<String> {
        None
    }

    /// What is held in memory, bytes: each part by its name. For whoever watches the process.
    fn memory(&self) -> Vec<(&'static str, usize)> {
        Vec::new()
    }

    /// How many events are durable and not yet where all but the newest are read from.
    fn behind(&self) -> u64 {
        0
    }

    /// Called once when the writer has drained its queue and stops. What was acknowledged is durable without it;
    /// an adapter may write down here what makes the next opening faster.
    async fn flush(&self) -> Result<(), LogError> {
        Ok(())
    }
}
