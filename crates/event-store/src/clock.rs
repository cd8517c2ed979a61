//! The wall clock, held against the clock that nobody sets.
//!
//! What is recorded under a wrong time is wrong for ever, and everything after it too: `recorded_at` never runs
//! backwards. So the wall clock is believed only as long as it moves with the time since boot (`CLOCK_BOOTTIME`, which
//! goes on while the machine sleeps and which no command and no time server sets). Where the two part, somebody has set
//! the wall clock, and which of its two times is the true one only a person can say.

use crate::message::Message;
use chrono::{DateTime, SecondsFormat};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How fast a clock may drift or be steered (adjtime steers by at most 500 ppm) and still be the same clock: one
/// millisecond in so many.
const STEERED_ONE_IN: i64 = 2_000;

/// A day, ms.
const DAY_MS: i64 = 86_400_000;

/// Where the store takes the time from, ms since 1970 UTC. The demo hands in a simulated one.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The wall clock was set: what it shows, and what it would show had it gone on as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockJump {
    /// What the wall clock shows, ms since 1970 UTC.
    pub wall_ms: i64,
    /// What it would show by the time since boot, ms since 1970 UTC.
    pub expected_ms: i64,
}

impl std::fmt::Display for ClockJump {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (wall, expected) = (spelt(self.wall_ms), spelt(self.expected_ms));
        write!(f, "the system clock shows {wall}, but by the time since boot it should show {expected}")
    }
}

impl std::error::Error for ClockJump {}

impl ClockJump {
    /// The same for a person.
    pub fn message(&self) -> Message {
        let (wall, expected) = (spelt(self.wall_ms), spelt(self.expected_ms));
        Message::new(
            format!("系统时钟显示 {wall}，而按开机以来的时间应为 {expected}。"),
            format!("The system clock shows {wall}, but by the time since boot it should show {expected}."),
        )
    }
}

/// The same time, or why the clock that tells it may not be believed.
pub(crate) type CheckedClock = Arc<dyn Fn() -> Result<i64, ClockJump> + Send + Sync>;

/// Where the two clocks last agreed.
#[derive(Debug)]
struct Agreed {
    /// Wall time less time since boot, ms.
    offset_ms: i64,
    /// Time since boot then, ms.
    at_boot_ms: i64,
    /// Whether they disagreed when they were last looked at; told to the log when it changes.
    jumped: bool,
}

/// Watches the wall clock.
pub struct ClockWatch {
    wall: Clock,
    boot: Clock,
    step_max_ms: i64,
    agreed: Mutex<Agreed>,
}

impl std::fmt::Debug for ClockWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClockWatch").field("step_max_ms", &self.step_max_ms).finish_non_exhaustive()
    }
}

impl ClockWatch {
    /// Watches `wall` by `boot` (both ms). The wall clock is believed now, or held against the offset of the two that
    /// was written down earlier during the same boot; a move by more than `step_max` is a jump.
    pub fn new(wall: Clock, boot: Clock, step_max: Duration, known_offset_ms: Option<i64>) -> Self {
        let at_boot_ms = boot();
        let offset_ms = known_offset_ms.unwrap_or_else(|| wall().saturating_sub(at_boot_ms));
        let step_max_ms = i64::try_from(step_max.as_millis()).unwrap_or(i64::MAX);
        Self { wall, boot, step_max_ms, agreed: Mutex::new(Agreed { offset_ms, at_boot_ms, jumped: false }) }
    }

    /// The clocks of this machine.
    pub fn of_system(step_max: Duration, known_offset_ms: Option<i64>) -> Self {
        Self::new(Arc::new(system_ms), Arc::new(since_boot_ms), step_max, known_offset_ms)
    }

    /// The wall clock's time, ms since 1970 UTC, where it may be believed.
    ///
    /// # Errors
    /// [`ClockJump`] where it has moved against the time since boot.
    pub fn check(&self) -> Result<i64, ClockJump> {
        let (wall_ms, boot_ms) = ((self.wall)(), (self.boot)());
        let offset_ms = wall_ms.saturating_sub(boot_ms);
        let mut agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        let moved = offset_ms.saturating_sub(agreed.offset_ms);
        let jumped = moved.saturating_abs() > self.step_max_ms;
        let jump = ClockJump { wall_ms, expected_ms: boot_ms.saturating_add(agreed.offset_ms) };
        if jumped != agreed.jumped {
            agreed.jumped = jumped;
            if jumped {
                tracing::error!(wall_ms, expected_ms = jump.expected_ms, "{jump}; nothing is recorded meanwhile");
            } else {
                tracing::warn!(wall_ms, "the system clock and the time since boot agree again; recording goes on");
            }
        }
        if jumped {
            return Err(jump);
        }
        // A clock that is steered slowly stays the same clock: the offset follows, no faster than clocks are steered.
        let reach = boot_ms.saturating_sub(agreed.at_boot_ms) / STEERED_ONE_IN;
        if reach > 0 {
            agreed.offset_ms = agreed.offset_ms.saturating_add(moved.clamp(-reach, reach));
            agreed.at_boot_ms = boot_ms;
        }
        Ok(wall_ms)
    }

    /// The time to answer questions by, ms since 1970 UTC: the wall clock's, and while that has jumped the one that it
    /// would show had it gone on as before.
    pub fn now_ms(&self) -> i64 {
        self.check().unwrap_or_else(|jump| jump.expected_ms)
    }

    /// Wall time less time since boot as last agreed on, ms: to be written down for the next start during this boot.
    pub fn offset_ms(&self) -> i64 {
        self.agreed.lock().unwrap_or_else(PoisonError::into_inner).offset_ms
    }
}

/// Why a log is not opened under a clock: it is further beyond the newest leaf than a log rests.
///
/// `remedy` names, in Chinese and English, how the operator confirms that the clock is right.
///
/// # Errors
/// The refusal, with both times.
pub fn not_far_ahead(newest_leaf_ms: i64, now_ms: i64, ahead_max: Duration, remedy: &Message) -> Result<(), Message> {
    let ahead_ms = now_ms.saturating_sub(newest_leaf_ms);
    if newest_leaf_ms <= 0 || u128::try_from(ahead_ms).is_ok_and(|ahead| ahead <= ahead_max.as_millis()) || ahead_ms < 0
    {
        return Ok(());
    }
    let (newest, now, days) = (spelt(newest_leaf_ms), spelt(now_ms), ahead_ms / DAY_MS);
    Err(Message::new(
        format!(
            "系统时钟显示 {now}，比最后一条记录（{newest}）晚 {days} 天，不予打开：时钟若有误，记下的内容将永远带有错误的时间。{}",
            remedy.zh
        ),
        format!(
            "The system clock shows {now}, {days} days after the newest record ({newest}); the log is not opened: under a wrong clock everything recorded would carry the wrong time for ever. {}",
            remedy.en
        ),
    ))
}

/// What is to be told where the clock is behind the newest leaf by more than `step_max`: until it has caught up, all
/// that is recorded carries that leaf's time.
pub fn behind(newest_leaf_ms: i64, now_ms: i64, step_max: Duration) -> Option<Message> {
    let behind_ms = u128::try_from(newest_leaf_ms.saturating_sub(now_ms)).ok()?;
    (behind_ms > step_max.as_millis()).then(|| {
        let (newest, now) = (spelt(newest_leaf_ms), spelt(now_ms));
        Message::new(
            format!("系统时钟（{now}）早于最后一条记录（{newest}）：在时钟赶上之前，新记录都带有后一时间。"),
            format!(
                "The system clock ({now}) is behind the newest record ({newest}): until it has caught up, new records carry the latter time."
            ),
        )
    })
}

/// The system's time, ms since 1970 UTC; 0 should the system believe to be before.
pub fn system_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The time since boot, sleep included, ms.
pub fn since_boot_ms() -> i64 {
    let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    since.tv_sec.saturating_mul(1_000).saturating_add(since.tv_nsec / 1_000_000)
}

/// An instant as RFC 3339 in UTC, by whole seconds.
fn spelt(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .map_or_else(|| format!("{ms} ms"), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    const NOW: i64 = 1_795_000_000_000;

    /// Two clocks that the test sets, and the watch over them.
    struct Clocks {
        wall: Arc<AtomicI64>,
        boot: Arc<AtomicI64>,
        watch: ClockWatch,
    }

    impl Clocks {
        fn new() -> Self {
            let (wall, boot) = (Arc::new(AtomicI64::new(NOW)), Arc::new(AtomicI64::new(5_000)));
            let read = |clock: &Arc<AtomicI64>| -> Clock {
                let clock = Arc::clone(clock);
                Arc::new(move || clock.load(Ordering::SeqCst))
            };
            let watch = ClockWatch::new(read(&wall), read(&boot), Duration::from_secs(60), None);
            Self { wall, boot, watch }
        }

        /// Time passes, and somebody sets the wall clock by `set_ms`.
        fn pass(&self, ms: i64, set_ms: i64) {
            self.boot.fetch_add(ms, Ordering::SeqCst);
            self.wall.fetch_add(ms + set_ms, Ordering::SeqCst);
        }
    }

    #[test]
    fn a_wall_clock_that_was_set_is_not_believed_until_it_is_set_right() {
        for set_ms in [61_000, -61_000, 3_600_000, -7_200_000, 73 * 365 * DAY_MS, -20 * 365 * DAY_MS] {
            let clocks = Clocks::new();
            clocks.pass(10_000, 0);
            assert_eq!(clocks.watch.check(), Ok(NOW + 10_000));
            clocks.pass(1_000, set_ms);
            let jump = clocks.watch.check().unwrap_err();
            assert_eq!(jump, ClockJump { wall_ms: NOW + 11_000 + set_ms, expected_ms: NOW + 11_000 });
            assert_eq!(clocks.watch.now_ms(), NOW + 11_000, "questions are answered by the time that went on");
            // It does not become true by lasting.
            clocks.pass(400 * DAY_MS, 0);
            assert!(clocks.watch.check().is_err());
            clocks.pass(1_000, -set_ms);
            assert_eq!(clocks.watch.check(), Ok(NOW + 12_000 + 400 * DAY_MS));
        }
    }

    #[test]
    fn sleep_and_small_steps_are_no_jumps() {
        let clocks = Clocks::new();
        // A machine that slept: both clocks went on.
        clocks.pass(30 * DAY_MS, 0);
        for set_ms in [59_000, -59_000, -1_000, 2_000] {
            clocks.pass(1, set_ms);
            assert!(clocks.watch.check().is_ok(), "{set_ms}");
        }
    }

    #[test]
    fn a_clock_that_is_steered_slowly_stays_the_same_clock() {
        let clocks = Clocks::new();
        for _ in 0..10_000 {
            // 400 ppm, looked at every ten seconds: by the end the clock was steered by 40 s, then by 40 s more.
            clocks.pass(10_000, 4);
            assert!(clocks.watch.check().is_ok());
        }
        for _ in 0..10_000 {
            clocks.pass(10_000, 4);
            assert!(clocks.watch.check().is_ok());
        }
    }

    #[test]
    fn steps_below_the_bound_do_not_add_up_unseen() {
        let clocks = Clocks::new();
        clocks.pass(10_000, 40_000);
        assert!(clocks.watch.check().is_ok());
        clocks.pass(10_000, 40_000);
        assert!(clocks.watch.check().is_err());
    }

    #[test]
    fn an_offset_of_the_same_boot_is_held_against_the_clock_of_the_next_start() {
        let clocks = Clocks::new();
        let known = clocks.watch.offset_ms();
        let again = |set_ms: i64| {
            let (wall, boot) = (NOW + 20_000 + set_ms, 25_000);
            ClockWatch::new(Arc::new(move || wall), Arc::new(move || boot), Duration::from_secs(60), Some(known))
        };
        assert!(again(0).check().is_ok() && again(30_000).check().is_ok());
        assert!(again(3_600_000).check().is_err() && again(-3_600_000).check().is_err());
    }

    #[test]
    fn a_log_is_opened_only_under_a_clock_near_its_newest_leaf() {
        let (max, remedy) = (Duration::from_secs(400 * 86_400), Message::new("甲。", "Do this."));
        assert!(not_far_ahead(NOW, NOW + 400 * DAY_MS, max, &remedy).is_ok());
        assert!(not_far_ahead(NOW, NOW - 400 * DAY_MS, max, &remedy).is_ok());
        // An empty log has no newest leaf.
        assert!(not_far_ahead(0, NOW, max, &remedy).is_ok());
        let refusal = not_far_ahead(NOW, NOW + 401 * DAY_MS, max, &remedy).unwrap_err();
        for part in ["2026-11-18T11:06:40Z", "2027-12-24T11:06:40Z", "401 days", "Do this."] {
            assert!(refusal.en.contains(part), "{part}: {}", refusal.en);
        }
        assert!(refusal.zh.contains("401 天") && refusal.zh.ends_with("甲。"), "{}", refusal.zh);
    }

    #[test]
    fn a_clock_behind_the_newest_leaf_is_told() {
        let step = Duration::from_secs(60);
        assert_eq!(behind(NOW, NOW, step), None);
        assert_eq!(behind(NOW, NOW - 60_000, step), None);
        let told = behind(NOW, NOW - 61_000, step).unwrap();
        assert!(told.en.contains("2026-11-18T11:05:39Z") && told.en.contains("2026-11-18T11:06:40Z"), "{}", told.en);
    }

    #[test]
    fn the_machine_has_both_clocks() {
        assert!(since_boot_ms() > 0 && system_ms() > 1_600_000_000_000);
    }
}
