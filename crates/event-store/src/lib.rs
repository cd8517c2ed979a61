//! One append-only log of canonical JSON leaves with sealed personal boxes: sequencing, idempotency, Merkle tree
//! and group commit, over adapters that only persist and read.
//!
//! It knows streams, positions, bytes and proofs, and nothing of casework.
//!
//! Reading order: [`ids`] (the nouns), [`append`] (what a caller hands in), [`store`] (the one concrete
//! [`EventStore`]), [`log`] (what an adapter must do), then the record itself: [`canonical`], [`leaf`], [`boxes`],
//! [`tree`], [`checkpoint`]. The record's bytes are `docs/FORMAT.md`.

pub mod append;
pub mod boxes;
pub mod canonical;
pub mod checkpoint;
pub mod clock;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod disk;
pub mod doctor;
#[cfg(any(test, feature = "faults"))]
pub mod faults;
pub mod files;
pub mod ids;
mod journal;
pub mod keys;
pub mod leaf;
mod lock;
pub mod log;
pub mod memory;
pub mod message;
pub mod open;
pub mod proof;
mod random;
pub mod store;
pub mod subscribe;
pub mod tiles;
pub mod tree;

pub use append::{Append, AppendError, Appended, Check, Expected, Write};
pub use boxes::{BoxError, Kek, Opening, SealedBox, SubjectKey, WrappedKey};
pub use clock::{Clock, ClockJump, ClockWatch};
pub use ids::{CommandId, Fingerprint, Hash, Position, StreamId, SubjectId, Version};
pub use keys::{KeyDirectory, KeyError, SignError};
pub use leaf::{Leaf, LeafBox, NewEvent, Prepared, Refused};
pub use log::{CommandRecord, EventLog, LogError, Recorded, StreamHead};
pub use memory::MemoryLog;
pub use message::Message;
pub use open::{OpenError, OpenOptions, OpenedLog, open};
pub use proof::ProofError;
pub(crate) use random::fill_random;
pub use random::{random_bytes, secret_bytes};
pub use store::{CheckpointError, EventStore, Filter, Head, Page};
pub use subscribe::Subscription;
