//! The journal's end: appends one frame per group and starts new segments.

use super::frame;
use super::scan::{Mark, Segments};
use super::segment::{self, Header};
use super::spare::Spare;
use crate::disk::files::{Files, OpenDir, OpenFile, is_full};
use crate::ids::Position;
use crate::log::{Batch, LogError, LogHead};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// How a journal is written.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub files: Files,
    pub dir: PathBuf,
    /// Length of the first segment, bytes. A longer frame gets a longer segment.
    pub first_segment_bytes: u64,
    /// Length up to which each segment is twice as long as the one before, bytes.
    pub segment_bytes: u64,
    /// Free space that is left to others, bytes.
    pub reserve_bytes: u64,
}

/// The writer. After an error other than [`LogError::Full`] and [`LogError::NotWritten`] it must not be used again: what
/// is on disk is not known.
#[derive(Debug)]
pub(crate) struct Journal {
    settings: Settings,
    /// Kept open for the life of the journal, so that a new segment needs no descriptor for it when there is none.
    dir: Arc<OpenDir>,
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
        let dir = Arc::new(settings.files.open_dir(&settings.dir)?);
        let mut spare = settings.spare(&dir, settings.first_segment_bytes())?;
        let header =
            Header { log_id, first: Position(1), previous: Position(0), last_recorded_at: 0, frontier: Vec::new() };
        let active = start(&settings, &dir, &mut spare, &header, 0).map_err(NotStarted::into_io)?;
        spare.prepare(settings.bytes_after(active.bytes));
        Ok(Self { settings, dir, log_id, spare, active, buffer: Vec::new() })
    }

    /// Goes on behind a mark in the last segment. `torn_to`: bytes up to there are overwritten with zeros first.
    pub fn open(settings: Settings, segments: &Segments, end: &Mark, torn_to: Option<u64>) -> io::Result<Self> {
        let last = segments.last().filter(|last| last.header.first == end.segment);
        let last = last.ok_or_else(|| io::Error::other("the journal's end is not in its last segment"))?;
        let file = settings.files.open(&last.path)?;
        // One owner also where two directories share a journal.
        file.lock()?;
        if let Some(to) = torn_to {
            let bytes = usize::try_from(to.saturating_sub(end.offset)).unwrap_or(usize::MAX);
            file.write_at(end.offset, &vec![0; bytes])?;
        }
        // Also when nothing was cut: frames that were written but not synced when the process died are readable now
        // and count from now on, so they must be durable before anything is built on them.
        file.sync_data()?;
        // The same goes for the segment's name.
        let dir = Arc::new(settings.files.open_dir(&settings.dir)?);
        dir.sync()?;
        let active = Active {
            bytes: file.len()?,
            file,
            first: last.header.first,
            identity: last.header.identity(),
            offset: end.offset,
        };
        let next_bytes = settings.bytes_after(active.bytes);
        let mut spare = settings.spare(&dir, next_bytes)?;
        spare.prepare(next_bytes);
        Ok(Self { log_id: last.header.log_id, settings, dir, spare, active, buffer: Vec::new() })
    }

    /// Appends a group behind `head` and makes it durable.
    ///
    /// # Errors
    /// [`LogError::Full`], [`LogError::NotWritten`]: nothing was written, and the journal is as before.
    /// [`LogError::Io`]: not known.
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

    /// Whether the segment that is written is still where it would be read again. A deleted file takes every write, and
    /// is gone with the process.
    ///
    /// # Errors
    /// When that cannot be asked.
    pub fn is_in_place(&self) -> io::Result<bool> {
        self.dir.holds(&self.active.file)
    }

    /// Which log this is.
    pub fn log_id(&self) -> Uuid {
        self.log_id
    }

    /// A write that found no room is undone, so that the log can go on when there is room again.
    fn take_back(&self, error: &io::Error) -> LogError {
        let unknown = LogError::Io(error.to_string());
        if !is_full(error) {
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
        self.active = start(&self.settings, &self.dir, &mut self.spare, &header, frame_bytes)?;
        self.spare.prepare(self.settings.bytes_after(self.active.bytes));
        Ok(())
    }
}

impl Settings {
    fn spare(&self, dir: &Arc<OpenDir>, bytes: u64) -> io::Result<Spare> {
        Spare::new(&self.files, dir, self.dir.join("spare"), bytes, self.reserve_bytes)
    }

    fn first_segment_bytes(&self) -> u64 {
        self.first_segment_bytes.min(self.segment_bytes)
    }

    /// What a new journal takes: its first segment, and the second one ahead.
    pub fn bytes_at_first(&self) -> u64 {
        let first = self.first_segment_bytes();
        first.saturating_add(self.bytes_after(first))
    }

    /// How long the segment is that follows one of `bytes`. It follows from the file alone, so a journal goes on growing
    /// wherever it was left off, and one of an earlier version with segments of full length goes on with such.
    fn bytes_after(&self, bytes: u64) -> u64 {
        bytes.saturating_mul(2).clamp(self.first_segment_bytes(), self.segment_bytes)
    }
}

/// Why there is no new segment.
enum NotStarted {
    /// The journal is as it was: only the spare was touched, which is no part of it and is made anew.
    Before(io::Error),
    /// Whether there is a new segment is not known, so the old one must not be written on.
    Unknown(io::Error),
}

impl NotStarted {
    fn into_io(self) -> io::Error {
        match self {
            Self::Before(error) | Self::Unknown(error) => error,
        }
    }
}

impl From<NotStarted> for LogError {
    fn from(why: NotStarted) -> Self {
        match why {
            NotStarted::Before(error) => not_written(error),
            NotStarted::Unknown(error) => Self::Io(error.to_string()),
        }
    }
}

/// Turns the spare file into a segment: header, sync, name, directory synced. Before that no frame may be written to it.
fn start(
    settings: &Settings,
    dir: &OpenDir,
    spare: &mut Spare,
    header: &Header,
    frame_bytes: u64,
) -> Result<Active, NotStarted> {
    let wanted = segment::HEADER_BYTES as u64 + frame_bytes;
    let mut file = spare.take(wanted).map_err(NotStarted::Before)?;
    // Nobody else has it open: it is not a segment yet.
    file.lock().map_err(NotStarted::Before)?;
    file.write_at(0, &header.encode()).map_err(NotStarted::Before)?;
    file.sync_data().map_err(NotStarted::Before)?;
    let bytes = file.len().map_err(NotStarted::Before)?;
    let path = segment::path(&settings.dir, header.first);
    let renamed = settings.files.rename(spare.path(), &path);
    file.renamed_to(&path);
    if let Err(error) = renamed {
        // Either all of a renaming has happened or nothing; the directory says which.
        let nothing = matches!(dir.holds(&file), Ok(false));
        return Err(if nothing { NotStarted::Before(error) } else { NotStarted::Unknown(error) });
    }
    dir.sync().map_err(NotStarted::Unknown)?;
    Ok(Active { bytes, file, first: header.first, identity: header.identity(), offset: segment::HEADER_BYTES as u64 })
}

/// An error before anything of the record was written.
pub(crate) fn not_written(error: io::Error) -> LogError {
    if is_full(&error) { LogError::Full } else { LogError::NotWritten(error.to_string()) }
}
