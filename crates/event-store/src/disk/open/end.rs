//! Where a journal that was read ends.

use crate::disk::journal::read::Rest;
use crate::disk::journal::scan::{Mark, Segments, Trouble};
use crate::disk::journal::tree_mark::Frontier;

/// The journal's end.
pub(crate) struct End {
    pub mark: Mark,
    pub rest: Rest,
    /// Size before the first event that was read now.
    pub verified_from: u64,
}

/// The tree at a size that is no larger than that of the end; `None` when no frame reaches it.
pub(super) fn tree_at(segments: &Segments, end: &End, size: u64) -> Result<Option<Frontier>, Trouble> {
    if size == end.mark.tree.size() {
        return Ok(Some(end.mark.tree.clone()));
    }
    segments.tree_at(size)
}
