//! The subjects of listed issues: rows hold them as sealed boxes, which are opened for the page that shows them.

use casework::personal::{BoxAt, Part};
use casework::read::cache::{Cache, Size};
use event_store::Hash;
use read_models::SealedText;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;

/// Bytes of subjects that were opened: some fifteen thousand, what the first pages of all lists hold.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// The subject of a listed issue; nothing where its row has none.
pub(crate) type Subject = Arc<Option<Part>>;

/// What boxes were found to say, by all that opening them takes but the key: a row that was changed is another one. Keys
/// are never destroyed in this release; whatever destroys one must have this forgotten.
#[derive(Clone)]
pub(crate) struct Opened(pub(super) Arc<Cache<Hash, Option<Part>>>);

impl Default for Opened {
    fn default() -> Self {
        Self(Arc::new(Cache::new(BYTES_MAX)))
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened")
    }
}

impl Opened {
    /// How many there are, and about how many bytes they take.
    pub fn size(&self) -> Size {
        self.0.size()
    }
}

/// The text of a subject that is not erased.
pub(crate) fn said_text(part: &Part) -> Option<&str> {
    match part {
        Part::Open(text) => text.as_str(),
        Part::Erased => None,
    }
}

pub(super) fn place(text: &SealedText) -> BoxAt<'_> {
    BoxAt {
        stream: &text.stream,
        version: text.version,
        index: usize::try_from(text.index).unwrap_or(usize::MAX),
        subject: text.subject,
        commitment: &text.commitment,
        bytes: &text.bytes,
    }
}

/// All that opening a box takes but the key, and which of its texts is wanted, in one digest.
pub(super) fn mark(text: &SealedText) -> Hash {
    let SealedText { subject, stream, version, index, member, commitment, bytes } = text;
    let mut all = Sha256::new();
    // What has one length comes first, so that no two texts are the same bytes.
    for fixed in [&subject.0[..], &version.0.to_be_bytes(), &index.to_be_bytes(), commitment] {
        all.update(fixed);
    }
    for text in [stream.as_str(), member.as_str()] {
        all.update(text);
        all.update([0]);
    }
    all.update(bytes);
    all.finalize().into()
}
