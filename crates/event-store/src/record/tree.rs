//! The Merkle tree of RFC 6962 §2.1 over leaf hashes, and its growing [`Edge`].

use crate::ids::{Hash, Position};
use crate::log::{EventLog, LogError, LogHead, Tile};
use sha2::{Digest, Sha256};

/// Hashes in a full tile.
pub const TILE_WIDTH: usize = 256;
/// Levels of the tree that one tile spans.
pub(crate) const TILE_HEIGHT: u8 = 8;

/// SHA-256(`0x00` ‖ leaf).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0x00]);
    hasher.update(leaf);
    hasher.finalize().into()
}

/// SHA-256(`0x01` ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [0; 65];
    bytes[0] = 0x01;
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    Sha256::digest(bytes).into()
}

/// Root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The root over a frontier, that is over the roots of the perfect subtrees of a size, largest first.
pub fn root_of_frontier(frontier: &[Hash]) -> Hash {
    match frontier.split_last() {
        None => empty_root(),
        Some((last, rest)) => rest.iter().rev().fold(*last, |right, left| node_hash(left, &right)),
    }
}

/// The root of a perfect subtree, from its `2^n` hashes; `None` for any other number.
pub(crate) fn perfect_root(hashes: &[Hash]) -> Option<Hash> {
    if !hashes.len().is_power_of_two() {
        return None;
    }
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    row.first().copied()
}

/// The growing edge of the tree: its frontier and, of each level of tiles, the hashes that fill no tile yet.
///
/// At most 8 levels of 255 hashes; a push costs one node hash on average and the root a few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    frontier: Vec<Hash>,
    partial: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a leaf hash. Returns the tiles that it fills, usually none, lowest level first; they no longer stand in
    /// [`Edge::partial`].
    pub fn push(&mut self, leaf: Hash) -> Vec<Tile> {
        let mut tiles = Vec::new();
        let merges = self.size.trailing_ones();
        self.size += 1;
        self.keep(0, leaf, &mut tiles);
        let mut node = leaf;
        let mut height: u8 = 0;
        for _ in 0..merges {
            // The frontier holds one hash per set bit of the size, so there is always one to merge with.
            let Some(left) = self.frontier.pop() else {
                break;
            };
            node = node_hash(&left, &node);
            height += 1;
            if height.is_multiple_of(TILE_HEIGHT) {
                self.keep(height / TILE_HEIGHT, node, &mut tiles);
            }
        }
        self.frontier.push(node);
        tiles
    }

    fn keep(&mut self, level: u8, hash: Hash, tiles: &mut Vec<Tile>) {
        let at = usize::from(level);
        if self.partial.len() <= at {
            self.partial.resize_with(at + 1, Vec::new);
        }
        let row = &mut self.partial[at];
        row.push(hash);
        if row.len() == TILE_WIDTH {
            let hashes = std::mem::take(row);
            let filled = hashes_at(self.size, level) / TILE_WIDTH as u64;
            tiles.push(Tile { level, index: filled - 1, hashes });
        }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves.
    pub fn root(&self) -> Hash {
        root_of_frontier(&self.frontier)
    }

    /// Roots of the perfect subtrees, largest first.
    pub fn frontier(&self) -> Vec<Hash> {
        self.frontier.clone()
    }

    /// The hashes of a level of tiles that fill no tile yet: fewer than 256, none for levels above the tree.
    pub fn partial(&self, level: u8) -> &[Hash] {
        self.partial.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// Rebuilds the edge from full tiles and the newest leaves (at most 255 leaves and 255 tiles per level).
    ///
    /// # Errors
    /// [`LogError::Damaged`] when something is missing or the result differs from the frontier that the log keeps.
    pub async fn load(log: &dyn EventLog) -> Result<Self, LogError> {
        let head = log.head().await?;
        let mut partial = vec![newest_leaf_hashes(log, head.size).await?];
        let mut level: u8 = 0;
        while hashes_at(head.size, level + 1) > 0 {
            let above = hashes_at(head.size, level + 1);
            let mut row = Vec::new();
            for index in above - above % TILE_WIDTH as u64..above {
                let tile = log.tile(level, index).await?;
                let root = tile.filter(|hashes| hashes.len() == TILE_WIDTH);
                let root = root.and_then(|hashes| perfect_root(&hashes));
                row.push(root.ok_or_else(|| LogError::Damaged(format!("tile {index} of level {level} is missing")))?);
            }
            partial.push(row);
            level += 1;
        }
        Self::from_rows(&head, partial)
    }

    /// The edge at a head, from the unfilled row of every level of tiles.
    ///
    /// # Errors
    /// [`LogError::Damaged`] when the rows do not give the head's frontier.
    pub(crate) fn from_rows(head: &LogHead, mut partial: Vec<Vec<Hash>>) -> Result<Self, LogError> {
        let frontier = partial.iter().rev().flat_map(|row| frontier_of_row(row)).collect::<Vec<_>>();
        if frontier != head.frontier {
            return Err(LogError::Damaged(format!(
                "the leaves and tiles do not give the frontier kept for size {}",
                head.size
            )));
        }
        if head.size == 0 {
            partial.clear();
        }
        Ok(Self { size: head.size, frontier, partial })
    }
}

/// Hashes that a level of tiles has in a tree of `size` leaves.
pub(crate) fn hashes_at(size: u64, level: u8) -> u64 {
    size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0)
}

/// Where in its tile the hash with this number stands.
pub(crate) fn place_in_tile(number: u64) -> usize {
    usize::from(number.to_le_bytes()[0])
}

/// The part of a frontier that the hashes of one unfilled tile make up, largest subtree first.
fn frontier_of_row(row: &[Hash]) -> Vec<Hash> {
    let mut roots = Vec::new();
    let mut rest = row;
    while !rest.is_empty() {
        let width = 1 << rest.len().ilog2();
        let (first, after) = rest.split_at(width);
        roots.extend(perfect_root(first));
        rest = after;
    }
    roots
}

async fn newest_leaf_hashes(log: &dyn EventLog, size: u64) -> Result<Vec<Hash>, LogError> {
    let wanted = place_in_tile(size);
    let mut hashes = Vec::with_capacity(TILE_WIDTH);
    while hashes.len() < wanted {
        let missing = wanted - hashes.len();
        let after = Position(size - missing as u64);
        let events = log.read_all(after, missing).await?;
        if events.is_empty() {
            return Err(LogError::Damaged(format!("no leaf at position {}", after.0 + 1)));
        }
        hashes.extend(events.iter().map(|event| leaf_hash(&event.leaf)));
    }
    Ok(hashes)
}
