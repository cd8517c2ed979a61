//! Proofs, tiles and entry bundles over what is durable, for auditors.

use super::EventStore;
use crate::ids::{Hash, Position};
use crate::log::LogError;
use crate::record::proof::{ProofError, TreeReader};
use crate::record::tiles;
use crate::record::tree::TILE_WIDTH;

/// Events that are read at once for a bundle.
const BUNDLE_STEP: usize = 16;

impl EventStore {
    /// The root over the first `size` leaves.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] beyond the head.
    pub async fn root_at(&self, size: u64) -> Result<Hash, ProofError> {
        let edge = self.writer.shared.edge();
        TreeReader::new(&*self.log, &edge).root_at(size).await
    }

    /// The proof that the leaf at a position is in the tree of `size` leaves (RFC 6962 §2.1.1).
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] unless 1 ≤ position ≤ size ≤ head.
    pub async fn inclusion(&self, position: Position, size: u64) -> Result<Vec<Hash>, ProofError> {
        let edge = self.writer.shared.edge();
        let mut reader = TreeReader::new(&*self.log, &edge);
        reader.inclusion(position, size).await
    }

    /// The proof that the tree of `to` leaves extends that of `from` leaves (RFC 6962 §2.1.2).
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] unless from ≤ to ≤ head.
    pub async fn consistency(&self, from: u64, to: u64) -> Result<Vec<Hash>, ProofError> {
        let edge = self.writer.shared.edge();
        TreeReader::new(&*self.log, &edge).consistency(from, to).await
    }

    /// The first `width` (256: the full tile) hashes of a tile, 32 bytes each; `None` when it holds fewer, or the
    /// width is not 1 to 256.
    pub async fn hash_tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>, LogError> {
        let edge = self.writer.shared.edge();
        let mut reader = TreeReader::new(&*self.log, &edge);
        reader.hash_tile(level, index, width).await
    }

    /// The first `width` (256: the full bundle) leaves of an entry bundle, each behind its length (FORMAT §3); `None`
    /// when the log holds fewer, or the width is not 1 to 256.
    pub async fn entry_bundle(&self, index: u64, width: u16) -> Result<Option<Vec<u8>>, LogError> {
        let wanted = usize::from(width);
        if !(1..=TILE_WIDTH).contains(&wanted) {
            return Ok(None);
        }
        let Some(first) = index.checked_mul(TILE_WIDTH as u64) else {
            return Ok(None);
        };
        if first.saturating_add(u64::from(width)) > self.head().position.0 {
            return Ok(None);
        }
        let mut bundle = Vec::new();
        let end = first + u64::from(width);
        let mut after = first;
        // In steps, because events come with their boxes, which may be long and are not part of a bundle.
        while after < end {
            let step = usize::try_from(end - after).unwrap_or(BUNDLE_STEP).min(BUNDLE_STEP);
            let events = self.log.read_all(Position(after), step).await?;
            if events.len() != step {
                let read = events.len();
                return Err(LogError::Damaged(format!("{read} leaves of {step} were read after position {after}")));
            }
            bundle.extend(tiles::entry_bundle(&events).ok_or_else(|| {
                LogError::Damaged(format!("a leaf after position {after} is longer than a leaf can be"))
            })?);
            after += step as u64;
        }
        Ok(Some(bundle))
    }
}
