//! The values of the sled store, as bytes and back. What they hold is listed with the keys ([`crate::disk::sled::keys`]).

use super::trouble::damaged;
use crate::disk::records::{self, Id};
use crate::ids::{CommandId, Hash, Position};
use crate::log::{CommandRecord, LogError, LogHead};
use crate::record::boxes::WrappedKey;
use uuid::Uuid;

/// The index entry of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub position: Position,
    pub chunk: Position,
    pub place: usize,
    pub hash: Hash,
}

/// The head record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredHead {
    pub log_id: Uuid,
    pub head: LogHead,
    /// Size of the log up to which something may be written; no less than the head's.
    pub reach: u64,
}

pub(super) fn entry(chunk: Position, place: u8, hash: &Hash) -> [u8; 41] {
    let mut value = [0; 41];
    value[..8].copy_from_slice(&chunk.0.to_be_bytes());
    value[8] = place;
    value[9..].copy_from_slice(hash);
    value
}

pub(super) fn read_entry(value: &[u8]) -> Result<Entry, LogError> {
    let wrong = || damaged("an index entry");
    let (chunk, rest) = value.split_first_chunk::<8>().ok_or_else(wrong)?;
    let (place, hash) = rest.split_first().ok_or_else(wrong)?;
    let chunk = u64::from_be_bytes(*chunk);
    Ok(Entry {
        position: Position(chunk.checked_add(u64::from(*place)).ok_or_else(wrong)?),
        chunk: Position(chunk),
        place: usize::from(*place),
        hash: hash.try_into().map_err(|_| wrong())?,
    })
}

pub(super) fn command(record: &CommandRecord) -> Vec<u8> {
    let mut value = Vec::with_capacity(48);
    value.extend_from_slice(&record.first.0.to_be_bytes());
    value.extend_from_slice(&record.last.0.to_be_bytes());
    value.extend(record.fingerprint.iter().flatten());
    value
}

pub(super) fn read_command(command: CommandId, value: &[u8]) -> Option<CommandRecord> {
    let (first, rest) = value.split_first_chunk()?;
    let (last, rest) = rest.split_first_chunk()?;
    let fingerprint = if rest.is_empty() { None } else { Some(rest.try_into().ok()?) };
    Some(CommandRecord {
        command,
        fingerprint,
        first: Position(u64::from_be_bytes(*first)),
        last: Position(u64::from_be_bytes(*last)),
    })
}

pub(super) fn wrapped_key(key: &WrappedKey) -> [u8; 76] {
    let mut value = [0; 76];
    value[..4].copy_from_slice(&records::class_and_epoch(key).to_be_bytes());
    value[4..28].copy_from_slice(&key.nonce);
    value[28..].copy_from_slice(&key.wrapped);
    value
}

pub(super) fn read_wrapped_key(id: Id, value: &[u8]) -> Option<WrappedKey> {
    let (number, rest) = value.split_first_chunk()?;
    let (nonce, wrapped) = rest.split_first_chunk()?;
    Some(records::key_of(id, u32::from_be_bytes(*number), *nonce, wrapped.try_into().ok()?))
}

pub(super) fn head(log_id: Uuid, head: &LogHead) -> Vec<u8> {
    let mut value = Vec::with_capacity(32 + 32 * head.frontier.len());
    value.extend_from_slice(log_id.as_bytes());
    value.extend_from_slice(&head.size.to_be_bytes());
    value.extend_from_slice(&head.last_recorded_at.to_be_bytes());
    value.extend(head.frontier.iter().flatten());
    value
}

pub(super) fn read_head(value: &[u8], reach: Option<&[u8]>) -> Option<StoredHead> {
    let (log_id, rest) = value.split_first_chunk()?;
    let (size, rest) = rest.split_first_chunk()?;
    let (last_recorded_at, rest) = rest.split_first_chunk()?;
    let (frontier, rest) = rest.as_chunks::<32>();
    let head = LogHead {
        size: u64::from_be_bytes(*size),
        frontier: frontier.to_vec(),
        last_recorded_at: i64::from_be_bytes(*last_recorded_at),
    };
    let reach = match reach {
        Some(reach) => u64::from_be_bytes(reach.try_into().ok()?).max(head.size),
        None => head.size,
    };
    rest.is_empty().then_some(StoredHead { log_id: Uuid::from_bytes(*log_id), head, reach })
}
