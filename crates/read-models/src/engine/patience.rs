//! How long a model waits before it begins again after a failure, and how often it says so.

use crate::engine::remedy::Remedy;
use crate::engine::waits::{AGAIN_MAX, AGAIN_MIN, SELDOM_MAX, SELDOM_MIN};
use std::time::{Duration, Instant};

/// How long a model waits before it begins again.
#[derive(Default)]
pub(crate) struct Patience {
    /// Failures in a row.
    failures: u32,
    /// When rows were last found to be wrong, and how often in a row.
    wrong: Option<(Instant, u32)>,
    /// When rows were last looked through because of others.
    looked: Option<Instant>,
    told: Option<(Instant, String)>,
}

impl Patience {
    pub(crate) const fn is_restored(&mut self) {
        self.failures = 0;
    }

    pub(crate) fn rest(&mut self, remedy: Remedy) -> Duration {
        self.failures = self.failures.saturating_add(1);
        match remedy {
            Remedy::Patience => jittered(doubled(AGAIN_MIN, self.failures, AGAIN_MAX)),
            Remedy::None => jittered(doubled(SELDOM_MIN, self.failures, SELDOM_MAX)),
            // At once; but who writes all the time must not have them looked through all the time.
            Remedy::Look => {
                let recently = self.looked.replace(Instant::now()).is_some_and(|at| at.elapsed() < 4 * AGAIN_MAX);
                if recently { AGAIN_MAX } else { Duration::ZERO }
            }
            // At once; but rows that are wrong again and again are a disk or a program that is not well, and built anew
            // all the time they would keep it from everything else.
            Remedy::Rebuild | Remedy::NewFile => {
                let recently = self.wrong.filter(|(at, _)| at.elapsed() < 2 * SELDOM_MAX);
                let times = recently.map_or(0, |(_, times)| times);
                self.wrong = Some((Instant::now(), times.saturating_add(1)));
                if times == 0 { Duration::ZERO } else { doubled(SELDOM_MIN, times, SELDOM_MAX) }
            }
        }
    }

    /// Writes a failure to the log, the same one at most once a minute.
    pub(crate) fn tell(&mut self, model: &str, why: &str) {
        let told = self.told.as_ref().is_some_and(|(at, told)| told == why && at.elapsed() < Duration::from_secs(60));
        if !told {
            tracing::error!(model, why, "a read model does not go on; it is tried again");
            self.told = Some((Instant::now(), why.to_owned()));
        }
    }
}

/// `first` the first time, then twice as long each time.
fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    first.saturating_mul(1 << times.saturating_sub(1).min(16)).min(most)
}

/// Three quarters to five quarters of a wait, so that models that failed together do not come together again.
fn jittered(wait: Duration) -> Duration {
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    wait * (768 + (nanos >> 4) % 512) / 1_024
}
