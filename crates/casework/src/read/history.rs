//! Events as a reader sees them: the leaf, and whatever personal parts may be opened beside it.

use crate::boxed::Boxed;
use crate::casework::Casework;
use crate::personal::{self, Part};
use crate::read::decode::decode;
use crate::write::failure::Failure;
use event_store::leaf::Leaf;
use event_store::{Filter, Hash, Position, Recorded, StreamId, Version};

/// One event of a history.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its place in the log.
    pub position: Position,
    /// The leaf.
    pub leaf: Leaf,
    /// The clause it is recorded under.
    pub clause: &'static str,
    /// Parallel to the leaf's boxes.
    pub personal: Vec<Part>,
    /// Leaf hash.
    pub hash: Hash,
}

/// A page of the history of one stream.
#[derive(Clone, Debug)]
pub struct History {
    /// Its events in order.
    pub items: Vec<Item>,
    /// Whether the stream goes on after them.
    pub more: bool,
}

/// A page of the whole log.
#[derive(Clone, Debug)]
pub struct LogPage {
    /// Events that passed the filter.
    pub items: Vec<Item>,
    /// Looked at up to here.
    pub scanned_to: Position,
    /// The head then.
    pub head: Position,
}

impl Casework {
    /// The events of one stream after a version, fewer than `limit` where they are long. An unknown stream is
    /// [`Failure::NotFound`].
    pub async fn history(&self, stream: &StreamId, after: Version, limit: usize) -> Result<History, Failure> {
        let page = self.store.stream_page(stream, after, limit).await?;
        if page.events.is_empty() && self.store.stream_head(stream).await?.version.0 == 0 {
            return Err(Failure::NotFound);
        }
        Ok(History { items: self.items(&page.events).await?, more: page.more })
    }

    /// The log after a position, filtered.
    pub async fn log_page(&self, after: Position, limit: usize, filter: &Filter) -> Result<LogPage, Failure> {
        let page = self.store.read_all(after, limit, filter).await?;
        Ok(LogPage { items: self.items(&page.events).await?, scanned_to: page.scanned_to, head: page.head })
    }

    fn items<'a>(&'a self, page: &'a [Recorded]) -> Boxed<'a, Result<Vec<Item>, Failure>> {
        Box::pin(async move {
            let mut items = Vec::with_capacity(page.len());
            let (mut boxes, mut boxes_each) = (Vec::new(), Vec::with_capacity(page.len()));
            for recorded in page {
                let (leaf, event) = decode(recorded)?;
                let kept = personal::kept(recorded, &leaf);
                boxes_each.push(kept.len());
                boxes.extend(kept);
                let (clause, hash) = (event.event_type().clause, recorded.hash());
                items.push(Item { position: recorded.position, clause, personal: Vec::new(), hash, leaf });
            }
            // The keys of a whole page are looked up at once.
            let mut opened = self.open_recorded(&boxes).await?.into_iter();
            for (item, count) in items.iter_mut().zip(boxes_each) {
                item.personal.extend(opened.by_ref().take(count));
            }
            Ok(items)
        })
    }
}
