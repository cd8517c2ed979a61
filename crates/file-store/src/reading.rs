//! A file on its way out: whole or in part, opening only the chunks that the part lies in.

use crate::error::FileError;
use crate::place::Place;
use crate::seal::{CHUNK_BYTES, Chunks, FileKey, PREFIX_BYTES, SEALED_BYTES, chunks_of};
use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::try_unfold;
use object_store::ObjectStoreExt as _;
use std::ops::Range;
use uuid::Uuid;

/// A file that is there in its full length.
#[derive(Clone)]
pub struct Reading {
    place: Place,
    chunks: Chunks,
    bytes: u64,
}

impl Reading {
    pub(crate) fn new(place: Place, id: Uuid, key: &FileKey, prefix: [u8; PREFIX_BYTES], bytes: u64) -> Self {
        Self { place, chunks: Chunks::new(key, prefix, id), bytes }
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The chunks `first..end`, opened and put together.
    ///
    /// # Errors
    /// [`FileError::Damaged`] where one is not what was stored there.
    pub async fn chunks(&self, first: u64, end: u64) -> Result<Vec<u8>, FileError> {
        let (count, sealed) = (chunks_of(self.bytes), SEALED_BYTES as u64);
        let end = end.min(count);
        let length = PREFIX_BYTES as u64 + self.bytes + count * (SEALED_BYTES - CHUNK_BYTES) as u64;
        let place = |chunk: u64| (PREFIX_BYTES as u64 + chunk * sealed).min(length);
        let read = self.place.objects.get_range(&self.place.at, place(first)..place(end)).await?;
        let mut opened = Vec::with_capacity(read.len());
        for (number, chunk) in (first..end).zip(read.chunks(SEALED_BYTES)) {
            let chunk = self.chunks.open(number, number + 1 == count, chunk);
            opened.extend_from_slice(&chunk.ok_or_else(|| FileError::Damaged(format!("chunk {number}")))?);
        }
        Ok(opened)
    }

    /// The bytes of a range within the file, piece by piece. What is read at once is bounded, whatever the range.
    pub fn stream(self, range: Range<u64>) -> impl Stream<Item = Result<Bytes, FileError>> + Send + 'static {
        let end = range.end.min(self.bytes);
        try_unfold((self, range.start), move |(reading, from)| async move {
            if from >= end {
                return Ok(None);
            }
            let chunk = CHUNK_BYTES as u64;
            let first = from / chunk;
            let last = (first + reading.place.at_once as u64).min(chunks_of(end));
            let mut opened = Bytes::from(reading.chunks(first, last).await?);
            let starts = first * chunk;
            let until = (last * chunk).min(end);
            let within = |at: u64| usize::try_from(at - starts).unwrap_or(usize::MAX).min(opened.len());
            let (skipped, kept) = (within(from), within(until));
            opened.truncate(kept);
            let piece = opened.split_off(skipped);
            Ok(Some((piece, (reading, until))))
        })
    }
}
