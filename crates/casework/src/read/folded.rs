//! What is folded from the log in memory alone, and how far: read on by whoever asks it something.

use crate::write::failure::Failure;
use event_store::{EventStore, Filter, Page, Position, Recorded};

/// Leaves that are taken in at once.
const PAGE: usize = 1024;

/// What was folded.
#[derive(Default)]
pub(crate) struct Folded<I> {
    /// The same.
    pub index: I,
    /// Everything up to here is in it.
    until: Position,
}

impl<I> Folded<I> {
    /// Takes in what the log holds beyond it and passes a filter, in order. Who stops waiting loses nothing of what was taken
    /// in; of a page of which something fails everything is taken in again.
    pub async fn read_on(
        &mut self,
        store: &EventStore,
        filter: &Filter,
        take: impl Fn(&mut I, &Recorded) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        while let Some(page) = self.next(store, PAGE, filter).await? {
            for recorded in &page.events {
                take(&mut self.index, recorded)?;
            }
            self.has_taken(&page);
        }
        Ok(())
    }

    /// The next of it, at most so many leaves, for who takes them in in another way; nothing at the head.
    pub async fn next(&self, store: &EventStore, most: usize, filter: &Filter) -> Result<Option<Page>, Failure> {
        if self.until >= store.head().position {
            return Ok(None);
        }
        Ok(Some(store.read_all(self.until, most, filter).await?))
    }

    /// A page was taken in.
    pub fn has_taken(&mut self, page: &Page) {
        self.until = page.scanned_to;
    }
}

/// What is of a family.
pub(crate) fn of_family(family: &str) -> Filter {
    Filter { families: vec![family.to_owned()], types: Vec::new() }
}
