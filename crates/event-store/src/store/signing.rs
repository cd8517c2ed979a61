//! The checkpoint over the durable head.

use super::EventStore;
use super::last_note::Note;
use super::reading::READ_MAX;
use crate::disk::keys::{KeyDirectory, SignError};
use crate::ids::{Hash, Position};
use crate::log::LogError;
use crate::record::proof::ProofError;
use crate::record::tree::Edge;
use std::sync::Arc;

/// How often a checkpoint is begun anew because another one was signed meanwhile.
const OVERTAKEN_MAX: usize = 8;

/// Why there is no checkpoint.
#[derive(Clone, Debug, thiserror::Error)]
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

impl EventStore {
    /// A signed note over every leaf acknowledged before the call. Whoever asks while one is being signed shares the
    /// next signature. Only the durable head is signed, and only if it extends what was signed last.
    ///
    /// A log that is shorter than what was signed, or does not begin with it, is not the log that was signed: its writer
    /// is stopped, for whatever it went on to record could never be signed.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub async fn checkpoint(&self, keys: &Arc<KeyDirectory>) -> Result<String, CheckpointError> {
        let wanted = self.head().position.0;
        let mut last = self.writer.last_note.0.lock().await;
        if let Some(note) = last.as_ref().filter(|note| note.size >= wanted) {
            return Ok(note.text.clone());
        }
        let signed = self.sign(keys).await;
        self.writer.shared.signing(signed.as_ref().err().map(ToString::to_string));
        if let Err(CheckpointError::Sign(error @ (SignError::Behind { .. } | SignError::Fork { .. }))) = &signed {
            self.writer.shared.poison(&error.to_string());
        }
        let note = signed?;
        let text = note.text.clone();
        *last = Some(note);
        Ok(text)
    }

    /// Why the newest attempt to sign a checkpoint failed; `None` when it succeeded, or there was none.
    pub fn signing(&self) -> Option<String> {
        self.writer.shared.signing_trouble()
    }

    async fn sign(&self, keys: &Arc<KeyDirectory>) -> Result<Note, CheckpointError> {
        let mut overtaken = 0;
        loop {
            // The head may have moved while this waited its turn; the newest covers everyone who waits behind.
            let edge = self.writer.shared.edge();
            let (size, root) = (edge.size(), edge.root());
            let (from, from_root) = keys.last_signed().unwrap_or_default();
            // A log that is shorter than what was signed has no proof to offer; the keys say so.
            let consistency = if from <= size { self.consistency(from, size).await? } else { Vec::new() };
            let keys = Arc::clone(keys);
            // Signing waits for a disk.
            let signed = tokio::task::spawn_blocking(move || keys.sign(from, size, root, &consistency))
                .await
                .map_err(|_| CheckpointError::Interrupted)?;
            match signed {
                Ok(text) => return Ok(Note { size, text }),
                // Somebody else with the same keys was faster.
                Err(SignError::OtherStart { .. }) if overtaken < OVERTAKEN_MAX => overtaken += 1,
                Err(SignError::Fork { .. }) if self.does_extend(&edge, from, from_root).await? => {
                    let why = format!("the tiles do not prove that {size} leaves extend {from}, though they do");
                    return Err(ProofError::from(LogError::Damaged(why)).into());
                }
                Err(
                    error @ (SignError::OtherStart { .. }
                    | SignError::Behind { .. }
                    | SignError::Fork { .. }
                    | SignError::Io(_)),
                ) => return Err(error.into()),
            }
        }
    }

    /// Whether the leaves themselves, without any tile, extend what was signed. Asked only where a proof failed: of
    /// that, a damaged tile must not be the cause.
    ///
    /// # Errors
    /// When the leaves cannot be read, or are not those of the tree; then nothing is known.
    async fn does_extend(&self, edge: &Edge, from: u64, from_root: Hash) -> Result<bool, ProofError> {
        let mut read = Edge::new();
        let mut extends = from == 0;
        while read.size() < edge.size() {
            let page = self.log.read_all(Position(read.size()), READ_MAX).await?;
            let missing = usize::try_from(edge.size() - read.size()).unwrap_or(usize::MAX);
            if page.is_empty() {
                return Err(LogError::Damaged(format!("position {} cannot be read", read.size() + 1)).into());
            }
            for event in page.iter().take(missing) {
                read.push(event.hash());
                extends |= read.size() == from && read.root() == from_root;
            }
        }
        if read.root() != edge.root() {
            return Err(LogError::Damaged("the leaves that are read are not those of the tree".to_owned()).into());
        }
        Ok(extends)
    }
}
