//! The log's pages on their way through the models: read and decoded once, whichever model comes first.
//!
//! Models stand near one another, at most a batch apart where one waits to write while another folds on. A page is kept
//! until every running model has passed it, within a bound; beyond the bound it is read again, which costs time and
//! nothing else.

use crate::engine::decode::LogEntry;
use crate::engine::failure::Failure;
use crate::engine::status::Status;
use event_store::{EventStore, Filter, Position};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Events asked of the store at once.
const PAGE_EVENTS_MAX: u64 = 1_024;
/// Bytes of leaves and boxes kept; decoded they take about as much again.
pub(crate) const KEPT_BYTES_MAX: usize = 32 << 20;

/// Pages read ahead of the model that is foremost.
const AHEAD_PAGES: usize = 4;

/// Consecutive events.
pub(crate) struct Page {
    entries: Vec<LogEntry>,
    bytes: usize,
}

impl Page {
    fn last(&self) -> Position {
        self.entries.last().map_or(Position(0), LogEntry::position)
    }

    /// The events after a position, as far as this page reaches.
    pub(crate) fn after(&self, after: Position) -> &[LogEntry] {
        &self.entries[self.entries.partition_point(|entry| entry.position() <= after)..]
    }
}

/// The pages that are kept.
pub(crate) struct Pages {
    store: EventStore,
    models: Vec<watch::Receiver<Status>>,
    kept: Mutex<VecDeque<Arc<Page>>>,
    /// Held while a page is read, so that nobody reads it a second time meanwhile.
    reading: tokio::sync::Mutex<()>,
    /// Somebody reads ahead.
    ahead: AtomicBool,
}

impl Pages {
    pub(crate) fn of(store: EventStore, models: Vec<watch::Receiver<Status>>) -> Self {
        Self {
            store,
            models,
            kept: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
            ahead: AtomicBool::new(false),
        }
    }

    /// A page that holds the event after `after`.
    pub(crate) async fn after(self: &Arc<Self>, after: Position) -> Result<Arc<Page>, Failure> {
        let page = self.page(after).await?;
        self.read_ahead(page.last());
        Ok(page)
    }

    /// Reads what the foremost model will ask for next, where the log goes on for more than a page. What goes wrong is
    /// left for whoever asks.
    fn read_ahead(self: &Arc<Self>, mut after: Position) {
        let goes_on = |after: Position| self.store.head().position.0 > after.0 + PAGE_EVENTS_MAX;
        if !goes_on(after) || self.kept(after).is_some() || self.ahead.swap(true, Ordering::AcqRel) {
            return;
        }
        let pages = self.clone();
        tokio::spawn(async move {
            for _ in 0..AHEAD_PAGES {
                match pages.page(after).await {
                    Ok(page) if pages.store.head().position > page.last() => after = page.last(),
                    Ok(_) | Err(_) => break,
                }
            }
            pages.ahead.store(false, Ordering::Release);
        });
    }

    async fn page(&self, after: Position) -> Result<Arc<Page>, Failure> {
        if let Some(page) = self.kept(after) {
            return Ok(page);
        }
        let _one_reader = self.reading.lock().await;
        if let Some(page) = self.kept(after) {
            return Ok(page);
        }
        // Up to where pages end for all, so that models at different places soon ask for the same ones.
        let limit = PAGE_EVENTS_MAX - after.0 % PAGE_EVENTS_MAX;
        let page = self.store.read_all(after, usize::try_from(limit).unwrap_or(1), &Filter::default()).await?;
        let entries: Vec<LogEntry> = page.events.into_iter().map(LogEntry::of).collect();
        let first = entries.first().map(LogEntry::position);
        if first != Some(Position(after.0 + 1)) {
            return Err(Failure::Undecodable {
                position: Position(after.0 + 1),
                why: "the log does not give it although its head lies beyond".to_owned(),
            });
        }
        let bytes = entries.iter().map(LogEntry::bytes).sum();
        let page = Arc::new(Page { entries, bytes });
        self.keep(&page);
        Ok(page)
    }

    fn kept(&self, after: Position) -> Option<Arc<Page>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let holds = |page: &&Arc<Page>| page.after(after).first().is_some_and(|next| next.position().0 == after.0 + 1);
        kept.iter().find(holds).cloned()
    }

    /// Lets go of pages that every running model has passed.
    pub(crate) fn forget_passed(&self) {
        let passed = self.passed();
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).retain(|page| page.last() > passed);
    }

    /// Bytes of the pages that are kept.
    pub(crate) fn bytes(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|page| page.bytes).sum()
    }

    fn keep(&self, page: &Arc<Page>) {
        let passed = self.passed();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|page| page.last() > passed);
        kept.push_back(page.clone());
        let mut bytes: usize = kept.iter().map(|page| page.bytes).sum();
        while bytes > KEPT_BYTES_MAX
            && kept.len() > 1
            && let Some(oldest) = kept.pop_front()
        {
            bytes -= oldest.bytes;
        }
    }

    /// Where the last of the running models stands.
    fn passed(&self) -> Position {
        let running = self.models.iter().filter_map(|status| {
            let status = status.borrow();
            let well = status.withdrawn.is_none() && status.fault.is_none();
            well.then_some(status.built.unwrap_or(status.position))
        });
        running.min().unwrap_or_default()
    }
}
