//! Inclusion and consistency proofs (RFC 6962 §2.1.1, §2.1.2): which subtrees they name, their hashes out of tiles,
//! and their verification (RFC 9162 §2.1.3.2, §2.1.4.2).

use crate::ids::{Hash, Position};
use crate::log::{EventLog, LogError};
use crate::record::tree::{
    Edge, TILE_HEIGHT, TILE_WIDTH, empty_root, hashes_at, node_hash, perfect_root, place_in_tile, root_of_frontier,
};
use std::collections::HashMap;
use std::ops::Range;

/// Why there is no proof.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProofError {
    /// The question does not fit the log.
    #[error("{asked} is out of range; the log has {size} leaves")]
    OutOfRange {
        /// The position or size asked for.
        asked: u64,
        /// The log's size.
        size: u64,
    },
    /// Reading the tree failed.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The leaf ranges whose roots prove that leaf `index` (from 0) is in the tree of `size` leaves, in proof order. Empty
/// when the index is not below the size.
pub fn inclusion_ranges(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut ranges = Vec::new();
    if index >= size {
        return ranges;
    }
    let (mut low, mut high) = (0, size);
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            ranges.push(middle..high);
            high = middle;
        } else {
            ranges.push(low..middle);
            low = middle;
        }
    }
    ranges.reverse();
    ranges
}

/// The leaf ranges whose roots prove that the tree of `to` leaves extends that of `from`, in proof order. Empty when
/// there is nothing to show: `from` is 0 or not below `to`.
pub fn consistency_ranges(from: u64, to: u64) -> Vec<Range<u64>> {
    let mut ranges = Vec::new();
    if from == 0 || from >= to {
        return ranges;
    }
    let (mut low, mut high) = (0, to);
    while from < high {
        let middle = low + split(high - low);
        if from <= middle {
            ranges.push(middle..high);
            high = middle;
        } else {
            ranges.push(low..middle);
            low = middle;
        }
    }
    // The old tree itself is known to who asks; any other subtree must be told.
    if low > 0 {
        ranges.push(low..high);
    }
    ranges.reverse();
    ranges
}

/// The largest power of two below `leaves`, which is at least 2.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// Whether `proof` shows that the leaf hash stands at `index` (from 0) in the tree of `size` leaves with `root`.
pub fn verify_inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let mut climb = Climb::new(index, size - 1);
    let mut node = *leaf;
    for sibling in proof {
        match climb.step() {
            None => return false,
            Some(Side::Left) => node = node_hash(sibling, &node),
            Some(Side::Right) => node = node_hash(&node, sibling),
        }
    }
    climb.at_top() && node == *root
}

/// Whether `proof` shows that the tree of `to` leaves with `to_root` begins with the tree of `from` leaves with
/// `from_root`.
pub fn verify_consistency(from: u64, to: u64, from_root: &Hash, to_root: &Hash, proof: &[Hash]) -> bool {
    if from > to {
        return false;
    }
    if from == to {
        return proof.is_empty() && from_root == to_root;
    }
    if from == 0 {
        return proof.is_empty() && *from_root == empty_root();
    }
    // Where the old tree is perfect its root is the first element and goes without saying.
    let (first, rest) = if from.is_power_of_two() {
        (from_root, proof)
    } else {
        match proof.split_first() {
            Some(parts) => parts,
            None => return false,
        }
    };
    let mut climb = Climb::new(from - 1, to - 1);
    climb.skip_right_children();
    let (mut old, mut new) = (*first, *first);
    for sibling in rest {
        match climb.step() {
            None => return false,
            Some(Side::Left) => {
                old = node_hash(sibling, &old);
                new = node_hash(sibling, &new);
            }
            Some(Side::Right) => new = node_hash(&new, sibling),
        }
    }
    climb.at_top() && old == *from_root && new == *to_root
}

enum Side {
    Left,
    Right,
}

/// A way from a node up to the root: its index and that of the last node, level by level.
struct Climb {
    index: u64,
    last: u64,
}

impl Climb {
    fn new(index: u64, last: u64) -> Self {
        Self { index, last }
    }

    fn up(&mut self) {
        self.index >>= 1;
        self.last >>= 1;
    }

    fn skip_right_children(&mut self) {
        while self.index & 1 == 1 {
            self.up();
        }
    }

    /// On which side the next sibling stands; `None` at the root, where there is none.
    fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.index & 1 == 1 || self.index == self.last {
            // A last node without a right neighbour rises unchanged until it is a right child.
            while self.index & 1 == 0 && self.index != 0 {
                self.up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.up();
        Some(side)
    }

    fn at_top(&self) -> bool {
        self.last == 0
    }
}

/// Reads hashes of the tree out of a log's full tiles and the [`Edge`] beside them, for the sizes up to the edge's.
pub struct TreeReader<'a> {
    log: &'a dyn EventLog,
    edge: &'a Edge,
    /// Tiles met so far; a proof touches a few of each level.
    tiles: HashMap<(u8, u64), Vec<Hash>>,
}

impl<'a> TreeReader<'a> {
    /// A reader of the tree that `edge` ends. The log must hold every tile that the edge has filled.
    pub fn new(log: &'a dyn EventLog, edge: &'a Edge) -> Self {
        Self { log, edge, tiles: HashMap::new() }
    }

    /// The root over the first `size` leaves.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] beyond the edge.
    pub async fn root_at(&mut self, size: u64) -> Result<Hash, ProofError> {
        self.within(size)?;
        if size == self.edge.size() {
            return Ok(self.edge.root());
        }
        Ok(self.range_root(0..size).await?)
    }

    /// The proof that the leaf at `position` is in the tree of `size` leaves.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] unless 1 ≤ position ≤ size ≤ the edge's size.
    pub async fn inclusion(&mut self, position: Position, size: u64) -> Result<Vec<Hash>, ProofError> {
        self.within(size)?;
        let index = position.0.checked_sub(1).filter(|index| *index < size);
        let index = index.ok_or(ProofError::OutOfRange { asked: position.0, size })?;
        self.roots(inclusion_ranges(index, size)).await
    }

    /// The proof that the tree of `to` leaves extends that of `from`; empty for `from` 0 and for equal sizes.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] unless from ≤ to ≤ the edge's size.
    pub async fn consistency(&mut self, from: u64, to: u64) -> Result<Vec<Hash>, ProofError> {
        self.within(to)?;
        if from > to {
            return Err(ProofError::OutOfRange { asked: from, size: to });
        }
        self.roots(consistency_ranges(from, to)).await
    }

    /// The first `width` hashes of a tile, 32 bytes each; `None` when the tile holds fewer, or `width` is not 1–256.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn hash_tile(&mut self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>, LogError> {
        let hashes = self.tile(level, index).await?;
        let wanted = usize::from(width);
        Ok((1..=TILE_WIDTH).contains(&wanted).then(|| hashes.get(..wanted).map(<[Hash]>::concat)).flatten())
    }

    fn within(&self, size: u64) -> Result<(), ProofError> {
        if size <= self.edge.size() {
            Ok(())
        } else {
            Err(ProofError::OutOfRange { asked: size, size: self.edge.size() })
        }
    }

    async fn roots(&mut self, ranges: Vec<Range<u64>>) -> Result<Vec<Hash>, ProofError> {
        let mut roots = Vec::with_capacity(ranges.len());
        for range in ranges {
            roots.push(self.range_root(range).await?);
        }
        Ok(roots)
    }

    /// The root over a range of leaves that is a subtree of the RFC's recursion: its perfect parts, largest first, lie
    /// side by side and each on a multiple of its own width.
    async fn range_root(&mut self, range: Range<u64>) -> Result<Hash, LogError> {
        let mut parts = Vec::new();
        let mut low = range.start;
        while low < range.end {
            let height = (range.end - low).ilog2();
            parts.push(self.perfect(height, low >> height).await?);
            low += 1 << height;
        }
        Ok(root_of_frontier(&parts))
    }

    async fn perfect(&mut self, height: u32, index: u64) -> Result<Hash, LogError> {
        let level = u8::try_from(height).unwrap_or(u8::MAX) / TILE_HEIGHT;
        let within = height % u32::from(TILE_HEIGHT);
        let first = index << within;
        let offset = place_in_tile(first);
        let hashes = self.tile(level, first / TILE_WIDTH as u64).await?;
        hashes
            .get(offset..offset + (1 << within))
            .and_then(perfect_root)
            .ok_or_else(|| LogError::Damaged(format!("no hash {first} in tile level {level}")))
    }

    /// The hashes that a tile holds so far; none beyond the edge.
    async fn tile(&mut self, level: u8, index: u64) -> Result<&[Hash], LogError> {
        let full = hashes_at(self.edge.size(), level) / TILE_WIDTH as u64;
        if index > full {
            return Ok(&[]);
        }
        if index == full {
            return Ok(self.edge.partial(level));
        }
        if !self.tiles.contains_key(&(level, index)) {
            let tile = self.log.tile(level, index).await?;
            let tile = tile.filter(|hashes| hashes.len() == TILE_WIDTH);
            let tile = tile.ok_or_else(|| LogError::Damaged(format!("tile {index} of level {level} is missing")))?;
            self.tiles.insert((level, index), tile);
        }
        Ok(self.tiles.get(&(level, index)).map_or(&[], Vec::as_slice))
    }
}
