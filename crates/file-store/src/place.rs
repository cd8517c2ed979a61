//! Where one file lies, or is to lie.

use object_store::ObjectStore;
use object_store::path::Path;
use std::sync::Arc;

/// Where one file lies, or is to lie.
#[derive(Clone)]
pub(crate) struct Place {
    /// The store.
    pub objects: Arc<dyn ObjectStore>,
    /// Its name there.
    pub at: Path,
    /// Chunks that are handled at once: what one file on its way takes of memory.
    pub at_once: usize,
}
