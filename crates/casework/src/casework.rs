//! The one struct behind every use case.

use crate::access::Seen;
use crate::access::looks::Looks;
use crate::clock::timeline::Followed;
use crate::persons::index::PersonIndex;
use crate::read::cache::{Cache, Size};
use crate::read::loaded::Caches;
use crate::read::mentions::FileMentions;
use crate::read::reference::{Doubtful, Reference};
use crate::receipts::index::ReceiptIndex;
use chrono::{DateTime, Utc};
use event_store::keys::KeyDirectory;
use event_store::{Clock, EventStore, Position};
use file_store::FileStore;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// Bytes of earlier reference data: some fifteen moments of a town.
const EARLIER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Reviews that are being made at once: each holds the names of its streams while it waits for its turns.
const REVIEWS_MAX: usize = 64;

/// Threads that read for reviews at once, all questions together.
const REVIEW_TURNS: usize = 8;

/// The use cases over one log. Cheap to share behind an `Arc`.
pub struct Casework {
    /// The log.
    pub store: EventStore,
    /// The key directory.
    pub keys: Arc<KeyDirectory>,
    pub(crate) clock: Clock,
    pub(crate) caches: Caches,
    /// Reference data of earlier moments: who looks at one thing of then looks at the next. They never change.
    pub(crate) earlier: Cache<Position, Reference>,
    pub(crate) reference: Arc<RwLock<Arc<Reference>>>,
    /// Reference data with its past, which the clock over obligations looks back on.
    pub(crate) timeline: tokio::sync::Mutex<Followed>,
    /// Commands on reference data are rare and go one by one, so that the folded copy follows in order.
    pub(crate) reference_writer: Arc<tokio::sync::Mutex<()>>,
    /// Accounts of which something is recorded that the folded copy does not know yet.
    pub(crate) doubtful: Doubtful,
    /// How many threads may read for reviews at once: whoever asks for more waits for a turn.
    pub(crate) review_turns: Arc<tokio::sync::Semaphore>,
    /// How many reviews may be made at once: one more is refused.
    pub(crate) reviews: tokio::sync::Semaphore,
    /// Held by whoever carries out erasures.
    pub(crate) erasing: tokio::sync::Mutex<()>,
    /// Shared by commands while they decide and record; taken alone where keys change under them.
    pub(crate) sealing: tokio::sync::RwLock<()>,
    /// Whose receipt code is whose.
    pub(crate) receipts: ReceiptIndex,
    /// Who looked at what, counted.
    pub(crate) looks: Looks,
    /// Who came to which reception.
    pub(crate) persons: PersonIndex,
    /// What accounts have seen today.
    pub(crate) seen: Seen,
    /// Which files are named where.
    pub(crate) mentions: FileMentions,
    /// Where the bytes of files lie; `None` where nobody handed it over, and no file can then be stored or read.
    pub(crate) files: Option<FileStore>,
}

impl Casework {
    /// Reads the reference data of an opened log. An empty log is given its first leaves by [`Casework::start`] first.
    pub(crate) fn over(store: EventStore, keys: Arc<KeyDirectory>, clock: Clock, reference: Reference) -> Self {
        Self {
            store,
            keys,
            clock,
            caches: Caches::new(),
            earlier: Cache::new(EARLIER_BYTES_MAX),
            reference: Arc::new(RwLock::new(Arc::new(reference))),
            timeline: tokio::sync::Mutex::default(),
            reference_writer: Arc::default(),
            doubtful: Doubtful::default(),
            review_turns: Arc::new(tokio::sync::Semaphore::new(REVIEW_TURNS)),
            reviews: tokio::sync::Semaphore::new(REVIEWS_MAX),
            erasing: tokio::sync::Mutex::default(),
            sealing: tokio::sync::RwLock::default(),
            receipts: ReceiptIndex::default(),
            looks: Looks::default(),
            persons: PersonIndex::default(),
            seen: Seen::default(),
            mentions: FileMentions::default(),
            files: None,
        }
    }

    /// The same, with a place for the bytes of files.
    #[must_use]
    pub fn with_files(self, files: FileStore) -> Self {
        Self { files: Some(files), ..self }
    }

    /// How much is remembered of what was read, by name.
    pub fn caches(&self) -> impl Iterator<Item = (&'static str, Size)> {
        self.caches.sizes().into_iter().chain([("reference", self.earlier.size())])
    }

    /// Areas, people, policy and calendars as of now.
    pub fn reference(&self) -> Arc<Reference> {
        Arc::clone(&self.reference.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The time by the clock handed in, in whole milliseconds.
    pub fn now(&self) -> DateTime<Utc> {
        // Never before the newest leaf: a clock set back must not make a fact look claimed for the future.
        crate::read::decode::instant((self.clock)().max(self.store.head().recorded_at))
    }

    /// The time by the clock alone, whatever the newest leaf says: what ends by itself, such as a token, ends by this one.
    pub fn clock_now(&self) -> DateTime<Utc> {
        crate::read::decode::instant((self.clock)())
    }

    /// A fresh UUIDv7 of the clock's time.
    pub fn new_id(&self) -> Uuid {
        let ms = u64::try_from((self.clock)()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &event_store::random_bytes()).into_uuid()
    }
}
