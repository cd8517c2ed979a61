//! The bytes of a table from the thread that makes it to the client that takes it.

use crate::http::slots::Slot;
use crate::limits::{TABLE_BYTES_IN_MEMORY, TABLE_BYTES_MAX};
use actix_web::body::SizedStream;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use bytes::Bytes;
use file_store::{Passed, PassedFile, Passing};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Too many large tables lie about already.
#[derive(Debug)]
pub(super) struct Crowded;

impl fmt::Display for Crowded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many large tables wait to be taken")
    }
}

impl std::error::Error for Crowded {}

/// Where the bytes of a table go.
pub(super) enum Out {
    Plain(Laying),
    Packed(Box<GzEncoder<Laying>>),
}

impl Out {
    /// To a directory, where it is much and few others lie there.
    pub fn to(directory: &Path, lying: &Arc<Semaphore>, packed: bool) -> Self {
        let passing = Passing::to(directory, TABLE_BYTES_IN_MEMORY, TABLE_BYTES_MAX);
        let laying = Laying { passing, lying: Arc::clone(lying), place: None, failed: false };
        if packed { Self::Packed(Box::new(GzEncoder::new(laying, Compression::fast()))) } else { Self::Plain(laying) }
    }

    /// All that was written.
    pub fn done(self) -> io::Result<Lying> {
        let laying = match self {
            Self::Plain(laying) => laying,
            Self::Packed(packed) => packed.finish()?,
        };
        if laying.failed {
            return Err(io::Error::other("a table goes on after a failure"));
        }
        Ok(Lying { passed: laying.passing.done()?, place: laying.place })
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(laying) => laying.write(bytes),
            Self::Packed(packed) => packed.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(laying) => laying.flush(),
            Self::Packed(packed) => packed.flush(),
        }
    }
}

/// Bytes being laid down, with their place among all that lie on the disk.
pub(super) struct Laying {
    passing: Passing,
    lying: Arc<Semaphore>,
    place: Option<OwnedSemaphorePermit>,
    failed: bool,
}

impl Laying {
    fn lay(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.passing.would_lie(bytes.len()) {
            let place = Arc::clone(&self.lying).try_acquire_owned();
            self.place = Some(place.map_err(|_| io::Error::other(Crowded))?);
        }
        self.passing.write(bytes)
    }
}

impl Write for Laying {
    /// A failure is told once. What writes an archive or packs writes an end, too, when it is given up.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(bytes.len());
        }
        let laid = self.lay(bytes);
        self.failed = laid.is_err();
        laid
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A table to be taken.
pub(super) struct Lying {
    passed: Passed,
    place: Option<OwnedSemaphorePermit>,
}

impl Lying {
    /// The answer with it. A large one is read from the disk as its client takes it, and gone with its connection; what the
    /// disk then does not give breaks the connection off before the announced length. The place of its account is given back
    /// with it.
    pub fn sent_by(self, mut answer: HttpResponseBuilder, export: Option<Slot>) -> HttpResponse {
        match self.passed {
            Passed::InMemory(bytes) => answer.body(bytes),
            Passed::OnDisk(file) => {
                let length = file.bytes();
                let pieces = stream::try_unfold((file, self.place, export), |(file, place, export)| async move {
                    let (piece, file) = web::block(move || next(file)).await.map_err(io::Error::other)??;
                    Ok::<_, io::Error>(piece.map(|piece| (piece, (file, place, export))))
                });
                answer.body(SizedStream::new(length, Box::pin(pieces)))
            }
        }
    }
}

fn next(mut file: PassedFile) -> io::Result<(Option<Bytes>, PassedFile)> {
    let piece = file.next_piece().inspect_err(|error| tracing::error!(%error, "a table breaks off"))?;
    Ok((piece.map(Bytes::from), file))
}

#[cfg(test)]
mod tests;
