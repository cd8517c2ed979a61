//! Instants and positions: which leaf was the newest at an instant, and when a leaf was recorded.

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::decode::instant;
use crate::write::failure::Failure;
use chrono::{DateTime, Utc};
use event_store::{Position, StreamId};

impl Casework {
    /// The largest position whose leaf was recorded at or before an instant; 0 where there is none.
    ///
    /// `recorded_at` never decreases along the log (FORMAT §1), so halving finds it in about twenty reads per million
    /// leaves.
    #[boxed]
    pub async fn position_at(&self, at: DateTime<Utc>) -> Result<Position, Failure> {
        let (mut known, mut beyond) = (0, self.store.head().position.0 + 1);
        while beyond - known > 1 {
            let middle = known + (beyond - known) / 2;
            if self.recorded_at(Position(middle)).await? <= at {
                known = middle;
            } else {
                beyond = middle;
            }
        }
        Ok(Position(known))
    }

    /// Whether the log holds a stream, such as that of an issue which a body names.
    #[boxed]
    pub async fn holds(&self, stream: &StreamId) -> Result<bool, Failure> {
        Ok(self.store.stream_head(stream).await?.version.0 > 0)
    }

    /// When the leaf at a position was recorded.
    ///
    /// Errors: [`Failure::BeyondHead`].
    #[boxed]
    pub async fn recorded_at(&self, position: Position) -> Result<DateTime<Utc>, Failure> {
        let recorded = self.store.event(position).await?.ok_or(Failure::BeyondHead)?;
        Ok(instant(recorded.text()?.recorded_at))
    }

    /// The stream of the leaf at a position.
    ///
    /// Errors: [`Failure::BeyondHead`].
    #[boxed]
    pub async fn stream_at(&self, position: Position) -> Result<StreamId, Failure> {
        let recorded = self.store.event(position).await?.ok_or(Failure::BeyondHead)?;
        Ok(recorded.leaf()?.stream)
    }
}
