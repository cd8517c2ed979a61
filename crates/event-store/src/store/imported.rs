//! Leaves that another store has numbered, as they come: read, and cut into groups.

use super::request::{APPEND_BYTES_MAX, EVENT_BYTES_MAX, EVENTS_MAX};
use crate::ids::Hash;
use crate::log::Recorded;
use crate::record::leaf::{self, Leaf};
use crate::record::tree;
use crate::store::append::AppendError;

/// A foreign event whose leaf has been read and found canonical.
pub(crate) struct Imported {
    pub recorded: Recorded,
    pub leaf: Leaf,
    pub hash: Hash,
}

impl Imported {
    /// Reads a leaf as strictly as an auditor does.
    pub fn read(recorded: &Recorded) -> Result<Self, AppendError> {
        let at = recorded.position;
        let leaf =
            leaf::read(&recorded.leaf).map_err(|refused| AppendError::Invalid(format!("position {at}: {refused}")))?;
        if leaf.boxes.len() != recorded.boxes.len() {
            return Err(AppendError::Invalid(format!(
                "position {at}: the leaf names {} boxes, {} came with it",
                leaf.boxes.len(),
                recorded.boxes.len()
            )));
        }
        let bytes = bytes_of(recorded);
        if bytes > EVENT_BYTES_MAX {
            return Err(AppendError::Invalid(format!(
                "position {at}: {bytes} bytes of leaf and boxes, of which at most {EVENT_BYTES_MAX} are allowed"
            )));
        }
        Ok(Self { hash: tree::leaf_hash(&recorded.leaf), recorded: recorded.clone(), leaf })
    }
}

/// Cuts foreign events into groups that one batch may hold.
pub(crate) fn groups(events: &[Recorded]) -> impl Iterator<Item = &[Recorded]> {
    let mut rest = events;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fitting = rest
            .iter()
            .take(EVENTS_MAX)
            .take_while(|event| {
                bytes += bytes_of(event);
                bytes <= APPEND_BYTES_MAX
            })
            .count();
        // One event that is too large alone still goes on, to be refused by name.
        let (group, after) = rest.split_at(fitting.max(1).min(rest.len()));
        rest = after;
        (!group.is_empty()).then_some(group)
    })
}

fn bytes_of(event: &Recorded) -> usize {
    event.leaf.len() + event.boxes.iter().map(bytes::Bytes::len).sum::<usize>()
}
