//! The edge, its reading back, and every proof of small trees against the recursive definitions of RFC 6962 §2.1.

use event_store::log::{Batch, LogHead, Tile};
use event_store::proof::{TreeReader, verify_consistency, verify_inclusion};
use event_store::tree::{self, Edge, leaf_hash, node_hash};
use event_store::{EventLog, Hash, LogError, MemoryLog, Position, ProofError, Recorded};

/// RFC 6962 §2.1, word for word: slow, and easy to believe.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => tree::empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

fn split(leaves: usize) -> usize {
    leaves.next_power_of_two() / 2
}

/// RFC 6962 §2.1.1.
fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut proof, other) = if index < left.len() {
        (path(index, left), root(right))
    } else {
        (path(index - left.len(), right), root(left))
    };
    proof.push(other);
    proof
}

/// RFC 6962 §2.1.2.
fn subproof(from: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if from == leaves.len() {
        return if known { Vec::new() } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut proof, other) = if from <= left.len() {
        (subproof(from, left, known), root(right))
    } else {
        (subproof(from - left.len(), right, false), root(left))
    };
    proof.push(other);
    proof
}

fn leaf_bytes(index: u64) -> Vec<u8> {
    index.to_be_bytes().to_vec()
}

fn leaf_hashes(size: u64) -> Vec<Hash> {
    (0..size).map(|i| leaf_hash(&leaf_bytes(i))).collect()
}

/// A log and edge of `size` leaves, with the roots on the way.
async fn grown(size: u64) -> (MemoryLog, Edge, Vec<Hash>) {
    let log = MemoryLog::new();
    let mut edge = Edge::new();
    let mut roots = vec![edge.root()];
    let mut batch = Batch::default();
    for index in 0..size {
        let leaf = leaf_bytes(index);
        batch.tiles.extend(edge.push(leaf_hash(&leaf)));
        roots.push(edge.root());
        batch.events.push(event_store::log::BatchEvent {
            hash: leaf_hash(&leaf),
            recorded: Recorded { position: Position(index + 1), leaf: leaf.into(), boxes: Vec::new() },
            stream: event_store::StreamId::new("log").unwrap(),
            version: event_store::Version(index + 1),
        });
    }
    batch.head = LogHead { size, frontier: edge.frontier(), last_recorded_at: 0 };
    log.commit(0, batch).await.unwrap();
    (log, edge, roots)
}

const SMALL: u64 = 70;

#[tokio::test]
async fn all_proofs_of_small_trees_are_the_definitions() {
    let (log, edge, roots) = grown(SMALL).await;
    let leaves = leaf_hashes(SMALL);
    let mut reader = TreeReader::new(&log, &edge);
    for size in 0..=leaves.len() {
        let tree = &leaves[..size];
        let size = size as u64;
        assert_eq!(roots[tree.len()], root(tree));
        assert_eq!(reader.root_at(size).await.unwrap(), root(tree));
        for index in 0..size {
            let proof = reader.inclusion(Position(index + 1), size).await.unwrap();
            let place = usize::try_from(index).unwrap();
            assert_eq!(proof, path(place, tree), "{index} in {size}");
            assert!(verify_inclusion(index, size, &leaves[place], &proof, &root(tree)));
        }
        for from in 1..=size {
            let old = usize::try_from(from).unwrap();
            let proof = reader.consistency(from, size).await.unwrap();
            assert_eq!(proof, subproof(old, tree, true), "{from} to {size}");
            assert!(verify_consistency(from, size, &roots[old], &root(tree), &proof));
        }
    }
}

#[test]
fn no_proof_survives_a_flipped_bit_or_another_place() {
    let leaves = leaf_hashes(SMALL);
    // All sizes would be minutes in a debug build; these have every shape of right edge.
    for size in [1usize, 2, 3, 5, 7, 8, 11, 13, 64, 70] {
        let (tree, whole) = (&leaves[..size], root(&leaves[..size]));
        for index in (0..size).step_by(1 + size / 16) {
            let proof = path(index, tree);
            let holds = |index: usize, leaf: &Hash, proof: &[Hash], root: &Hash| {
                verify_inclusion(index as u64, size as u64, leaf, proof, root)
            };
            for changed in flips(&proof) {
                assert!(!holds(index, &tree[index], &changed, &whole));
            }
            for changed in flips(&[tree[index], whole]) {
                assert!(!holds(index, &changed[0], &proof, &changed[1]));
            }
            assert!(!holds(size, &tree[index], &proof, &whole));
            for other in (0..size).filter(|other| *other != index) {
                assert!(!holds(other, &tree[index], &proof, &whole));
            }
            let longer = [&proof[..], &[whole]].concat();
            assert!(!holds(index, &tree[index], &longer, &whole));
            if let Some((_, shorter)) = proof.split_last() {
                assert!(!holds(index, &tree[index], shorter, &whole));
            }
        }
        for from in (1..=size).step_by(1 + size / 16) {
            let proof = subproof(from, tree, true);
            let old = root(&leaves[..from]);
            let holds =
                |old: &Hash, new: &Hash, proof: &[Hash]| verify_consistency(from as u64, size as u64, old, new, proof);
            for changed in flips(&proof) {
                assert!(!holds(&old, &whole, &changed));
            }
            for changed in flips(&[old, whole]) {
                assert!(!holds(&changed[0], &changed[1], &proof));
            }
            let longer = [&proof[..], &[whole]].concat();
            assert!(!holds(&old, &whole, &longer));
            if let Some((_, shorter)) = proof.split_last() {
                assert!(!holds(&old, &whole, shorter));
            }
        }
    }
}

/// The hashes with one bit flipped: one bit of each byte in turn.
fn flips(hashes: &[Hash]) -> impl Iterator<Item = Vec<Hash>> {
    (0..hashes.len() * 32).map(|byte| {
        let mut changed = hashes.to_vec();
        changed[byte / 32][byte % 32] ^= 1 << (byte % 8);
        changed
    })
}

#[test]
fn the_empty_tree_is_the_beginning_of_every_tree() {
    let (empty, one) = (tree::empty_root(), leaf_hash(b"a"));
    assert!(verify_consistency(0, 1, &empty, &one, &[]));
    assert!(verify_consistency(0, 0, &empty, &empty, &[]));
    assert!(!verify_consistency(0, 1, &one, &one, &[]));
    assert!(!verify_consistency(0, 1, &empty, &one, &[one]));
    assert!(!verify_consistency(1, 0, &one, &empty, &[]));
    assert!(!verify_consistency(u64::MAX - 1, u64::MAX, &one, &one, &[]));
    assert!(!verify_inclusion(0, 0, &one, &[], &empty));
    assert!(!verify_inclusion(u64::MAX - 1, u64::MAX, &one, &[], &one));
}

#[tokio::test]
async fn questions_beyond_the_log_are_refused() {
    let (log, edge, _) = grown(5).await;
    let mut reader = TreeReader::new(&log, &edge);
    let out = |e: ProofError| matches!(e, ProofError::OutOfRange { .. });
    assert!(out(reader.root_at(6).await.unwrap_err()));
    for (position, size) in [(0, 5), (6, 5), (4, 3), (1, 6), (1, u64::MAX)] {
        assert!(out(reader.inclusion(Position(position), size).await.unwrap_err()));
    }
    for (from, to) in [(4, 3), (1, 6), (7, u64::MAX)] {
        assert!(out(reader.consistency(from, to).await.unwrap_err()));
    }
    assert_eq!(reader.consistency(0, 5).await.unwrap(), Vec::<Hash>::new());
    assert_eq!(reader.hash_tile(0, 0, 0).await.unwrap(), None);
    assert_eq!(reader.hash_tile(0, 0, 6).await.unwrap(), None);
    assert_eq!(reader.hash_tile(0, 1, 1).await.unwrap(), None);
    assert_eq!(reader.hash_tile(1, 0, 1).await.unwrap(), None);
    assert_eq!(reader.hash_tile(255, u64::MAX, u16::MAX).await.unwrap(), None);
}

/// Three levels of tiles, the first of which is full.
const LARGE: u64 = 65_536 + 300;

#[tokio::test]
async fn proofs_of_a_large_tree_come_out_of_its_tiles() {
    let (log, edge, roots) = grown(LARGE).await;
    assert_eq!(Edge::load(&log).await.unwrap(), edge);
    assert_eq!(edge.partial(0).len(), 300 - 256);
    assert_eq!(edge.partial(1).len(), 1);
    assert_eq!(edge.partial(2).len(), 1);
    let mut reader = TreeReader::new(&log, &edge);
    let sizes = [1, 2, 255, 256, 257, 511, 4_096, 30_001, 65_535, 65_536, 65_537, 65_792, LARGE];
    let root_of = |size: u64| &roots[usize::try_from(size).unwrap()];
    for size in sizes {
        assert_eq!(reader.root_at(size).await.unwrap(), *root_of(size), "{size}");
        for index in [0, 1, 255, 256, 4_095, 30_000, size / 2, size - 1] {
            if index < size {
                let proof = reader.inclusion(Position(index + 1), size).await.unwrap();
                let leaf = leaf_hash(&leaf_bytes(index));
                assert!(verify_inclusion(index, size, &leaf, &proof, root_of(size)));
            }
        }
        for from in sizes.into_iter().filter(|from| *from <= size) {
            let proof = reader.consistency(from, size).await.unwrap();
            assert!(verify_consistency(from, size, root_of(from), root_of(size), &proof));
        }
    }
    let full = reader.hash_tile(0, 255, 256).await.unwrap().unwrap();
    assert_eq!(full.len(), 256 * 32);
    let narrow = reader.hash_tile(0, 255, 10).await.unwrap().unwrap();
    assert_eq!(narrow, full[..320]);
    // A tile of level 1 is made of the roots of the tiles below it.
    let hashes: Vec<Hash> = full.chunks(32).map(|h| h.try_into().unwrap()).collect();
    let above = reader.hash_tile(1, 0, 256).await.unwrap().unwrap();
    assert_eq!(above[255 * 32..], root(&hashes));
}

#[tokio::test]
async fn an_edge_reads_back_as_it_was_at_every_kind_of_size() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 513, 1_000] {
        let (log, edge, _) = grown(size).await;
        let loaded = Edge::load(&log).await.unwrap();
        assert_eq!(loaded, edge, "{size}");
    }
}

#[tokio::test]
async fn an_edge_that_does_not_fit_the_log_is_damage() {
    // A frontier that the leaves do not give.
    let log = MemoryLog::new();
    let mut batch = Batch { head: LogHead::default(), ..Batch::default() };
    batch.head.frontier = vec![[1; 32]];
    log.commit(0, batch).await.unwrap();
    assert!(matches!(Edge::load(&log).await, Err(LogError::Damaged(_))));

    // A full tile with one hash changed.
    let log = MemoryLog::new();
    let mut edge = Edge::new();
    let mut batch = Batch::default();
    for index in 0..256 {
        let leaf = leaf_bytes(index);
        batch.tiles.extend(edge.push(leaf_hash(&leaf)));
        batch.events.push(event_store::log::BatchEvent {
            hash: leaf_hash(&leaf),
            recorded: Recorded { position: Position(index + 1), leaf: leaf.into(), boxes: Vec::new() },
            stream: event_store::StreamId::new("log").unwrap(),
            version: event_store::Version(index + 1),
        });
    }
    batch.head.size = 256;
    batch.head.frontier = edge.frontier();
    let [Tile { hashes, .. }] = &mut batch.tiles[..] else {
        panic!("one tile");
    };
    hashes[100][0] ^= 1;
    log.commit(0, batch).await.unwrap();
    assert!(matches!(Edge::load(&log).await, Err(LogError::Damaged(_))));
}
