#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// Made by `tests/vectors/make.py`, which shares no code with us.
const VECTORS: &str = include_str!("../../tests/vectors/file-1.json");

fn bytes(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn fixed<const N: usize>(text: &Value) -> [u8; N] {
    bytes(text).try_into().unwrap()
}

/// The bytes that the vectors seal: `byte i = (i * 7 + i / 256) mod 256`.
fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * 7 + at / 256) % 256).unwrap()).collect()
}

fn sealed(chunks: &Chunks, plain: &[u8]) -> Vec<u8> {
    let mut out = chunks.prefix.to_vec();
    let count = plain.len().div_ceil(CHUNK_BYTES);
    for (number, chunk) in plain.chunks(CHUNK_BYTES).enumerate() {
        out.extend(chunks.seal(number as u64, number + 1 == count, chunk).unwrap());
    }
    out
}

#[test]
fn files_are_sealed_as_the_vectors_say() {
    use sha2::Digest as _;
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let files = vectors["files"].as_array().unwrap();
    assert!(files.len() >= 4);
    for file in files {
        let length = usize::try_from(file["length"].as_u64().unwrap()).unwrap();
        let plain = plain(length);
        let id = file["id"].as_str().unwrap().parse().unwrap();
        let chunks = Chunks::new(&FileKey(fixed(&file["key"])), fixed(&file["prefix"]), id);
        let stored = sealed(&chunks, &plain);
        assert_eq!(stored.len() as u64, stored_bytes(length as u64));
        assert_eq!(Sha256::digest(&stored).to_vec(), bytes(&file["stored_sha256"]), "{length} bytes");
        assert_eq!(&stored[..48.min(stored.len())], &bytes(&file["stored_begins"])[..], "{length} bytes");
        let mut commitment = Commitment::under(&fixed(&file["r"]));
        // In pieces, as they come.
        plain.chunks(1000).for_each(|piece| commitment.update(piece));
        assert!(commitment.is(&fixed(&file["commitment"])), "{length} bytes");
    }
}

proptest! {
    /// Not another's, not elsewhere, not cut short and not gone on with.
    #[test]
    fn a_chunk_opens_at_its_own_place_only(length in 1_usize..300, number in 0_u64..9, last: bool, flipped in 0_usize..300) {
        let chunks = Chunks::new(&FileKey([7; 32]), [9; 16], Uuid::from_u128(1));
        let plain = plain(length);
        let sealed = chunks.seal(number, last, &plain).unwrap();
        prop_assert_eq!(chunks.open(number, last, &sealed), Some(plain));
        prop_assert_eq!(chunks.open(number + 1, last, &sealed), None);
        prop_assert_eq!(chunks.open(number, !last, &sealed), None);
        prop_assert_eq!(chunks.open(number, last, &sealed[..sealed.len() - 1]), None);
        let others = [
            Chunks::new(&FileKey([8; 32]), [9; 16], Uuid::from_u128(1)),
            Chunks::new(&FileKey([7; 32]), [8; 16], Uuid::from_u128(1)),
            Chunks::new(&FileKey([7; 32]), [9; 16], Uuid::from_u128(2)),
        ];
        for other in others {
            prop_assert_eq!(other.open(number, last, &sealed), None);
        }
        let mut damaged = sealed;
        let at = flipped % damaged.len();
        damaged[at] ^= 1;
        prop_assert_eq!(chunks.open(number, last, &damaged), None);
    }
}
