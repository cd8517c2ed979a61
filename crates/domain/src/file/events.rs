//! The facts of a file, as stored (FORMAT §7).

use crate::event_type::events;
use crate::vocabulary::FileKind;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `file/<uuid>`.
    FileEvent {
        /// A file was stored.
        Stored(FileStored) = "file.stored"/1, "",
            "存入一个附件。", "A file was stored.";
    }
}

/// `file.stored/1`. When it was taken is the leaf's `occurred_at`; name, media type, length, the key of its bytes and the
/// commitment to them are in its box of class `file` (FORMAT §4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileStored {
    /// Its kind.
    pub kind: FileKind,
}
