//! The folded copy of the reference data, kept up with the log, and reference data of earlier moments.

use crate::boxed::Boxed;
use crate::casework::Casework;
use crate::read::reference::{Doubtful, Reference};
use crate::write::failure::Failure;
use event_store::keys::KeyDirectory;
use event_store::{EventStore, Position};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Longest pause between two attempts to bring the folded copy up after it failed.
const FOLLOW_PAUSE_MAX: Duration = Duration::from_secs(30);

impl Casework {
    /// Reference data as of a position; the folded copy serves when nothing of it is newer.
    pub fn reference_at(&self, position: Position) -> Boxed<'_, Result<Arc<Reference>, Failure>> {
        Box::pin(async move {
            let mut newest = self.reference();
            if position.0 > newest.position && self.reference_writer.try_lock().is_err() {
                // What a command under way has recorded may lie before the position: the copy takes it in first.
                drop(self.reference_writer.lock().await);
                newest = self.reference();
            }
            if position.0 >= newest.position {
                return Ok(newest);
            }
            if let Some(known) = self.earlier.get(&position) {
                return Ok(known);
            }
            let read = Arc::new(Reference::read(&self.store, &self.keys, Some(position)).await?);
            self.earlier.put(position, 0, read.bytes(), Arc::clone(&read));
            Ok(read)
        })
    }

    /// Brings the folded copy up to the log, unless a reference command is under way, which does it itself.
    pub(crate) async fn catch_up_unless_governed(&self) -> Result<(), Failure> {
        match self.reference_writer.try_lock() {
            Ok(_one_by_one) => self.follower().catch_up().await,
            Err(_) => Ok(()),
        }
    }

    /// What keeps the folded copy up.
    pub(crate) fn follower(&self) -> Follower {
        Follower {
            store: self.store.clone(),
            keys: Arc::clone(&self.keys),
            reference: Arc::clone(&self.reference),
            doubtful: self.doubtful.clone(),
            writer: Arc::clone(&self.reference_writer),
        }
    }
}

/// Keeps the folded copy up with the log; whoever uses it holds `reference_writer`. It has all it needs, so that it can
/// go on in a task of its own after the caller of a command has gone away.
pub(crate) struct Follower {
    pub store: EventStore,
    keys: Arc<KeyDirectory>,
    reference: Arc<RwLock<Arc<Reference>>>,
    pub doubtful: Doubtful,
    writer: Arc<tokio::sync::Mutex<()>>,
}

impl Follower {
    /// Brings the folded copy up in the background, again and again until it is through.
    pub async fn catch_up_in_the_end(self) {
        let mut pause = Duration::from_millis(500);
        loop {
            tokio::time::sleep(pause).await;
            let one_by_one = self.writer.lock().await;
            match self.catch_up().await {
                Ok(()) => return,
                Err(error) => tracing::error!(%error, "what was recorded cannot be read back yet"),
            }
            drop(one_by_one);
            pause = (pause * 2).min(FOLLOW_PAUSE_MAX);
        }
    }

    /// Takes in what the log holds beyond the folded copy.
    pub fn catch_up(&self) -> Boxed<'_, Result<(), Failure>> {
        Box::pin(async move {
            let known = Arc::clone(&self.reference.read().unwrap_or_else(PoisonError::into_inner));
            let mut reference = (*known).clone();
            let head = self.store.head().position;
            reference.extend(&self.store, &self.keys, head).await?;
            *self.reference.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(reference);
            self.doubtful.settle(head);
            Ok(())
        })
    }
}
