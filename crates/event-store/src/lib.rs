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
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod checkpoint;
pub mod disk;
pub mod doctor;
pub mod faults;
pub mod files;
pub mod ids;
pub mod keys;
mod journal;
pub mod leaf;
mod lock;
pub mod log;
pub mod memory;
pub mod message;
pub mod open;
pub mod proof;
pub mod store;
pub mod tiles;
pub mod subscribe;
pub mod tree;

pub use append::{
    Append, AppendError, Appended, Check, Expected, NewEvent, SealedBox, WrappedKey, Write,
};
pub use boxes::{BoxError, Kek, Opening, SubjectKey};
pub use ids::{CommandId, Fingerprint, Hash, Position, StreamId, SubjectId, Version};
pub use keys::{KeyDirectory, KeyError, SignError};
pub use leaf::{Leaf, LeafBox, Prepared, Refused};
pub use log::{CommandRecord, EventLog, LogError, Recorded, StreamHead};
pub use memory::MemoryLog;
pub use message::Message;
pub use open::{OpenError, OpenOptions, OpenedLog, open};
pub use proof::ProofError;
pub use store::{CheckpointError, Clock, EventStore, Filter, Head, Page};
pub use subscribe::Subscription;

/// Random bytes that one thread takes from the system at once: a call costs more than the bytes.
const RANDOM_AT_ONCE: usize = 1024;

thread_local! {
    /// Bytes drawn and not yet handed out; each is handed out once and wiped.
    static RANDOM: std::cell::RefCell<([u8; RANDOM_AT_ONCE], usize)> =
        const { std::cell::RefCell::new(([0; RANDOM_AT_ONCE], RANDOM_AT_ONCE)) };
}

/// Fresh random bytes, at most 1,024, from the operating system's random source.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill_random(&mut bytes);
    bytes
}

/// Fills `bytes`, at most [`RANDOM_AT_ONCE`] of them, from the operating system's random source.
pub(crate) fn fill_random(bytes: &mut [u8]) {
    RANDOM.with_borrow_mut(|(pool, taken)| {
        if *taken + bytes.len() > pool.len() {
            // The kernel's source cannot fail once it is seeded; going on without randomness would publish guessable
            // nonces.
            #[expect(clippy::expect_used, reason = "no safe way on without randomness")]
            getrandom::fill(pool).expect("the operating system gives random bytes");
            *taken = 0;
        }
        let drawn = &mut pool[*taken..*taken + bytes.len()];
        bytes.copy_from_slice(drawn);
        drawn.fill(0);
        *taken += bytes.len();
    });
}
