//! A chunk: up to 8 consecutive events as one value, which mostly fits into one part; an earlier version wrote up to 16. The leaves are compressed together (JSON, zstd level 1); boxes
//! are ciphertext and stay as they are.
//!
//! ```text
//! chunk  = length of the whole u32 | events u8 | length of the leaves u32 | compressed length u32 | compressed | boxes
//! leaves = length u16 (per event) … | leaf …          boxes = per event: boxes u16, (length u32 | box) …
//! ```

use crate::ids::Position;
use crate::log::{LogError, Recorded};
use bytes::{Buf, Bytes};
use std::cell::RefCell;

/// Most events in a chunk that is written: whoever reads one event takes the whole chunk apart.
pub(crate) const EVENTS_WRITTEN: usize = 8;
/// Most events in a chunk that is read.
const EVENTS_MAX: usize = 16;
const LEVEL: i32 = 1;
const HEADER_BYTES: usize = 13;
/// Leaves of 16 KiB and their lengths: a wild number in a damaged chunk must not reserve memory.
const LEAVES_BYTES_MAX: usize = EVENTS_MAX * (u16::MAX as usize + 2);

/// Makes chunks; keeps its buffers and compression context.
pub(crate) struct Encoder {
    compressor: zstd::bulk::Compressor<'static>,
    leaves: Vec<u8>,
    compressed: Vec<u8>,
}

impl Encoder {
    pub fn new() -> Result<Self, LogError> {
        let compressor = zstd::bulk::Compressor::new(LEVEL).map_err(|error| LogError::Io(error.to_string()))?;
        Ok(Self { compressor, leaves: Vec::new(), compressed: Vec::new() })
    }

    /// The bytes of a chunk of 1 to 8 events.
    pub fn encode<'a>(
        &mut self,
        events: impl ExactSizeIterator<Item = &'a Recorded> + Clone,
    ) -> Result<Vec<u8>, LogError> {
        let too_long = || LogError::Io("an event is longer than a chunk can say".to_owned());
        self.leaves.clear();
        for event in events.clone() {
            let length = u16::try_from(event.leaf.len()).map_err(|_| too_long())?;
            self.leaves.extend_from_slice(&length.to_le_bytes());
        }
        for event in events.clone() {
            self.leaves.extend_from_slice(&event.leaf);
        }
        self.compressed.clear();
        self.compressed.reserve(zstd::zstd_safe::compress_bound(self.leaves.len()));
        self.compressor
            .compress_to_buffer(&self.leaves, &mut self.compressed)
            .map_err(|error| LogError::Io(error.to_string()))?;
        let boxes: usize = events.clone().flat_map(|event| &event.boxes).map(|sealed| 4 + sealed.len()).sum();
        let total = HEADER_BYTES + self.compressed.len() + 2 * events.len() + boxes;
        let mut chunk = Vec::with_capacity(total);
        let number = |chunk: &mut Vec<u8>, number: usize| {
            u32::try_from(number).map(|number| chunk.extend_from_slice(&number.to_le_bytes())).map_err(|_| too_long())
        };
        number(&mut chunk, total)?;
        chunk.push(u8::try_from(events.len()).map_err(|_| too_long())?);
        number(&mut chunk, self.leaves.len())?;
        number(&mut chunk, self.compressed.len())?;
        chunk.extend_from_slice(&self.compressed);
        for event in events {
            let boxes = u16::try_from(event.boxes.len()).map_err(|_| too_long())?;
            chunk.extend_from_slice(&boxes.to_le_bytes());
            for sealed in &event.boxes {
                number(&mut chunk, sealed.len())?;
                chunk.extend_from_slice(sealed);
            }
        }
        Ok(chunk)
    }
}

/// How long the chunk is whose first part this is.
pub(crate) fn total_bytes(first_part: &[u8]) -> Option<usize> {
    let (length, _) = first_part.split_first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*length)).ok()
}

thread_local! {
    /// A decompression context costs more to make than a chunk to decompress.
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Takes a whole chunk apart. The leaves of a chunk share one allocation, its boxes another.
///
/// # Errors
/// [`LogError::Damaged`]; never a panic, whatever the bytes.
pub(crate) fn decode(first: Position, chunk: Bytes) -> Result<Vec<Recorded>, LogError> {
    pick(first, chunk, |_| true)
}

/// The same, of the events in these places alone.
///
/// # Errors
/// As for [`decode`].
pub(crate) fn pick(first: Position, chunk: Bytes, wanted: impl Fn(usize) -> bool) -> Result<Vec<Recorded>, LogError> {
    take_apart(first, chunk, wanted)
        .ok_or_else(|| LogError::Damaged(format!("the chunk of position {first} cannot be read")))
}

fn take_apart(first: Position, mut chunk: Bytes, wanted: impl Fn(usize) -> bool) -> Option<Vec<Recorded>> {
    if total_bytes(&chunk)? != chunk.len() {
        return None;
    }
    chunk.advance(4);
    let events = usize::from(chunk.try_get_u8().ok()?);
    let leaves_bytes = usize::try_from(chunk.try_get_u32_le().ok()?).ok()?;
    let compressed_bytes = usize::try_from(chunk.try_get_u32_le().ok()?).ok()?;
    if events > EVENTS_MAX || leaves_bytes > LEAVES_BYTES_MAX || compressed_bytes > chunk.len() {
        return None;
    }
    let compressed = chunk.split_to(compressed_bytes);
    let leaves = DECOMPRESSOR.with_borrow_mut(|context| {
        let decompressor = match context {
            Some(decompressor) => decompressor,
            None => context.insert(zstd::bulk::Decompressor::new().ok()?),
        };
        // The length is known: it need not be asked of the bytes.
        let mut leaves = Vec::with_capacity(leaves_bytes);
        decompressor.decompress_to_buffer(&compressed, &mut leaves).ok()?;
        Some(leaves)
    })?;
    if leaves.len() != leaves_bytes || leaves.len() < 2 * events {
        return None;
    }
    let mut leaves = Bytes::from(leaves);
    let mut lengths = leaves.split_to(2 * events);
    let mut recorded = Vec::with_capacity(events);
    for index in 0..events {
        let length = usize::from(lengths.get_u16_le());
        if length > leaves.len() {
            return None;
        }
        let boxes = usize::from(chunk.try_get_u16_le().ok()?);
        if !wanted(index) {
            leaves.advance(length);
            for _ in 0..boxes {
                let length = usize::try_from(chunk.try_get_u32_le().ok()?).ok()?;
                (length <= chunk.len()).then(|| chunk.advance(length))?;
            }
            continue;
        }
        let leaf = leaves.split_to(length);
        let boxes = (0..boxes)
            .map(|_| {
                let length = usize::try_from(chunk.try_get_u32_le().ok()?).ok()?;
                (length <= chunk.len()).then(|| chunk.split_to(length))
            })
            .collect::<Option<_>>()?;
        let position = Position(first.0.checked_add(index as u64)?);
        recorded.push(Recorded { position, leaf, boxes });
    }
    (leaves.is_empty() && chunk.is_empty()).then_some(recorded)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn events() -> Vec<Recorded> {
        (0..5_u8)
            .map(|index| Recorded {
                position: Position(40 + u64::from(index)),
                leaf: Bytes::from(vec![b'x'; 100 * usize::from(index)]),
                boxes: (0..index).map(|length| Bytes::from(vec![7; 3 * usize::from(length)])).collect(),
            })
            .collect()
    }

    #[test]
    fn a_chunk_gives_back_its_events_and_never_panics_when_damaged() {
        let events = events();
        let chunk = Encoder::new().unwrap().encode(events.iter()).unwrap();
        let back = decode(Position(40), Bytes::from(chunk.clone())).unwrap();
        assert_eq!(back, events);
        let some = pick(Position(40), Bytes::from(chunk.clone()), |place| place % 2 == 1).unwrap();
        assert_eq!(some, [events[1].clone(), events[3].clone()]);
        for at in 0..chunk.len() {
            let mut damaged = chunk.clone();
            damaged[at] ^= 0xff;
            // sled's own checksum finds damage; here only the absence of a panic counts.
            drop(decode(Position(40), Bytes::from(damaged)));
            assert!(decode(Position(40), Bytes::copy_from_slice(&chunk[..at])).is_err());
        }
    }
}
