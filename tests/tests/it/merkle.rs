//! A Merkle tree, a signed note and the tiles' paths once more, by the book (RFC 6962 §2.1, C2SP) and slowly: what the
//! server publishes is compared with this.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use sha2::{Digest as _, Sha256};

pub type Hash = [u8; 32];

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// SHA-256(0x00 ‖ leaf).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256(&[&[0], leaf])
}

/// SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The largest power of two smaller than `n`, which is at least 2.
fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

/// MTH(D): the root over leaf hashes.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

/// PATH(m, D[n]): the audit path of leaf `m`, from 0.
pub fn inclusion(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, sibling) =
        if m < left.len() { (inclusion(m, left), root(right)) } else { (inclusion(m - left.len(), right), root(left)) };
    path.push(sibling);
    path
}

/// PROOF(m, D[n]): that the first `m` leaves are a beginning of all of them; `0 < m ≤ n`.
pub fn consistency(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
        if m == leaves.len() {
            return if whole { Vec::new() } else { vec![root(leaves)] };
        }
        let (left, right) = leaves.split_at(split(leaves.len()));
        let (mut proof, other) = if m <= left.len() {
            (subproof(m, left, whole), root(right))
        } else {
            (subproof(m - left.len(), right, false), root(left))
        };
        proof.push(other);
        proof
    }
    subproof(m, leaves, true)
}

/// A tree that only grows and only knows its root.
#[derive(Clone, Debug, Default)]
pub struct Growing {
    /// Perfect subtrees from the left: how many leaves, which root.
    peaks: Vec<(u64, Hash)>,
    pub size: u64,
}

impl Growing {
    /// One more leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut peak = (1, leaf);
        while let Some((_, left)) = self.peaks.pop_if(|(leaves, _)| *leaves == peak.0) {
            peak = (peak.0 * 2, node_hash(&left, &peak.1));
        }
        self.peaks.push(peak);
        self.size += 1;
    }

    /// The root of what is there.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = peaks.next() else { return sha256(&[]) };
        peaks.fold(last, |right, left| node_hash(&left, &right))
    }
}

/// A checkpoint whose signature has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

/// Reads a verifier key and a checkpoint, and checks the one against the other.
#[track_caller]
pub fn checkpoint(note: &str, vkey: &str) -> Checkpoint {
    let [name, id, key]: [&str; 3] = vkey.trim().splitn(3, '+').collect::<Vec<_>>().try_into().expect("a vkey");
    let key = STANDARD.decode(key).unwrap();
    let expected = sha256(&[name.as_bytes(), b"\n", &key]);
    let hex: String = expected[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(id, hex, "the key's id is not that of name and key");
    let (algorithm, key) = key.split_first().unwrap();
    assert_eq!(*algorithm, 1, "not Ed25519");

    let (text, signatures) = note.split_once("\n\n").expect("a signed note");
    let text = format!("{text}\n");
    let line =
        signatures.lines().find_map(|line| line.strip_prefix(&format!("— {name} "))).expect("a line of this key");
    let signature = STANDARD.decode(line).unwrap();
    let (id, signature) = signature.split_at(4);
    assert_eq!(id, &expected[..4]);
    let key = VerifyingKey::from_bytes(key.try_into().unwrap()).unwrap();
    key.verify(text.as_bytes(), &Signature::from_slice(signature).unwrap()).expect("the signature");

    let [origin, size, root]: [&str; 3] = text.lines().collect::<Vec<_>>().try_into().expect("origin, size and root");
    assert_eq!(origin, name, "the key is named after the origin");
    Checkpoint { origin: origin.to_owned(), size: size.parse().unwrap(), root: hash(root) }
}

/// A hash in base64.
#[track_caller]
pub fn hash(base64: &str) -> Hash {
    STANDARD.decode(base64).unwrap().try_into().unwrap()
}

/// The `command` of a leaf (FORMAT §1).
pub fn command_id(actor: &str, idempotency_key: &str) -> String {
    let digest = sha256(&[b"huiyin/command/1\n", actor.as_bytes(), b"\n", idempotency_key.as_bytes()]);
    URL_SAFE_NO_PAD.encode(&digest[..16])
}

/// The path of a tile or bundle: groups of three digits, all but the last with an x; `.p/W` when partial.
pub fn tile(kind: &str, index: u64, width: u64) -> String {
    let mut number = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        number = format!("x{:03}/{number}", rest % 1000);
        rest /= 1000;
    }
    let partial = if width == 256 { String::new() } else { format!(".p/{width}") };
    format!("/log/tile/{kind}/{number}{partial}")
}

/// The leaves of an entry bundle: each behind its length in 16 bits, big-endian.
pub fn unbundle(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut leaves = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (leaf, rest) = rest.split_at(u16::from_be_bytes(*length).into());
        leaves.push(leaf);
        bytes = rest;
    }
    assert!(bytes.is_empty(), "a bundle ends in half a length");
    leaves
}

#[test]
fn this_tree_agrees_with_itself() {
    let leaves: Vec<Hash> = (0..70_u8).map(|n| leaf_hash(&[n])).collect();
    let mut growing = Growing::default();
    assert_eq!(growing.root(), root(&[]));
    for n in 0..leaves.len() {
        growing.push(leaves[n]);
        assert_eq!(growing.root(), root(&leaves[..=n]), "{n}");
    }
}
