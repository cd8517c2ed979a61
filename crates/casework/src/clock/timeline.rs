//! Reference data with all its past, kept in memory: read once, then followed.

use crate::read::decode::{decode, stamp};
use crate::write::failure::Failure;
use domain::clock::Timeline;
use event_store::{EventStore, Position, Recorded, StreamId};
use std::sync::Arc;

/// What the timeline is made of.
const FAMILIES: [&str; 5] = ["policy", "calendar", "area", "delegate", "office"];
/// Events read at once.
const PAGE: usize = 1024;

/// The timeline as far as the log was read.
#[derive(Default)]
pub(crate) struct Followed {
    position: Position,
    timeline: Arc<Timeline>,
}

impl Followed {
    /// Takes in what the log holds beyond it, and gives the timeline up to its head.
    pub async fn follow(&mut self, store: &EventStore) -> Result<Arc<Timeline>, Failure> {
        let head = store.head().position;
        let mut all: Vec<Recorded> = Vec::new();
        for family in FAMILIES {
            let mut after = self.position;
            loop {
                let page = store.read_family(family, after, PAGE).await?;
                let full = page.len() == PAGE;
                after = page.last().map_or(after, |last| last.position);
                all.extend(page.into_iter().filter(|one| one.position <= head));
                if !full || after > head {
                    break;
                }
            }
        }
        all.sort_unstable_by_key(|recorded| recorded.position);
        let mut timeline = Arc::clone(&self.timeline);
        for recorded in &all {
            let (leaf, event) = decode(recorded)?;
            let id = StreamId::new(leaf.stream).and_then(|stream| stream.uuid());
            Arc::make_mut(&mut timeline).take(id, &event, &stamp(recorded.position, &leaf));
        }
        (self.position, self.timeline) = (head, timeline);
        Ok(Arc::clone(&self.timeline))
    }
}
