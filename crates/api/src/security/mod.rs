//! The security journal: who came in and who was turned away, from where, by which route. It lies beside the record, a file
//! a day, and the record holds the digest of each day that is over ([`sealing`]).
//!
//! Reading order: [`entry`] (what a line says), `repeats` (what comes again and again is one line), `files` (a file a
//! day), [`journal`] (the thread that writes, and what is noted), [`sealing`], `questions`.

pub mod entry;
pub(crate) mod files;
pub mod journal;
pub(crate) mod questions;
mod repeats;
pub mod sealing;
