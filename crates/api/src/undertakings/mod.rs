//! What the families of undertakings have in common, each with a folder of its own (`deeds/`): how a command's answer is
//! made ([`changed`]), how a list is ([`listed`]), and what several of them show ([`parts`]).

pub(crate) mod changed;
pub(crate) mod listed;
pub mod parts;
