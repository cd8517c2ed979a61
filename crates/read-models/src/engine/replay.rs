//! A stream's events again, for what is no longer in memory.

use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use event_store::{EventStore, Position, Recorded, StreamId, Version};

/// Events of one stream read at once.
const STREAM_PAGE_MAX: usize = 256;

/// Gives every event of its stream that stands before `fact` to `apply`, oldest first.
pub(crate) async fn replay_before(
    fact: &Fact,
    log: &EventStore,
    apply: impl FnMut(&Recorded) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    // Nothing stands before a stream's first event, and most events that find nothing in memory are just that.
    if fact.stamp.version <= 1 {
        return Ok(());
    }
    replay(&fact.stream, Position(fact.stamp.position), log, apply).await
}

/// Gives every event of the stream that stands before `position` to `apply`, oldest first.
pub(crate) async fn replay(
    stream: &StreamId,
    before: Position,
    log: &EventStore,
    mut apply: impl FnMut(&Recorded) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let mut after = Version(0);
    loop {
        let page = log.read_stream(stream, after, STREAM_PAGE_MAX).await?;
        for recorded in &page {
            if recorded.position >= before {
                return Ok(());
            }
            apply(recorded)?;
        }
        // Versions are dense from 1.
        after = Version(after.0 + page.len() as u64);
        if page.len() < STREAM_PAGE_MAX {
            return Ok(());
        }
    }
}
