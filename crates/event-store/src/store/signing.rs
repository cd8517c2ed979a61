//! The checkpoint over the durable head.

use super::EventStore;
use crate::keys::{KeyDirectory, SignError};
use crate::proof::ProofError;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Why there is no checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The proof that the log extends what was signed last could not be read.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The key directory refused, or could not note the signature down.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The signing task was lost in a shutdown.
    #[error("the signing was interrupted")]
    Interrupted,
}

/// The newest note, shared by all who ask at once.
#[derive(Default)]
pub(super) struct LastNote(Mutex<Option<Note>>);

struct Note {
    size: u64,
    text: String,
}

impl EventStore {
    /// A signed note over every leaf acknowledged before the call. Whoever asks while one is being signed shares the
    /// next signature. Only the durable head is signed, and only if it extends what was signed last.
    ///
    /// # Errors
    /// See [`CheckpointError`]; a refusal of the key directory should stop the log.
    pub async fn checkpoint(&self, keys: &Arc<KeyDirectory>) -> Result<String, CheckpointError> {
        let wanted = self.head().position.0;
        let mut last = self.writer.last_note.0.lock().await;
        if let Some(note) = last.as_ref().filter(|note| note.size >= wanted) {
            return Ok(note.text.clone());
        }
        // The head may have moved while this waited its turn; the newest covers everyone who waits behind.
        let edge = self.writer.shared.edge();
        let (size, root) = (edge.size(), edge.root());
        let signed = keys.last_signed().map_or(0, |(size, _)| size);
        // A log that is shorter than what was signed has no proof to offer; the keys say so.
        let consistency = if signed <= size { self.consistency(signed, size).await? } else { Vec::new() };
        let keys = Arc::clone(keys);
        // Signing waits for a disk.
        let text = tokio::task::spawn_blocking(move || keys.sign(size, root, &consistency))
            .await
            .map_err(|_| CheckpointError::Interrupted)??;
        *last = Some(Note { size, text: text.clone() });
        Ok(text)
    }
}
