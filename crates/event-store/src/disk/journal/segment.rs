//! A segment: one file of the journal, named after the position of its first event, with a header that says which log
//! it belongs to and how the tree stood there.

use super::why::{Why, why};
use crate::disk::files::{Files, OpenFile};
use crate::ids::{Hash, Position};
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The header takes one page, so that frames start at a page.
pub(crate) const HEADER_BYTES: usize = 4096;
const MAGIC: [u8; 8] = *b"HUIYIN\x00J";
const FORMAT: u32 = 1;
/// A tree of 2^64 leaves has at most this many perfect subtrees.
const FRONTIER_MAX: usize = 64;
const EXTENSION: &str = "journal";

/// A segment's first page. The last four bytes of the page are the CRC32C of those before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub log_id: Uuid,
    /// Position of the first event of this segment.
    pub first: Position,
    /// The same of the segment before; 0 for the first one. So a missing segment is noticed without reading any frame.
    pub previous: Position,
    /// `recorded_at` of the newest leaf before this segment, ms.
    pub last_recorded_at: i64,
    /// The tree's frontier before the first event of this segment.
    pub frontier: Vec<Hash>,
}

impl Header {
    pub fn encode(&self) -> Vec<u8> {
        let mut page = Vec::with_capacity(HEADER_BYTES);
        page.extend_from_slice(&MAGIC);
        page.extend_from_slice(&FORMAT.to_le_bytes());
        page.extend_from_slice(self.log_id.as_bytes());
        page.extend_from_slice(&self.first.0.to_le_bytes());
        page.extend_from_slice(&self.previous.0.to_le_bytes());
        page.extend_from_slice(&self.last_recorded_at.to_le_bytes());
        page.push(u8::try_from(self.frontier.len()).unwrap_or(u8::MAX));
        page.extend(self.frontier.iter().flatten());
        page.resize(HEADER_BYTES - 4, 0);
        page.extend_from_slice(&crc32c::crc32c(&page).to_le_bytes());
        page
    }

    /// `Err` says what is wrong with the page.
    pub fn decode(page: &[u8]) -> Result<Self, Why> {
        if page.len() != HEADER_BYTES {
            return Err(why("文件头被截断", "the header is cut off"));
        }
        let (body, crc) = page.split_at(HEADER_BYTES - 4);
        if crc32c::crc32c(body).to_le_bytes() != crc {
            return Err(why("文件头的校验和不符", "the header's checksum is wrong"));
        }
        let mut rest = body;
        if take::<8>(&mut rest) != MAGIC || u32::from_le_bytes(take(&mut rest)) != FORMAT {
            return Err(why("文件头的种类或格式不符", "the header is of another kind or format"));
        }
        let log_id = Uuid::from_bytes(take(&mut rest));
        let first = Position(u64::from_le_bytes(take(&mut rest)));
        let previous = Position(u64::from_le_bytes(take(&mut rest)));
        let last_recorded_at = i64::from_le_bytes(take(&mut rest));
        let hashes = usize::from(take::<1>(&mut rest)[0]);
        if hashes > FRONTIER_MAX {
            return Err(why("文件头中的树过长", "the header's frontier is too long"));
        }
        let frontier = (0..hashes).map(|_| take(&mut rest)).collect();
        Ok(Self { log_id, first, previous, last_recorded_at, frontier })
    }

    /// What the checksum of every frame of this segment starts from.
    pub fn identity(&self) -> u32 {
        identity(self.log_id, self.first)
    }
}

/// The same for a segment whose header cannot be read.
pub(crate) fn identity(log_id: Uuid, first: Position) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(log_id.as_bytes()), &first.0.to_le_bytes())
}

/// The next `N` bytes of the header page, which is long enough for all that is ever taken from it.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let mut array = [0; N];
    let (taken, after) = rest.split_at(N);
    array.copy_from_slice(taken);
    *rest = after;
    array
}

/// The file of the segment that starts at a position.
pub(crate) fn path(dir: &Path, first: Position) -> PathBuf {
    dir.join(format!("{:020}.{EXTENSION}", first.0))
}

/// The segments of a directory by first position. Other files are not segments.
pub(crate) fn list(files: &Files, dir: &Path) -> io::Result<Vec<(Position, PathBuf)>> {
    let mut segments = Vec::new();
    for path in files.list(dir)? {
        let is_segment = path.extension().is_some_and(|extension| extension == EXTENSION);
        let first = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        if let (true, Some(first)) = (is_segment, first) {
            segments.push((Position(first), path));
        }
    }
    segments.sort();
    Ok(segments)
}

/// Reads and checks the header of an open segment.
pub(crate) fn read_header(file: &OpenFile) -> io::Result<Result<Header, Why>> {
    let mut page = vec![0; HEADER_BYTES];
    let read = file.read_at(0, &mut page)?;
    Ok(Header::decode(&page[..read]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_flipped_byte_of_a_header_is_noticed() {
        let header = Header {
            log_id: Uuid::from_u128(7),
            first: Position(12),
            previous: Position(1),
            last_recorded_at: -5,
            frontier: vec![[1; 32], [2; 32]],
        };
        let page = header.encode();
        assert_eq!(Header::decode(&page).unwrap(), header);
        for at in 0..page.len() {
            let mut damaged = page.clone();
            damaged[at] ^= 0x40;
            assert!(Header::decode(&damaged).is_err(), "byte {at}");
        }
    }
}
