//! A small file beside sled that says how far sled was durable: where verification of the journal starts at the next
//! opening, and a size below which the journal can never rightly end.

use crate::disk::files::{Files, OpenDir};
use crate::ids::Hash;
use crate::log::LogHead;
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const MAGIC: [u8; 8] = *b"HUIYIN\x00F";

/// What was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flushed {
    pub log_id: Uuid,
    pub head: LogHead,
}

pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("sled.flushed")
}

impl Flushed {
    /// The old content or the new, never a mixture.
    pub fn store(&self, files: &Files, dir: &OpenDir, data: &Path) -> io::Result<()> {
        files.replace_in(dir, &path(data), &self.encode())
    }

    /// `None` when there is none or it cannot be read: then the whole journal is verified.
    pub fn load(data: &Path) -> Option<Self> {
        Self::decode(&std::fs::read(path(data)).ok()?)
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(self.log_id.as_bytes());
        bytes.extend_from_slice(&self.head.size.to_le_bytes());
        bytes.extend_from_slice(&self.head.last_recorded_at.to_le_bytes());
        bytes.extend(self.head.frontier.iter().flatten());
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        if crc32c::crc32c(body) != u32::from_le_bytes(*crc) {
            return None;
        }
        let (log_id, rest) = body.strip_prefix(&MAGIC)?.split_first_chunk::<16>()?;
        let (size, rest) = rest.split_first_chunk::<8>()?;
        let (last_recorded_at, rest) = rest.split_first_chunk::<8>()?;
        let (frontier, rest) = rest.as_chunks::<32>();
        let frontier: Vec<Hash> = frontier.to_vec();
        let head = LogHead {
            size: u64::from_le_bytes(*size),
            frontier,
            last_recorded_at: i64::from_le_bytes(*last_recorded_at),
        };
        rest.is_empty().then_some(Self { log_id: Uuid::from_bytes(*log_id), head })
    }
}
