//! A file on its way in: sealed chunk by chunk as its bytes come, and nowhere in clear.

use crate::error::FileError;
use crate::place::Place;
use crate::seal::{CHUNK_BYTES, Chunks, Commitment, FileKey, SEALED_BYTES, drawn};
use object_store::{MultipartUpload, ObjectStoreExt as _, PutPayload};
use uuid::Uuid;
use zeroize::Zeroizing;

/// A file on its way in. One that is dropped leaves nothing that has a name.
pub struct Incoming {
    place: Place,
    key: FileKey,
    chunks: Chunks,
    commitment: Commitment,
    /// Bytes of the chunk that is not sealed yet; a full one waits until it is known whether it is the last.
    pending: Zeroizing<Vec<u8>>,
    /// What is sealed and not written.
    sealed: Vec<u8>,
    /// Chunks sealed so far.
    number: u64,
    bytes: u64,
    upload: Box<dyn MultipartUpload>,
}

/// What came in.
#[derive(Debug)]
pub struct Received {
    /// How many bytes; where there are none, nothing is kept.
    pub bytes: u64,
    /// What its leaf commits to.
    pub commitment: [u8; 32],
    /// What opens it.
    pub key: FileKey,
}

impl Incoming {
    pub(crate) async fn begin(place: Place, id: Uuid, r: &[u8; 32]) -> Result<Self, FileError> {
        let random = |error: getrandom::Error| FileError::Unavailable(error.to_string());
        let (key, prefix) = (FileKey(drawn().map_err(random)?), drawn().map_err(random)?);
        let upload = place.objects.put_multipart(&place.at).await?;
        let mut sealed = Vec::with_capacity(prefix.len() + place.at_once * SEALED_BYTES);
        sealed.extend_from_slice(&prefix);
        Ok(Self {
            chunks: Chunks::new(&key, prefix, id),
            place,
            key,
            commitment: Commitment::under(r),
            pending: Zeroizing::new(Vec::with_capacity(CHUNK_BYTES)),
            sealed,
            number: 0,
            bytes: 0,
            upload,
        })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where they cannot be written; nothing of the file is kept then.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), FileError> {
        self.commitment.update(bytes);
        self.bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.pending.len() == CHUNK_BYTES {
                self.seal(false)?;
                if self.sealed.len() >= self.place.at_once * SEALED_BYTES {
                    self.put().await?;
                }
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK_BYTES - self.pending.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// How many bytes came so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Ends it: all is written, and durable, on its way in. [`crate::FileStore::keep`] gives it its name.
    ///
    /// # Errors
    /// As those of [`Incoming::write`].
    pub async fn finish(mut self) -> Result<Received, FileError> {
        let ended = match self.bytes {
            0 => self.upload.abort().await.map_err(FileError::from),
            _ => self.complete().await,
        };
        if let Err(error) = ended {
            self.abandon().await;
            return Err(error);
        }
        let Self { bytes, commitment, key, .. } = self;
        Ok(Received { bytes, commitment: commitment.finish(), key })
    }

    /// Gives it up: nothing of it is kept.
    pub async fn abandon(mut self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, at = %self.place.at, "a file that was given up is swept at the next opening");
        }
    }

    async fn complete(&mut self) -> Result<(), FileError> {
        self.seal(true)?;
        self.put().await?;
        self.upload.complete().await?;
        Ok(())
    }

    fn seal(&mut self, last: bool) -> Result<(), FileError> {
        let sealed = self.chunks.seal(self.number, last, &self.pending);
        let sealed = sealed.ok_or_else(|| FileError::Unavailable("the cipher takes no more".to_owned()))?;
        self.sealed.extend_from_slice(&sealed);
        self.pending.clear();
        self.number += 1;
        Ok(())
    }

    async fn put(&mut self) -> Result<(), FileError> {
        let capacity = self.place.at_once * SEALED_BYTES;
        let part = std::mem::replace(&mut self.sealed, Vec::with_capacity(capacity));
        self.upload.put_part(PutPayload::from(part)).await.map_err(FileError::from)
    }
}
