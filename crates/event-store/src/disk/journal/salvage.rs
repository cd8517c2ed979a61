//! What can still be read of a damaged journal: every whole frame of every segment, whatever lies between. It judges
//! nothing and changes nothing; [`super::scan`] is for a journal that is to be believed.

use super::frame::Group;
use super::read::{self, FRAMES_FROM, Reader, Rest, Step};
use super::segment::{self, Header};
use crate::disk::files::Files;
use crate::ids::Position;
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A segment of which not even the header need be whole.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub path: PathBuf,
    /// By its name; a whole header of another first position makes the file a stranger without frames.
    pub first: Position,
    /// The header, where it is whole and of this log and place.
    pub header: Option<Header>,
    identity: u32,
}

/// The pieces of a journal in order of position.
pub(crate) fn pieces(files: &Files, dir: &Path, log_id: Uuid) -> io::Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for (first, path) in segment::list(files, dir)? {
        let header = segment::read_header(&files.open(&path)?)?.ok();
        let header = header.filter(|header| header.first == first && header.log_id == log_id);
        let identity = segment::identity(log_id, first);
        pieces.push(Piece { path, first, header, identity });
    }
    Ok(pieces)
}

impl Piece {
    /// Its whole frames, in order.
    pub fn frames(&self) -> io::Result<Frames<'_>> {
        let reader = Reader::open(&self.path, self.identity, FRAMES_FROM, self.first)?;
        Ok(Frames { piece: self, reader, jumped_to: None })
    }
}

/// A walk over whole frames, past damage.
pub(crate) struct Frames<'a> {
    piece: &'a Piece,
    reader: Reader,
    /// Where the last jump over damage led, while no frame has been read there.
    jumped_to: Option<u64>,
}

impl Frames<'_> {
    /// The next whole frame; `None` when there is no other.
    ///
    /// # Errors
    /// When the medium fails.
    pub fn next(&mut self) -> io::Result<Option<Group>> {
        loop {
            if let Step::Group(group) = self.reader.step()? {
                self.jumped_to = None;
                return Ok(Some(group));
            }
            let at = self.reader.offset();
            // A frame whose checksum is right but whose parts do not fit must not be found for ever.
            let from = if self.jumped_to == Some(at) { at + 8 } else { at };
            let Piece { path, identity, .. } = self.piece;
            let Rest::Frame(found) = read::rest(path, *identity, from, self.reader.next())? else {
                return Ok(None);
            };
            let first = read::first_of_frame(path, found)?;
            self.reader = Reader::open(path, *identity, found, first)?;
            self.jumped_to = Some(found);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::disk::journal::write::{Journal, Settings};
    use crate::ids::{StreamId, Version};
    use crate::log::{Batch, BatchEvent, LogHead, Recorded};
    use bytes::Bytes;
    use std::fs;
    use tempfile::TempDir;

    /// Frames of one event each at positions 1 to 5, and where each begins.
    fn journal(dir: &Path) -> (PathBuf, Vec<usize>) {
        let settings = Settings {
            files: Files::real(),
            dir: dir.to_owned(),
            first_segment_bytes: 16 * 1024,
            segment_bytes: 16 * 1024,
            reserve_bytes: 0,
        };
        let mut journal = Journal::create(settings, Uuid::from_u128(7)).unwrap();
        for size in 0..5 {
            let recorded =
                Recorded { position: Position(size + 1), leaf: Bytes::from(vec![b'x'; 100]), boxes: Vec::new() };
            let stream = StreamId::new("log").unwrap();
            let event = BatchEvent { recorded, hash: [0; 32], stream, version: Version(size + 1) };
            let head = LogHead { size, ..LogHead::default() };
            journal.append(&head, &Batch { events: vec![event], ..Batch::default() }).unwrap();
        }
        drop(journal);
        let path = segment::path(dir, Position(1));
        // 8 of header, 20 of counts, 8 of lengths, 100 of leaf.
        (path, (0..5).map(|n| 4096 + n * 136).collect())
    }

    fn positions(dir: &Path, log_id: Uuid) -> Vec<u64> {
        let mut found = Vec::new();
        for piece in pieces(&Files::real(), dir, log_id).unwrap() {
            let mut frames = piece.frames().unwrap();
            while let Some(group) = frames.next().unwrap() {
                found.extend(group.events.iter().map(|event| event.position.0));
            }
        }
        found
    }

    #[test]
    fn every_whole_frame_is_found_past_damage() {
        let dir = TempDir::new().unwrap();
        let log_id = Uuid::from_u128(7);
        let (path, starts) = journal(dir.path());
        let whole = fs::read(&path).unwrap();
        assert_eq!(positions(dir.path(), log_id), [1, 2, 3, 4, 5]);
        assert!(positions(dir.path(), Uuid::from_u128(8)).is_empty(), "of another log");
        let damaged = |from: usize, bytes: &[u8]| {
            let mut content = whole.clone();
            content[from..from + bytes.len()].copy_from_slice(bytes);
            fs::write(&path, content).unwrap();
            positions(dir.path(), log_id)
        };
        assert_eq!(damaged(20, &[0x77; 4]), [1, 2, 3, 4, 5], "the header only");
        assert_eq!(damaged(starts[1] + 50, &[0x77]), [1, 3, 4, 5]);
        assert_eq!(damaged(starts[0], &[0; 272]), [3, 4, 5], "zeros look like the end");
        assert_eq!(damaged(starts[1], &[0xff; 4]), [1, 3, 4, 5], "a wild length");
        assert_eq!(damaged(starts[4] + 9, &[0x77; 90]), [1, 2, 3, 4]);
        // A frame with a right checksum and parts that do not fit: one leaf of 99 bytes where there are 100.
        let mut payload = whole[starts[2] + 8..starts[2] + 136].to_vec();
        payload[20..24].copy_from_slice(&99_u32.to_le_bytes());
        let length = 128_u32.to_le_bytes();
        let crc = crate::disk::journal::frame::checksum(segment::identity(log_id, Position(1)), length, &payload);
        let frame = [&length[..], &crc.to_le_bytes(), &payload].concat();
        assert_eq!(damaged(starts[2], &frame), [1, 2, 4, 5]);
        // Cut off in the middle.
        fs::write(&path, &whole[..starts[3] + 20]).unwrap();
        assert_eq!(positions(dir.path(), log_id), [1, 2, 3]);
    }
}
