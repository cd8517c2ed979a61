//! How long a model that follows a moving log rests between two commits.

use crate::engine::model::Model;
use std::time::{Duration, Instant};

/// Two live commits lie at least this far apart when the log moves fast. A commit's cost is mostly its own, so that
/// many small ones would take processor from the commands that feed them. A log at rest is followed at once.
const PAUSE_MIN: Duration = Duration::from_millis(25);
/// Longest pause; readers wait for 2 s at most.
const PAUSE_MAX: Duration = Duration::from_millis(400);
/// While commands pour in, a model works at most one part in `1 + PAUSE_FACTOR` of the time.
const PAUSE_FACTOR: u32 = 3;
/// Beyond this distance it works without pauses: being late is then worse than being in the way.
const BEHIND_MAX: u64 = 100_000;

/// How long a model rests between two commits.
#[derive(Default)]
pub(crate) struct Pace {
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
        let due = ended + (busy * PAUSE_FACTOR).clamp(PAUSE_MIN, PAUSE_MAX);
        while !model.is_waited_for() && !model.has_news() {
            let rest = due.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return;
            }
            self.paused = true;
            tokio::select! {
                () = tokio::time::sleep(rest) => return,
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
