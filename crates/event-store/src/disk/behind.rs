//! How far sled is behind the journal, and whoever waits for it ([`super::following`]).

use crate::disk::newest::Newest;
use crate::disk::sled::Appender;
use crate::log::{LogError, LogHead};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Bytes that are given at once, and without waiting for a second to pass: few events can be long.
pub(crate) const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// How far sled is, and whoever waits for it.
pub(crate) struct Behind {
    /// Events at which sled is given what is new before a second has passed.
    pub batch_events: usize,
    pub writer: Mutex<Writer>,
    /// Wakes the thread; `None` while there is none.
    pub wake: Mutex<Option<SyncSender<()>>>,
    /// Signalled when sled has been given something.
    pub given: (Mutex<()>, Condvar),
    /// What goes wrong every second is told once.
    pub note: Once,
    pub index: Once,
    pub room: Once,
}

/// Who writes sled.
pub(crate) struct Writer {
    pub appender: Appender,
    /// Where sled ends.
    pub head: LogHead,
    /// How many groups it was given, and how many when it was last made durable and that was written down.
    pub groups: u64,
    pub flushed: Option<u64>,
}

impl Behind {
    pub fn new(log_id: Uuid, head: LogHead, batch_events: usize) -> Result<Self, LogError> {
        Ok(Self {
            batch_events,
            writer: Mutex::new(Writer { appender: Appender::new(log_id)?, head, groups: 0, flushed: None }),
            wake: Mutex::default(),
            given: Default::default(),
            note: Once::default(),
            index: Once::default(),
            room: Once::default(),
        })
    }

    /// Whether there is enough to be given to sled at once.
    pub fn is_due(&self, newest: &Newest) -> bool {
        let (events, bytes) = newest.extent();
        events >= self.batch_events || bytes >= BATCH_BYTES
    }

    /// Wakes the thread when there is enough for it.
    pub fn wake_if_due(&self, newest: &Newest) {
        if self.is_due(newest)
            && let Some(wake) = &*lock(&self.wake)
        {
            // Full: it has been woken already. Closed: the log is being closed.
            _ = wake.try_send(());
        }
    }
}

/// Whether a trouble was told; it is told again only after it was over.
#[derive(Debug, Default)]
pub(crate) struct Once(AtomicBool);

impl Once {
    pub fn tell(&self, outcome: Result<(), impl std::fmt::Display>, what: &str) {
        match outcome {
            Ok(()) => self.0.store(false, Ordering::Relaxed),
            Err(error) => {
                if !self.0.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "{what}");
                }
            }
        }
    }
}

/// Nothing panics while what these locks guard is half changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
