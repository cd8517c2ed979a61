//! The hands of the clocks that the server under test goes by: the wall clock and the time since boot, moved together.

use chrono::{DateTime, Utc};
use event_store::{Clock, ClockWatch};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// What both clocks show.
#[derive(Clone)]
pub struct Hands {
    ms: Arc<AtomicI64>,
}

impl Hands {
    pub fn at(at: DateTime<Utc>) -> Self {
        Self { ms: Arc::new(AtomicI64::new(at.timestamp_millis())) }
    }

    /// Moves on; never back.
    pub fn move_to(&self, at: DateTime<Utc>) {
        self.ms.fetch_max(at.timestamp_millis(), Ordering::AcqRel);
    }

    /// A wall clock that is watched by a time since boot that runs with it.
    pub fn watch(&self) -> Arc<ClockWatch> {
        let (wall, boot) = (self.clock(), self.clock());
        let began = self.ms.load(Ordering::Acquire);
        let since_boot = Arc::new(move || boot() - began);
        Arc::new(ClockWatch::new(wall, since_boot, Duration::from_secs(1), None))
    }

    /// The wall clock.
    pub fn clock(&self) -> Clock {
        let ms = Arc::clone(&self.ms);
        Arc::new(move || ms.load(Ordering::Acquire))
    }
}
