//! What the families of undertakings have in common, each with a folder of its own (`deeds/`): how a command's answer is
//! made (`changed`), how a list is (`listed`), what several of them show (`parts`), and how many people came
//! ([`attendance`]).

pub mod attendance;
pub(crate) mod changed;
pub(crate) mod listed;
pub mod parts;
