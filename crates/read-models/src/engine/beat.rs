//! Whether a model is at work: what tells a long way from a standstill, whatever the reason.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// When something last went on. Nobody has to notice that it does not: whoever asks does.
pub(crate) struct Beat {
    begun: Instant,
    /// Milliseconds after `begun`.
    went_on: AtomicU64,
    idle: AtomicBool,
    /// Something failed, and nothing has succeeded since: to try again is not to go on.
    failing: AtomicBool,
}

impl Beat {
    pub(crate) fn new() -> Self {
        let (idle, failing) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { begun: Instant::now(), went_on: AtomicU64::new(0), idle, failing }
    }

    /// A page was folded, or a statement was done.
    pub(crate) fn goes_on(&self) {
        if !self.failing.load(Ordering::Acquire) {
            self.now();
        }
    }

    /// A transaction was committed.
    pub(crate) fn succeeds(&self) {
        self.failing.store(false, Ordering::Release);
        self.now();
    }

    /// Something failed.
    pub(crate) fn fails(&self) {
        self.failing.store(true, Ordering::Release);
    }

    /// There is nothing to do until further notice.
    pub(crate) fn rests(&self) {
        self.failing.store(false, Ordering::Release);
        self.idle.store(true, Ordering::Release);
    }

    /// There may be something to do.
    pub(crate) fn wakes(&self) {
        if self.idle.load(Ordering::Acquire) {
            self.now();
            self.idle.store(false, Ordering::Release);
        }
    }

    /// How long nothing has gone on although there was something to do.
    pub(crate) fn standstill(&self) -> Duration {
        if self.idle.load(Ordering::Acquire) {
            return Duration::ZERO;
        }
        self.begun.elapsed().saturating_sub(Duration::from_millis(self.went_on.load(Ordering::Acquire)))
    }

    fn now(&self) {
        let ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.went_on.store(ms, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(20);

    #[test]
    fn who_has_nothing_to_do_does_not_stand_still() {
        let beat = Beat::new();
        std::thread::sleep(MOMENT);
        assert!(beat.standstill() >= MOMENT);
        beat.rests();
        assert_eq!(beat.standstill(), Duration::ZERO);
        std::thread::sleep(MOMENT);
        beat.wakes();
        let woken = beat.went_on.load(Ordering::Acquire);
        assert!(woken >= 40, "{woken}");
    }

    #[test]
    fn trying_again_is_not_going_on() {
        let beat = Beat::new();
        beat.fails();
        std::thread::sleep(MOMENT);
        beat.wakes();
        beat.goes_on();
        assert_eq!(beat.went_on.load(Ordering::Acquire), 0);
        beat.succeeds();
        assert!(beat.went_on.load(Ordering::Acquire) >= 20);
    }
}
