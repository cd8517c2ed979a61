//! The integration tests of the crate, in one binary so that they link once.
#![allow(clippy::unwrap_used)]

#[path = "it/arbitrary_bytes.rs"]
mod arbitrary_bytes;
#[path = "it/clock_walk.rs"]
mod clock_walk;
#[path = "it/damaged_tiles.rs"]
mod damaged_tiles;
#[path = "it/disk_model.rs"]
mod disk_model;
#[path = "it/leaves.rs"]
mod leaves;
#[path = "it/memory.rs"]
mod memory;
#[path = "it/model.rs"]
mod model;
#[path = "it/notes.rs"]
mod notes;
#[path = "it/trees.rs"]
mod trees;
#[path = "it/vectors.rs"]
mod vectors;
