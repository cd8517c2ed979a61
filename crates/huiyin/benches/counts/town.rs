//! A town to count in: a few months of a story that is the same each time, told into a data directory, under a clock that
//! stands still.

use crate::opening::{Town, opened};
use api::reviews::frozen::digests;
use chrono::{DateTime, Utc};
use simulate::{Extent, SimulatedClock, tell};
use std::ops::ControlFlow;
use std::path::Path;

const BEGINS: &str = "2025-09-01T00:00:00Z";
const ENDS: &str = "2025-12-01T01:00:00Z";

/// Tells the story, outside of what is counted.
pub fn found(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let clock = SimulatedClock::standing_at(at(BEGINS));
        let town = opened(dir, &clock).await;
        let mut extent = Extent::ending_now(0, 1000, 7);
        (extent.begins_at, extent.until) = (at(BEGINS), at(ENDS));
        tell(&town.casework, &clock, &extent, &digests, &|_, _| ControlFlow::Continue(())).await.unwrap();
        town.store.shutdown().await;
    });
}

/// The town as the story left it.
pub async fn reopened(dir: &Path) -> Town {
    opened(dir, &SimulatedClock::standing_at(at(ENDS))).await
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}
