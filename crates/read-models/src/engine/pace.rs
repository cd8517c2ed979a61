//! How long a model that follows a moving log rests between two commits.

use crate::engine::model::Model;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// While the log moves, models commit when so much time has gone by, all of them at the same moments: what a commit costs
/// is mostly its own, and what several events change in common is written once. A log at rest is followed at once.
const TURN_EVERY: Duration = Duration::from_millis(125);
/// Beyond this distance it works without pauses: being late is then worse than being in the way.
const BEHIND_MAX: u64 = 30_000;

/// Who waits for a commit waits as long as the last one took, at most so long, before the next one begins.
const HURRY_REST_MAX: Duration = Duration::from_millis(20);

/// From when on turns are counted.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// How long a model rests between two commits.
#[derive(Default)]
pub(crate) struct Pace {
    /// When the last turn ended, and how long it took.
    last: Option<(Instant, Duration)>,
    paused: bool,
}

impl Pace {
    /// Rests, unless the log was at rest, somebody waits for the rows, or they are far behind.
    pub(crate) async fn before(&mut self, model: &Model, behind: u64) {
        self.paused = false;
        let Some((ended, busy)) = self.last else {
            return;
        };
        if behind > BEHIND_MAX || !model.status.borrow().served {
            return;
        }
        // Where turns are long, larger ones are cheaper, and a moment is left to the commands that feed them.
        let due = next_turn(if busy < TURN_EVERY { ended } else { ended + TURN_EVERY / 2 });
        // Where many write and read what they wrote, somebody always waits; who comes meanwhile is served by the same commit.
        let soonest = (ended + busy.min(HURRY_REST_MAX)).min(due);
        while !model.has_news() {
            let until = if model.is_waited_for() { soonest } else { due };
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return;
            }
            self.paused = true;
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                // May be the echo of a reader who has been served; then nobody is counted and the rest goes on.
                () = model.hurried() => {}
            }
        }
    }

    pub(crate) fn after(&mut self, busy: Duration) {
        self.last = Some((Instant::now(), busy));
    }

    pub(crate) const fn paused(&self) -> bool {
        self.paused
    }
}

/// The first moment at which models commit that is later than `at`.
fn next_turn(at: Instant) -> Instant {
    let turns = at.saturating_duration_since(*BEGUN).as_nanos() / TURN_EVERY.as_nanos();
    *BEGUN + TURN_EVERY.saturating_mul(u32::try_from(turns).unwrap_or(u32::MAX).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_that_worked_at_different_times_commit_together_the_next_time() {
        let at = *BEGUN + 7 * TURN_EVERY;
        let (early, late) = (at + TURN_EVERY / 10, at + TURN_EVERY * 9 / 10);
        assert_eq!(next_turn(early), next_turn(late));
        assert_eq!(next_turn(early), *BEGUN + 8 * TURN_EVERY);
        assert!(next_turn(at) > at);
    }
}
