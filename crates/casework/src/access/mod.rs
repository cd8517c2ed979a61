//! Who may do what: the rights of whoever asks, held against a thing that was loaded and against what is about to be
//! appended; accounts and tokens; what takes two persons.

pub mod accounts;
pub mod admission;
pub mod asker;
pub mod credentials;
pub mod held;
pub mod identity;
pub mod looks;
pub mod proposals;
mod replays;
mod rights;
mod seen;
mod separation;
pub mod sight;
mod sights;
mod streams;
pub mod things;
pub mod tokens;
pub mod two_persons;
pub mod views;

pub use asker::{Asker, Authority};
pub(crate) use seen::Seen;
pub use sight::{Reader, Sight};
pub use two_persons::ProposedRequest;
