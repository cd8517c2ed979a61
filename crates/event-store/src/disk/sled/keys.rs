//! The keys of the sled store: one tree, one prefix byte per kind. Few and short, because the processor time that sled
//! takes per key is what limits the store.
//!
//! | key | value |
//! |---|---|
//! | `c` position be64 | [`super::chunk`]: a few leaves with their boxes, from that position on |
//! | `c` position be64, part be16 | the rest of a longer chunk, 4 KiB each |
//! | `s` stream, version be32 | chunk be64, place in it u8, leaf hash 32 |
//! | `r` position be64, part be16 | [`super::kept`]: keys and commands that came with the events from that position on |
//! | `m` command 16 | first be64, last be64, fingerprint 32 or nothing; see below |
//! | `k` id 16 | class and epoch be32, nonce 24, wrapped key 48; see below |
//! | `t` level u8, index be64, part be16 | 128 hashes of a tile |
//! | `H` | log id 16, size be64, `recorded_at` be64, frontier |
//! | `w` | size be64 that is written or being written |
//!
//! No key is random but those of `m` and `k`: a tree would touch a cold page for each. They are found through
//! [`crate::disk::index`]; `r` holds them in the order of the log. `m` and `k` are what a version before that wrote,
//! and what comes without an event.
//!
//! A head under `h` is of such a version, too; the first write takes it away, so that it refuses a store whose `m` and
//! `k` it would miss.
//!
//! A stream's key starts with its family and a `/`, which no family can hold, so that one family is one range; and its
//! newest version is the last key of the stream's range.

use crate::disk::records;
use crate::ids::{CommandId, Position, StreamId, Version};
use crate::record::boxes::KeyId;
use uuid::Uuid;

pub(crate) const CHUNK: u8 = b'c';
pub(crate) const INDEX: u8 = b's';
pub(crate) const COMMAND: u8 = b'm';
pub(crate) const SUBJECT: u8 = b'k';
pub(crate) const TILE: u8 = b't';
pub(crate) const RECORDS: u8 = b'r';
const HEAD: u8 = b'H';
const HEAD_BEFORE: u8 = b'h';
const REACH: u8 = b'w';

/// Longest value. sled keeps much larger ones in files of their own that it never syncs.
pub(crate) const VALUE_BYTES_MAX: usize = 4096;

/// After the family: how the rest of the stream's name is spelled.
const SINGLETON: u8 = 0;
const ID: u8 = 1;
const TEXT: u8 = 2;

pub(crate) fn head() -> [u8; 1] {
    [HEAD]
}

pub(crate) fn head_before() -> [u8; 1] {
    [HEAD_BEFORE]
}

pub(crate) fn reach() -> [u8; 1] {
    [REACH]
}

/// Keys and commands that came with the events from `first` on.
pub(crate) fn records(first: u64, part: u16) -> [u8; 11] {
    let mut key = [RECORDS; 11];
    key[1..9].copy_from_slice(&first.to_be_bytes());
    key[9..].copy_from_slice(&part.to_be_bytes());
    key
}

pub(crate) fn chunk(first: u64) -> [u8; 9] {
    let mut key = [CHUNK; 9];
    key[1..].copy_from_slice(&first.to_be_bytes());
    key
}

/// Part 1 and following of a chunk.
pub(crate) fn chunk_part(first: u64, part: u16) -> [u8; 11] {
    let mut key = [CHUNK; 11];
    key[1..9].copy_from_slice(&first.to_be_bytes());
    key[9..].copy_from_slice(&part.to_be_bytes());
    key
}

/// First position and part number of a chunk key.
pub(crate) fn read_chunk(key: &[u8]) -> Option<(Position, u16)> {
    let (first, part) = key.strip_prefix(&[CHUNK])?.split_first_chunk::<8>()?;
    let part = match part {
        [] => 0,
        part => u16::from_be_bytes(part.try_into().ok()?),
    };
    Some((Position(u64::from_be_bytes(*first)), part))
}

/// What all index keys of a stream start with.
pub(crate) fn stream(stream: &StreamId) -> Vec<u8> {
    let mut key = family(stream.family());
    match stream.as_str().split_once('/') {
        None => key.push(SINGLETON),
        Some((_, rest)) => match plain_uuid(rest) {
            Some(id) => {
                key.push(ID);
                key.extend_from_slice(id.as_bytes());
            }
            None => {
                key.push(TEXT);
                key.extend_from_slice(rest.as_bytes());
                // A stream's name holds no control character: so no stream's key is the start of another's.
                key.push(0);
            }
        },
    }
    key
}

/// What all index keys of a family start with.
pub(crate) fn family(family: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(64);
    key.push(INDEX);
    key.extend_from_slice(family.as_bytes());
    key.push(b'/');
    key
}

/// A uuid in the one spelling that the sixteen bytes stand for.
fn plain_uuid(text: &str) -> Option<Uuid> {
    let id = Uuid::parse_str(text).ok()?;
    let mut buffer = Uuid::encode_buffer();
    (id.hyphenated().encode_lower(&mut buffer) == text).then_some(id)
}

/// `None` beyond 2^32 - 1 events in one stream.
pub(crate) fn index(stream_key: &[u8], version: Version) -> Option<Vec<u8>> {
    let version = u32::try_from(version.0).ok()?;
    let mut key = Vec::with_capacity(stream_key.len() + 4);
    key.extend_from_slice(stream_key);
    key.extend_from_slice(&version.to_be_bytes());
    Some(key)
}

/// The version in an index key of a known stream.
pub(crate) fn read_version(key: &[u8], stream_key: &[u8]) -> Option<Version> {
    let version = key.strip_prefix(stream_key)?.try_into().ok()?;
    Some(Version(u64::from(u32::from_be_bytes(version))))
}

pub(crate) fn command(command: CommandId) -> [u8; 17] {
    with_prefix(COMMAND, command.0)
}

pub(crate) fn subject(key: KeyId) -> [u8; 17] {
    with_prefix(SUBJECT, records::key_id(key))
}

pub(crate) fn tile(level: u8, index: u64, part: u16) -> [u8; 12] {
    let mut key = [TILE; 12];
    key[1] = level;
    key[2..10].copy_from_slice(&index.to_be_bytes());
    key[10..].copy_from_slice(&part.to_be_bytes());
    key
}

fn with_prefix(prefix: u8, id: [u8; 16]) -> [u8; 17] {
    let mut key = [prefix; 17];
    key[1..].copy_from_slice(&id);
    key
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn no_stream_key_starts_another_and_families_are_ranges() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let names = [
            "log".to_owned(),
            "log/a".to_owned(),
            "log/ab".to_owned(),
            "logs".to_owned(),
            "calendar/2026".to_owned(),
            "calendar/20261".to_owned(),
            format!("issue/{id}"),
            format!("issue/{}", id.to_uppercase()),
            "log/".to_owned(),
        ];
        for a in &names {
            let key = stream(&StreamId::new(a.clone()).unwrap());
            for b in &names {
                let other = stream(&StreamId::new(b.clone()).unwrap());
                assert_eq!(a == b, other.starts_with(&key), "{a} {b}");
            }
            let of_family = family(a.split('/').next().unwrap());
            assert!(key.starts_with(&of_family));
            assert_eq!(read_version(&index(&key, Version(7)).unwrap(), &key), Some(Version(7)));
        }
        assert_eq!(stream(&StreamId::new(format!("issue/{id}")).unwrap()).len(), 1 + 6 + 1 + 16);
    }
}
