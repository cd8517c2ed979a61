//! One append-only log of canonical JSON leaves with sealed personal boxes: sequencing, idempotency, Merkle tree
//! and group commit, over adapters that only persist and read.
//!
//! It knows streams, positions, bytes and proofs, and nothing of casework.
//!
//! Reading order: [`ids`] (the nouns), [`append`] (what a caller hands in), [`store`] (the one concrete
//! [`EventStore`]), [`log`] (what an adapter must do), then what is signed, [`record`], and where it lies, [`disk`].

pub mod clock;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod disk;
pub mod ids;
pub mod log;
pub mod memory;
pub mod message;
mod random;
pub mod record;
pub mod store;

#[cfg(any(test, feature = "faults"))]
pub use disk::faults;
pub use disk::{doctor, files, keys, open};
pub use record::{boxes, canonical, checkpoint, leaf, proof, tiles, tree};
pub use store::{append, subscribe};

pub use append::{Append, AppendError, Appended, Check, Expected, Write};
pub use boxes::{BoxError, Class, Kek, KeyId, Opening, SealedBox, SubjectKey, WrappedKey};
pub use clock::{Clock, ClockJump, ClockWatch};
pub use ids::{CommandId, Fingerprint, Hash, Position, StreamId, SubjectId, Version};
pub use keys::{KeyDirectory, KeyError, SignError};
pub use leaf::{Leaf, LeafBox, LeafText, NewEvent, Prepared, Refused};
pub use log::{CommandRecord, EventLog, LogError, Recorded, Ring, RingHead, StreamHead};
pub use memory::MemoryLog;
pub use message::Message;
pub use open::{OpenError, OpenOptions, OpenedLog, open};
pub use proof::ProofError;
pub(crate) use random::fill_random;
pub use random::{random_bytes, secret_bytes};
pub use store::{CheckpointError, EventStore, Filter, Head, Page};
pub use subscribe::Subscription;
