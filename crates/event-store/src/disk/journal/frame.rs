//! One group commit as one frame: length, CRC32C, payload. A frame is whole or it does not count.
//!
//! All numbers little-endian. The CRC is seeded with the segment's identity, so that a frame counts only in the segment
//! of the log that it was written for. Frames start at multiples of 8 bytes, which is where a search for survivors
//! behind damage looks.
//!
//! ```text
//! frame   = length of payload u32 | crc32c(identity, length, payload) u32 | payload | zeros to a multiple of 8
//! payload = first position u64 | events u32 | keys u32 | commands u32 | event … | key … | command …
//! event   = leaf length u32 | boxes u32 | leaf | (length u32 | box) …
//! ```
//!
//! Keys and commands are as everywhere ([`records`]).

use super::why::{Why, why};
use crate::disk::records::{self, COMMAND_BYTES, ID_BYTES, KEY_BYTES};
use crate::ids::Position;
use crate::log::{Batch, CommandRecord, LogError, Recorded};
use crate::record::boxes::WrappedKey;
use bytes::{Buf, Bytes};

/// Length and CRC.
pub(crate) const HEADER_BYTES: usize = 8;
/// Longest payload. A group is at most 4 MiB of leaves and boxes (one append may be that long) and their records.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Shortest payload: a group of nothing.
pub(crate) const PAYLOAD_BYTES_MIN: usize = 20;

/// What one frame holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Position of the first event, or the one that comes next when there are none.
    pub first: Position,
    pub events: Vec<Recorded>,
    pub keys: Vec<WrappedKey>,
    pub commands: Vec<CommandRecord>,
}

/// Bytes from one frame to the next.
pub(crate) fn stride(payload_bytes: usize) -> usize {
    (HEADER_BYTES + payload_bytes).next_multiple_of(8)
}

/// The checksum of a frame in the segment named by `identity`.
pub(crate) fn checksum(identity: u32, length: [u8; 4], payload: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c_append(identity, &length), payload)
}

/// Writes a whole frame into `out`, which is cleared first.
///
/// # Errors
/// [`LogError::NotWritten`] when the group is longer than a frame may be; nothing was written then.
pub(crate) fn encode(out: &mut Vec<u8>, identity: u32, first: Position, batch: &Batch) -> Result<(), LogError> {
    out.clear();
    out.extend_from_slice(&[0; HEADER_BYTES]);
    out.extend_from_slice(&first.0.to_le_bytes());
    count(out, batch.events.len())?;
    count(out, batch.keys.len())?;
    count(out, batch.commands.len())?;
    for event in &batch.events {
        count(out, event.recorded.leaf.len())?;
        count(out, event.recorded.boxes.len())?;
        out.extend_from_slice(&event.recorded.leaf);
        for sealed in &event.recorded.boxes {
            count(out, sealed.len())?;
            out.extend_from_slice(sealed);
        }
    }
    for key in &batch.keys {
        out.extend_from_slice(&records::key_id(key.id()));
        out.extend_from_slice(&records::key(key));
    }
    for record in &batch.commands {
        out.extend_from_slice(&record.command.0);
        out.extend_from_slice(&records::command(record));
    }
    let payload_bytes = out.len() - HEADER_BYTES;
    if payload_bytes > PAYLOAD_BYTES_MAX {
        return Err(LogError::NotWritten(format!("a group of {payload_bytes} bytes is longer than a frame may be")));
    }
    let length = u32::try_from(payload_bytes).unwrap_or(u32::MAX).to_le_bytes();
    let crc = checksum(identity, length, &out[HEADER_BYTES..]);
    out[..4].copy_from_slice(&length);
    out[4..8].copy_from_slice(&crc.to_le_bytes());
    out.resize(stride(payload_bytes), 0);
    Ok(())
}

fn count(out: &mut Vec<u8>, number: usize) -> Result<(), LogError> {
    let number = u32::try_from(number)
        .map_err(|_| LogError::NotWritten("a group has more parts than a frame can count".to_owned()))?;
    out.extend_from_slice(&number.to_le_bytes());
    Ok(())
}

/// Takes a payload apart whose checksum was right. `Err` says what does not fit; the leaves share the payload's memory.
pub(crate) fn decode(mut payload: Bytes) -> Result<Group, Why> {
    const SHORT: Why = why("帧内各部分长于该帧", "a frame's parts are longer than the frame");
    let first = Position(payload.try_get_u64_le().map_err(|_| SHORT)?);
    let events = number(&mut payload)?;
    let keys = number(&mut payload)?;
    let commands = number(&mut payload)?;
    // Every event takes at least 8 bytes: a wild number must not reserve memory.
    if events > payload.len() / 8 {
        return Err(SHORT);
    }
    let mut group = Group { first, events: Vec::with_capacity(events), keys: Vec::new(), commands: Vec::new() };
    for index in 0..events {
        let leaf_bytes = number(&mut payload)?;
        let boxes = number(&mut payload)?;
        let leaf = part(&mut payload, leaf_bytes)?;
        let boxes = (0..boxes)
            .map(|_| {
                let bytes = number(&mut payload)?;
                part(&mut payload, bytes)
            })
            .collect::<Result<_, _>>()?;
        let position = first.0.checked_add(index as u64).ok_or(why("序号超出范围", "a position is out of range"))?;
        group.events.push(Recorded { position: Position(position), leaf, boxes });
    }
    for _ in 0..keys {
        if payload.len() < ID_BYTES + KEY_BYTES {
            return Err(SHORT);
        }
        group.keys.push(records::read_key(array(&mut payload), &array(&mut payload)));
    }
    for _ in 0..commands {
        if payload.len() < ID_BYTES + COMMAND_BYTES {
            return Err(SHORT);
        }
        group.commands.push(records::read_command(array(&mut payload), &array(&mut payload)));
    }
    if payload.is_empty() { Ok(group) } else { Err(why("帧长于其各部分", "a frame is longer than its parts")) }
}

fn number(payload: &mut Bytes) -> Result<usize, Why> {
    let number = payload.try_get_u32_le().map_err(|_| why("帧在一个数字中间结束", "a frame ends within a number"))?;
    usize::try_from(number).map_err(|_| why("帧内数字超出范围", "a frame's number is out of range"))
}

fn part(payload: &mut Bytes, bytes: usize) -> Result<Bytes, Why> {
    if payload.len() < bytes {
        return Err(why("帧在一条记录中间结束", "a frame ends within an event"));
    }
    Ok(payload.split_to(bytes))
}

/// The next `N` bytes; the caller has checked that there are as many.
fn array<const N: usize>(payload: &mut Bytes) -> [u8; N] {
    let mut array = [0; N];
    payload.copy_to_slice(&mut array);
    array
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ids::{CommandId, StreamId, SubjectId, Version};
    use crate::log::{BatchEvent, LogHead};

    fn batch() -> Batch {
        let event = |position, boxes: Vec<Bytes>| BatchEvent {
            recorded: Recorded { position: Position(position), leaf: Bytes::from(format!("leaf {position}")), boxes },
            hash: [0; 32],
            stream: StreamId::new("log").unwrap(),
            version: Version(position),
        };
        Batch {
            events: vec![event(7, vec![]), event(8, vec![Bytes::from_static(b"box"), Bytes::new()])],
            keys: vec![WrappedKey {
                class: None,
                subject: SubjectId([1; 16]),
                epoch: 3,
                nonce: [4; 24],
                wrapped: [5; 48],
            }],
            commands: vec![
                CommandRecord {
                    command: CommandId([2; 16]),
                    fingerprint: Some([9; 32]),
                    first: Position(7),
                    last: Position(8),
                },
                CommandRecord { command: CommandId([3; 16]), fingerprint: None, first: Position(7), last: Position(7) },
            ],
            tiles: vec![],
            head: LogHead::default(),
        }
    }

    #[test]
    fn a_group_survives_its_frame() {
        let mut out = Vec::new();
        let batch = batch();
        encode(&mut out, 42, Position(7), &batch).unwrap();
        assert_eq!(out.len() % 8, 0);
        let payload_bytes = u32::from_le_bytes(out[..4].try_into().unwrap()) as usize;
        let payload = Bytes::copy_from_slice(&out[8..8 + payload_bytes]);
        assert_eq!(checksum(42, out[..4].try_into().unwrap(), &payload).to_le_bytes(), out[4..8]);
        let group = decode(payload).unwrap();
        assert_eq!(group.first, Position(7));
        let events: Vec<_> = batch.events.iter().map(|event| event.recorded.clone()).collect();
        assert_eq!(group.events, events);
        assert_eq!(group.keys, batch.keys);
        assert_eq!(group.commands, batch.commands);
    }

    #[test]
    fn a_cut_payload_is_refused_at_every_length() {
        let mut out = Vec::new();
        encode(&mut out, 42, Position(7), &batch()).unwrap();
        let payload_bytes = u32::from_le_bytes(out[..4].try_into().unwrap()) as usize;
        for length in 0..payload_bytes {
            assert!(decode(Bytes::copy_from_slice(&out[8..8 + length])).is_err(), "{length}");
        }
    }
}
