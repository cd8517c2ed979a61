//! The write-ahead journal: what durability rests on. Segments of zero-filled file, one frame per group commit, one
//! `fdatasync` per group.
//!
//! [`segment`] is a file and its header, [`frame`] one group in it, [`write`] the end that grows, [`spare`] the file
//! made ahead, [`read`] one segment's frames, [`scan`] the whole journal from a known place, [`salvage`]
//! what can be read of a damaged one.

pub(crate) mod frame;
pub(crate) mod read;
pub(crate) mod salvage;
pub(crate) mod scan;
pub(crate) mod segment;
mod spare;
pub(crate) mod tree_mark;
pub(crate) mod why;
pub(crate) mod write;
