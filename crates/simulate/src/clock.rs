//! The clock of a story: simulated and only moving forward while it is told, real afterwards.

use chrono::{DateTime, Utc};
use event_store::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the atomic holds once real time runs. No simulated instant is that early.
const REAL: i64 = i64::MIN;

/// A clock that the use cases and the Sequencer share.
#[derive(Clone, Debug)]
pub struct SimulatedClock {
    simulated_ms: Arc<AtomicI64>,
}

impl SimulatedClock {
    /// Stands at an instant.
    pub fn standing_at(at: DateTime<Utc>) -> Self {
        Self { simulated_ms: Arc::new(AtomicI64::new(at.timestamp_millis())) }
    }

    /// The clock as the store and the use cases take it.
    pub fn clock(&self) -> Clock {
        let simulated_ms = Arc::clone(&self.simulated_ms);
        Arc::new(move || match simulated_ms.load(Ordering::Acquire) {
            REAL => real_ms(),
            simulated => simulated,
        })
    }

    /// What it shows, ms since 1970 UTC.
    pub fn now_ms(&self) -> i64 {
        (self.clock())()
    }

    /// Moves on to an instant; never back, never beyond real time, and not at all once that runs.
    pub(super) fn advance_to(&self, ms: i64) {
        let wanted = ms.min(real_ms());
        let forward = |shown: i64| (shown != REAL && wanted > shown).then_some(wanted);
        // A refused update means that there was nothing to move.
        let _ = self.simulated_ms.fetch_update(Ordering::AcqRel, Ordering::Acquire, forward);
    }

    /// Lets real time run from here on.
    pub fn hand_over(&self) {
        self.simulated_ms.store(REAL, Ordering::Release);
    }
}

fn real_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    i64::try_from(since).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulated_time_only_moves_forward_and_then_is_real() {
        let clock = SimulatedClock::standing_at(DateTime::<Utc>::UNIX_EPOCH);
        let shown = clock.clock();
        clock.advance_to(5_000);
        clock.advance_to(3_000);
        assert_eq!(shown(), 5_000);
        clock.advance_to(i64::MAX);
        let moved = shown();
        assert!(moved > 1_600_000_000_000 && moved <= real_ms());
        clock.hand_over();
        clock.advance_to(i64::MAX);
        assert!(shown() >= moved && clock.now_ms() <= real_ms());
    }
}
