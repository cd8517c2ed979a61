//! What was signed last, in two slots of one file: the newer is never overwritten, so a torn write leaves the older.

use super::files::{io_error, read_file};
use super::{KeyError, SignError};
use crate::ids::Hash;
use crate::tree::empty_root;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// Slots lie in different sectors, whatever their size on the medium.
const SLOT_STRIDE: usize = 4096;
const SLOT_BYTES: usize = 8 + 8 + 8 + 32 + 4;
const MAGIC: &[u8; 8] = b"huiyins1";

/// One record of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    /// Counts signatures; its parity is the slot's place.
    count: u64,
    size: u64,
    root: Hash,
}

impl Slot {
    fn fresh() -> Self {
        Self { count: 0, size: 0, root: empty_root() }
    }

    fn bytes(&self) -> [u8; SLOT_BYTES] {
        let mut bytes = [0; SLOT_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..16].copy_from_slice(&self.count.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.size.to_be_bytes());
        bytes[24..56].copy_from_slice(&self.root);
        let checksum = crc32c::crc32c(&bytes[..56]);
        bytes[56..].copy_from_slice(&checksum.to_be_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let slot = Self {
            count: u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?),
            size: u64::from_be_bytes(bytes.get(16..24)?.try_into().ok()?),
            root: bytes.get(24..56)?.try_into().ok()?,
        };
        (slot.bytes() == *bytes).then_some(slot)
    }

    fn offset(&self) -> usize {
        (self.count % 2) as usize * SLOT_STRIDE
    }
}

/// The newest whole slot of a file's bytes.
fn newest(bytes: &[u8]) -> Option<Slot> {
    [0, SLOT_STRIDE]
        .into_iter()
        .filter_map(|at| Slot::parse(bytes.get(at..at + SLOT_BYTES)?).filter(|s| s.offset() == at))
        .max_by_key(|slot| slot.count)
}

/// The memory of what was signed last.
pub(crate) struct Signed {
    /// `None` for keys that live in memory only.
    file: Option<File>,
    last: Slot,
}

impl Signed {
    pub(crate) fn in_memory() -> Self {
        Self { file: None, last: Slot::fresh() }
    }

    /// The bytes of a file in which nothing was signed yet.
    pub(crate) fn fresh_file() -> Vec<u8> {
        let mut bytes = vec![0; SLOT_STRIDE * 2];
        bytes[..SLOT_BYTES].copy_from_slice(&Slot::fresh().bytes());
        bytes
    }

    pub(crate) fn open(path: &Path) -> Result<Self, KeyError> {
        let last = newest(&read_file(path)?)
            .ok_or_else(|| KeyError::Damaged { file: path.to_owned(), why: "neither of its two records is whole" })?;
        let file = OpenOptions::new().read(true).write(true).open(path);
        Ok(Self { file: Some(file.map_err(io_error(path))?), last })
    }

    pub(crate) fn last(&self) -> (u64, Hash) {
        (self.last.size, self.last.root)
    }

    /// Asks `decide` for the next size and root, given the last, and notes them down durably. The file is locked and
    /// read again meanwhile, so that a second process with a copy of the same handle cannot sign something else.
    pub(crate) fn replace(
        &mut self,
        decide: impl FnOnce(u64, &Hash) -> Result<(u64, Hash), SignError>,
    ) -> Result<(), SignError> {
        let Some(file) = &self.file else {
            let (size, root) = decide(self.last.size, &self.last.root)?;
            self.last = Slot { count: self.last.count + 1, size, root };
            return Ok(());
        };
        file.lock().map_err(sign_io)?;
        let outcome = replace_in(file, decide);
        // Should unlocking fail, closing the file does it.
        let _ = file.unlock();
        self.last = outcome?;
        Ok(())
    }
}

fn replace_in(
    file: &File,
    decide: impl FnOnce(u64, &Hash) -> Result<(u64, Hash), SignError>,
) -> Result<Slot, SignError> {
    let mut bytes = vec![0; SLOT_STRIDE + SLOT_BYTES];
    file.read_exact_at(&mut bytes, 0).map_err(sign_io)?;
    let last =
        newest(&bytes).ok_or_else(|| SignError::Io("neither record of what was signed last is whole".to_owned()))?;
    let (size, root) = decide(last.size, &last.root)?;
    if (size, root) == (last.size, last.root) {
        return Ok(last);
    }
    let next = Slot { count: last.count + 1, size, root };
    file.write_all_at(&next.bytes(), next.offset() as u64).map_err(sign_io)?;
    file.sync_data().map_err(sign_io)?;
    Ok(next)
}

fn sign_io(error: io::Error) -> SignError {
    SignError::Io(error.to_string())
}
