//! What is known of the runs of the clock by this server.

use chrono::{DateTime, Utc};
use std::sync::{Mutex, PoisonError};

/// What is known of the runs of this server.
#[derive(Debug, Default)]
pub struct ClockRuns(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    ran_until: Option<DateTime<Utc>>,
    failing: Option<String>,
}

impl ClockRuns {
    fn known<T>(&self, look: impl FnOnce(&mut Known) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Everything up to here is recorded, as far as this server has seen to it.
    pub fn ran_until(&self) -> Option<DateTime<Utc>> {
        self.known(|known| known.ran_until)
    }

    /// Why the runs of the server come to nothing, while they do.
    pub fn failing(&self) -> Option<String> {
        self.known(|known| known.failing.clone())
    }

    /// Notes how a run of the server ended.
    pub fn ended(&self, why: Option<String>) {
        self.known(|known| known.failing = why);
    }

    /// Notes that everything up to an instant is recorded.
    pub fn ran(&self, until: DateTime<Utc>) {
        self.known(|known| known.ran_until = known.ran_until.max(Some(until)));
    }
}
