//! The newest checkpoint.

use tokio::sync::Mutex;

/// The newest note, shared by all who ask at once.
#[derive(Default)]
pub(super) struct LastNote(pub Mutex<Option<Note>>);

/// A signed note over the first `size` leaves.
pub(super) struct Note {
    pub size: u64,
    pub text: String,
}
