//! Following the log: wait for the head to move, then read from where one stopped. Nothing is ever pushed, so the
//! hand-over from history to live events is the same read with fewer rows, and nothing can be missed or come twice.

use crate::ids::Position;
use crate::log::LogError;
use crate::store::{EventStore, Filter, Head, Page};
use tokio::sync::watch;

/// Most events looked at for one page.
const SCAN_MAX: usize = 1024;

/// A reader's place in the log. Holds no resources but a handle of the store; a slow reader costs nothing.
pub struct Subscription {
    store: EventStore,
    head: watch::Receiver<Head>,
    filter: Filter,
    scanned_to: Position,
}

impl EventStore {
    /// Follows the log from after a position. A position beyond the head waits until the log has passed it.
    pub fn subscribe(&self, after: Position, filter: Filter) -> Subscription {
        Subscription { head: self.watch(), store: self.clone(), filter, scanned_to: after }
    }
}

impl Subscription {
    /// Everything up to here has been handed out or did not pass the filter.
    pub fn scanned_to(&self) -> Position {
        self.scanned_to
    }

    /// The next page: waits for the head to move past what was looked at, then reads at most 1,024 events. A page may
    /// be empty when nothing in it passed the filter; [`Page::scanned_to`] has moved all the same, and
    /// [`Page::caught_up`] says whether the log's end was reached. Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`LogError::Closed`] when the store was shut down and everything was handed out; errors of reading otherwise,
    /// after which the same page can be asked for again.
    pub async fn next(&mut self) -> Result<Page, LogError> {
        let after = self.scanned_to;
        self.head.wait_for(|head| head.position > after).await.map_err(|_| LogError::Closed)?;
        let page = self.store.scan(after, SCAN_MAX, SCAN_MAX, &self.filter).await?;
        self.scanned_to = page.scanned_to;
        Ok(page)
    }
}
