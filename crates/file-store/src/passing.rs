//! Bytes on their way to one reader that are too many for memory: sealed under a key that nobody keeps, in a file without a
//! name. They are gone with whoever holds them, also when the process ends at once, and leave the log its room.

use crate::room;
use crate::seal::{CHUNK_BYTES, Chunks, FileKey, SEALED_BYTES, chunks_of, drawn};
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Seek as _, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Bytes that are being written. A few stay in memory.
pub struct Passing {
    directory: PathBuf,
    in_memory: usize,
    bytes_max: u64,
    bytes: u64,
    /// Those that are in no chunk yet.
    held: Vec<u8>,
    laid: Option<Laid>,
}

/// Chunks between two looks at the room that is left.
const CHUNKS_A_LOOK: u64 = 16;

/// The file, and how many chunks are in it.
struct Laid {
    directory: PathBuf,
    file: File,
    chunks: Chunks,
    written: u64,
}

/// All that was written.
pub enum Passed {
    /// It was little.
    InMemory(Vec<u8>),
    /// To be read once, from its beginning.
    OnDisk(PassedFile),
}

/// What lies on the disk until this is dropped.
pub struct PassedFile {
    laid: Laid,
    bytes: u64,
    read: u64,
}

impl Passing {
    /// Nothing yet. Up to `in_memory` bytes stay in memory; more lie in `directory`, and more than `bytes_max` are refused.
    pub fn to(directory: &Path, in_memory: usize, bytes_max: u64) -> Self {
        Self { directory: directory.to_owned(), in_memory, bytes_max, bytes: 0, held: Vec::new(), laid: None }
    }

    /// Whether so many bytes more bring it to the disk, where nothing of it is yet.
    pub fn would_lie(&self, more: usize) -> bool {
        self.laid.is_none() && self.held.len().saturating_add(more) > self.in_memory
    }

    /// What was written, as a whole.
    ///
    /// # Errors
    /// Where the disk does not take the last of it.
    pub fn done(mut self) -> io::Result<Passed> {
        let Some(mut laid) = self.laid.take() else { return Ok(Passed::InMemory(self.held)) };
        laid.write(&self.held, true)?;
        laid.file.rewind()?;
        Ok(Passed::OnDisk(PassedFile { laid, bytes: self.bytes, read: 0 }))
    }
}

impl Write for Passing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let all = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if all > self.bytes_max {
            return Err(ErrorKind::FileTooLarge.into());
        }
        if self.would_lie(bytes.len()) {
            self.laid = Some(Laid::in_directory(&self.directory)?);
        }
        self.bytes = all;
        self.held.extend_from_slice(bytes);
        if let Some(laid) = &mut self.laid {
            // What is full now may be the last chunk, which is sealed as such.
            let mut full = 0;
            while self.held.len() - full > CHUNK_BYTES {
                laid.write(&self.held[full..full + CHUNK_BYTES], false)?;
                full += CHUNK_BYTES;
            }
            self.held.drain(..full);
            self.held.shrink_to(2 * CHUNK_BYTES);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Laid {
    fn in_directory(directory: &Path) -> io::Result<Self> {
        let key = FileKey(drawn()?);
        let chunks = Chunks::new(&key, drawn()?, Uuid::nil());
        Ok(Self { directory: directory.to_owned(), file: tempfile::tempfile_in(directory)?, chunks, written: 0 })
    }

    fn write(&mut self, chunk: &[u8], last: bool) -> io::Result<()> {
        if self.written.is_multiple_of(CHUNKS_A_LOOK) && !room::is_left(&self.directory)? {
            return Err(ErrorKind::StorageFull.into());
        }
        let sealed = self.chunks.seal(self.written, last, chunk).ok_or(ErrorKind::InvalidInput)?;
        self.file.write_all(&sealed)?;
        self.written += 1;
        Ok(())
    }
}

impl PassedFile {
    /// How many bytes there are.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next of them; `None` behind the last.
    ///
    /// # Errors
    /// Where the disk does not give them, or gives others than were written.
    pub fn next_piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        let chunks = chunks_of(self.bytes);
        if self.read == chunks {
            return Ok(None);
        }
        let last = self.read + 1 == chunks;
        let mut sealed = Vec::with_capacity(SEALED_BYTES);
        let file = &self.laid.file;
        file.take(u64::try_from(SEALED_BYTES).unwrap_or(u64::MAX)).read_to_end(&mut sealed)?;
        let chunk = self.laid.chunks.open(self.read, last, &sealed).ok_or(ErrorKind::InvalidData)?;
        self.read += 1;
        Ok(Some(chunk))
    }
}

impl fmt::Debug for PassedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassedFile").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
