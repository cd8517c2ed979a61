//! What the read models hold in memory.

use super::ReadModels;
use crate::engine::database::{LONG_READERS, READERS};
use crate::engine::sqlite::{LONG_READER_CACHE_BYTES, READER_CACHE_BYTES, WRITER_CACHE_BYTES};
use crate::engine::{pages, replay};
use std::sync::atomic::Ordering;

/// A cache, and what it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheMemory {
    /// Which.
    pub name: &'static str,
    /// Bytes that it takes, as far as they are counted; of SQLite's pages, those that it may take.
    pub bytes: usize,
    /// Bytes that it takes at most.
    pub bytes_max: usize,
}

impl ReadModels {
    /// Every cache of the read models.
    pub fn memory(&self) -> Vec<CacheMemory> {
        let inner = &*self.inner;
        let folds = inner.models.iter().map(|model| model.memory.load(Ordering::Relaxed));
        let folds_max = inner.models.iter().map(|model| model.definition.memory_max);
        let (figures, figures_max) = inner.figures.bytes();
        // Each connection takes what it is given, and no page lies outside of them.
        let sqlite = WRITER_CACHE_BYTES + READERS * READER_CACHE_BYTES + LONG_READERS * LONG_READER_CACHE_BYTES;
        let cache = |name, bytes, bytes_max| CacheMemory { name, bytes, bytes_max };
        vec![
            cache(
                "read_models_log",
                inner.context.pages.bytes() + inner.context.log.bytes(),
                pages::KEPT_BYTES_MAX + replay::KEPT_BYTES_MAX,
            ),
            cache("read_models_folds", folds.sum(), folds_max.sum()),
            cache("read_models_answers", figures, figures_max),
            cache("read_models_sqlite", sqlite, sqlite),
        ]
    }
}
