//! The tree's frontier alone: enough to hash on from a place and to compare roots, without the tiles that
//! [`crate::record::tree::Edge`] keeps.

use crate::ids::Hash;
use crate::record::tree;

/// Roots of the perfect subtrees of a size, largest first (RFC 6962 §2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// As written down earlier.
    pub fn new(size: u64, hashes: Vec<Hash>) -> Self {
        Self { size, hashes }
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.hashes.pop() else { break };
            node = tree::node_hash(&left, &node);
        }
        self.hashes.push(node);
        self.size += 1;
    }

    pub fn root(&self) -> Hash {
        tree::root_of_frontier(&self.hashes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_as_the_edge_does() {
        let (mut frontier, mut edge) = (Frontier::default(), tree::Edge::new());
        for leaf in 0..600_u32 {
            let hash = tree::leaf_hash(&leaf.to_le_bytes());
            frontier.push(hash);
            edge.push(hash);
            assert_eq!((frontier.root(), frontier.hashes().to_vec()), (edge.root(), edge.frontier()));
        }
    }
}
