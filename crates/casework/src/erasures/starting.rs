//! What is looked at before anything is served: that the key of the newest epoch is there, that none of an earlier one has
//! come back, and what a stop cut short.

use super::carrying_out::{CarriedOut, key_trouble};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::write::failure::Failure;
use domain::erasure::{ErasureEvent, ErasureReapplied};
use event_store::keys::KeyDirectory;
use event_store::{EventStore, StreamId, Version};

/// That the key directory has the key under which the newest ring is wrapped.
///
/// # Errors
/// A fault that names the file which is missing: without it nothing of before can be opened, and nobody was erased.
pub(crate) async fn newest_epoch_is_there(store: &EventStore, keys: &KeyDirectory) -> Result<(), Failure> {
    let Some(ring) = store.keys_of_log().ring().await? else { return Ok(()) };
    if keys.kek_of(ring.epoch).is_some() {
        return Ok(());
    }
    let (has, dir) = (keys.kek().epoch, keys.directory().map(|dir| dir.display().to_string()).unwrap_or_default());
    Err(Failure::Fault(format!(
        "the data are of epoch {epoch}, the newest key in {dir} is kek-{has}.key: kek-{epoch}.key is missing; put back a \
         backup of the keys that was made after the last erasure",
        epoch = ring.epoch,
    )))
}

impl Casework {
    /// Gone through at the start, before anything is served: what was begun is carried out to its end, and keys of earlier
    /// epochs that came back are destroyed again (`erasure.reapplied`).
    ///
    /// # Errors
    /// As for [`Casework::carry_out_erasures`].
    #[boxed]
    pub async fn settle_erasures(&self) -> Result<CarriedOut, Failure> {
        let done = self.resume_erasures().await?;
        let reference = self.reference();
        let newest = self.keys.kek().epoch;
        // Of an epoch that no erasure ended nothing was to be destroyed.
        if reference.erasures.epoch() < newest || self.keys.before_newest().map_err(key_trouble)?.is_empty() {
            return Ok(done);
        }
        let destroyed = self.keys.destroy_before_newest().map_err(key_trouble)?;
        self.keys.forget_before_newest();
        tracing::warn!(?destroyed, epoch = newest, "keys of earlier epochs had come back and were destroyed again");
        if let Some(last) = reference.erasures.last_completed() {
            let stream = StreamId::of("erasure", last.id.0);
            let key = format!("erasure {} reapplied after version {}", last.id, last.version);
            let event = ErasureEvent::Reapplied(ErasureReapplied { epoch: newest });
            self.record_by_clock(&key, stream, Version(last.version), event.into()).await?;
            self.catch_up_with_log().await?;
        }
        Ok(done)
    }

    /// Goes on with what a stop cut short; begins nothing.
    async fn resume_erasures(&self) -> Result<CarriedOut, Failure> {
        let ring = self.store.keys_of_log().ring().await?;
        let reference = self.reference();
        let begun = ring.as_ref().is_some_and(|ring| ring.epoch > reference.erasures.epoch());
        let half = ring.as_ref().is_none_or(|ring| ring.epoch < self.keys.kek().epoch) && self.keys.epochs().len() > 1;
        if begun || half {
            return self.carry_out_erasures(self.now(), &|| {}).await;
        }
        Ok(CarriedOut::default())
    }
}
