//! What the writer shows to readers.

use super::tail::Tail;
use crate::record::tree::Edge;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// What there is besides the head.
#[derive(Default)]
pub(crate) struct Shared {
    poisoned: OnceLock<String>,
    edge: RwLock<Arc<Edge>>,
    signing: RwLock<Option<String>>,
    damage: OnceLock<String>,
    /// Keys of an earlier epoch are no longer taken.
    epoch: AtomicU32,
    /// The newest events.
    pub tail: Tail,
}

impl Shared {
    /// Why nothing is written any more.
    pub fn poisoned(&self) -> Option<&str> {
        self.poisoned.get().map(String::as_str)
    }

    pub fn poison(&self, why: &str) {
        // Only the first reason counts; the later ones follow from it.
        if self.poisoned.set(why.to_owned()).is_ok() {
            tracing::error!(why, "the writer is poisoned; nothing more is recorded");
        }
    }

    /// Keeps how the newest attempt to sign ended: why not, or `None`.
    pub fn signing(&self, trouble: Option<String>) {
        *self.signing.write().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// Keeps the first damage that readers have met.
    pub fn damaged(&self, why: &str) {
        if self.damage.set(why.to_owned()).is_ok() {
            tracing::error!(why, "the record is damaged");
        }
    }

    /// The first damage that readers have met.
    pub fn damage(&self) -> Option<&str> {
        self.damage.get().map(String::as_str)
    }

    /// Why the newest attempt to sign failed.
    pub fn signing_trouble(&self) -> Option<String> {
        self.signing.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The right edge of the tree over what is durable.
    pub fn edge(&self) -> Arc<Edge> {
        Arc::clone(&self.edge.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn set_edge(&self, edge: Edge) {
        *self.edge.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(edge);
    }

    /// The epoch from which on keys are taken.
    pub fn epoch(&self) -> u32 {
        self.epoch.load(Ordering::Acquire)
    }

    pub fn set_epoch(&self, epoch: u32) {
        self.epoch.fetch_max(epoch, Ordering::AcqRel);
    }

    /// Poisons the writer should it panic before this is dropped.
    pub fn guard(self: &Arc<Self>) -> PoisonOnPanic {
        PoisonOnPanic(Arc::clone(self))
    }
}

/// Poisons the writer when it panics. Declared after what callers wait on, so that it is dropped first: whoever finds
/// an answer lost finds the writer poisoned.
pub(crate) struct PoisonOnPanic(Arc<Shared>);

impl Drop for PoisonOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.poison("the writer panicked");
        }
    }
}
