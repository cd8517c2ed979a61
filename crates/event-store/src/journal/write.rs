//! The journal's end: appends one frame per group and starts new segments.

use super::frame;
use super::scan::{Mark, Segments};
use super::segment::{self, Header};
use super::spare::Spare;
use crate::files::{Files, OpenFile};
use crate::ids::Position;
use crate::log::{Batch, LogError, LogHead};
use std::io;
use std::path::PathBuf;
use uuid::Uuid;

/// How a journal is written.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub files: Files,
    pub dir: PathBuf,
    /// Length of a new segment, bytes. A longer frame gets a longer segment.
    pub segment_bytes: u64,
    /// Free space that is left to others, bytes.
    pub reserve_bytes: u64,
}

/// The writer. After an error other than [`LogError::Full`] it must not be used again: what is on disk is not known.
#[derive(Debug)]
pub(crate) struct Journal {
    settings: Settings,
    log_id: Uuid,
    spare: Spare,
    active: Active,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Active {
    file: OpenFile,
    first: Position,
    identity: u32,
    offset: u64,
    bytes: u64,
}

impl Journal {
    /// A new journal with one empty segment.
    pub fn create(settings: Settings, log_id: Uuid) -> io::Result<Self> {
        settings.files.create_dir(&settings.dir)?;
        let mut spare = settings.spare()?;
        let header =
            Header { log_id, first: Position(1), previous: Position(0), last_recorded_at: 0, frontier: Vec::new() };
        let active = start(&settings, &mut spare, &header, 0)?;
        spare.prepare();
        Ok(Self { settings, log_id, spare, active, buffer: Vec::new() })
    }

    /// Goes on behind a mark in the last segment. `torn_to`: bytes up to there are overwritten with zeros first.
    pub fn open(settings: Settings, segments: &Segments, end: &Mark, torn_to: Option<u64>) -> io::Result<Self> {
        let last = segments.last().filter(|last| last.header.first == end.segment);
        let last = last.ok_or_else(|| io::Error::other("the journal's end is not in its last segment"))?;
        let file = settings.files.open(&last.path)?;
        if let Some(to) = torn_to {
            let bytes = usize::try_from(to.saturating_sub(end.offset)).unwrap_or(usize::MAX);
            file.write_at(end.offset, &vec![0; bytes])?;
        }
        // Also when nothing was cut: frames that were written but not synced when the process died are readable now
        // and count from now on, so they must be durable before anything is built on them.
        file.sync_data()?;
        // The same goes for the segment's name.
        settings.files.sync_dir(&settings.dir)?;
        let active = Active {
            bytes: file.len()?,
            file,
            first: last.header.first,
            identity: last.header.identity(),
            offset: end.offset,
        };
        let mut spare = settings.spare()?;
        spare.prepare();
        Ok(Self { log_id: last.header.log_id, settings, spare, active, buffer: Vec::new() })
    }

    /// Appends a group behind `head` and makes it durable.
    ///
    /// # Errors
    /// [`LogError::Full`]: nothing was written, and the journal is as before. [`LogError::Io`]: not known.
    pub fn append(&mut self, head: &LogHead, batch: &Batch) -> Result<(), LogError> {
        let first = Position(head.size + 1);
        frame::encode(&mut self.buffer, self.active.identity, first, batch)?;
        let end = self.active.offset + self.buffer.len() as u64;
        if end > self.active.bytes {
            if first == self.active.first {
                // A segment without events cannot be followed by another of the same name; the file grows instead.
                self.active.bytes = end;
            } else {
                self.roll(head)?;
                // Another segment, another identity in the checksum.
                frame::encode(&mut self.buffer, self.active.identity, first, batch)?;
            }
        }
        if let Err(error) = self.active.file.write_at(self.active.offset, &self.buffer) {
            return Err(self.take_back(&error));
        }
        self.active.file.sync_data().map_err(|error| LogError::Io(error.to_string()))?;
        self.active.offset += self.buffer.len() as u64;
        Ok(())
    }

    /// Which log this is.
    pub fn log_id(&self) -> Uuid {
        self.log_id
    }

    /// A write that found no room is undone, so that the log can go on when there is room again.
    fn take_back(&self, error: &io::Error) -> LogError {
        let unknown = LogError::Io(error.to_string());
        if error.kind() != io::ErrorKind::StorageFull {
            return unknown;
        }
        let zeros = vec![0; self.buffer.len()];
        let undone = self.active.file.write_at(self.active.offset, &zeros).and_then(|()| self.active.file.sync_data());
        if undone.is_ok() { LogError::Full } else { unknown }
    }

    fn roll(&mut self, head: &LogHead) -> Result<(), LogError> {
        let header = Header {
            log_id: self.log_id,
            first: Position(head.size + 1),
            previous: self.active.first,
            last_recorded_at: head.last_recorded_at,
            frontier: head.frontier.clone(),
        };
        let frame_bytes = self.buffer.len() as u64;
        self.active = start(&self.settings, &mut self.spare, &header, frame_bytes).map_err(full_or_io)?;
        self.spare.prepare();
        Ok(())
    }
}

impl Settings {
    fn spare(&self) -> io::Result<Spare> {
        Spare::new(&self.files, &self.dir, self.segment_bytes, self.reserve_bytes)
    }
}

/// Turns the spare file into a segment: header, sync, name, directory synced. Before that no frame may be written to it.
fn start(settings: &Settings, spare: &mut Spare, header: &Header, frame_bytes: u64) -> io::Result<Active> {
    let wanted = segment::HEADER_BYTES as u64 + frame_bytes;
    let file = spare.take(wanted)?;
    file.write_at(0, &header.encode())?;
    file.sync_data()?;
    let path = segment::path(&settings.dir, header.first);
    // From here on an error leaves it open whether there is a new segment, so it must not look like a full disk, after
    // which the old segment would be written on.
    let unknown = |error: io::Error| io::Error::other(error.to_string());
    settings.files.rename(spare.path(), &path).map_err(unknown)?;
    settings.files.sync_dir(&settings.dir).map_err(unknown)?;
    Ok(Active {
        bytes: file.len()?,
        file,
        first: header.first,
        identity: header.identity(),
        offset: segment::HEADER_BYTES as u64,
    })
}

/// An error after which nothing of importance was written.
pub(crate) fn full_or_io(error: io::Error) -> LogError {
    if error.kind() == io::ErrorKind::StorageFull { LogError::Full } else { LogError::Io(error.to_string()) }
}
