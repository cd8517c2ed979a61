//! The record itself, what is signed: canonical JSON, leaves, boxes, the tree over them, its proofs, tiles and checkpoints.
//! Its bytes are `docs/FORMAT.md`.

pub mod boxes;
pub mod canonical;
pub mod checkpoint;
pub mod leaf;
pub mod proof;
pub mod tiles;
pub mod tree;
