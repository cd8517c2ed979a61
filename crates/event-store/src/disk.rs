//! Where the log lies: directories on one machine's disk. [`open`](mod@open) opens them, the [`doctor`] looks after them,
//! and [`keys`] lie apart from the data. An open log ([`DiskLog`]) writes the journal and acknowledges; sled follows behind, and
//! what it has not yet is read from memory.

mod behind;
mod core;
mod disk_log;
pub mod doctor;
#[cfg(any(test, feature = "faults"))]
pub mod faults;
pub mod files;
mod following;
pub(crate) mod index;
pub(crate) mod journal;
pub(crate) mod keyring;
pub mod keys;
pub(crate) mod lock;
mod newest;
pub mod open;
mod reading;
pub(crate) mod records;
pub(crate) mod sled;
pub(crate) mod verify;

pub(crate) use core::{Core, Parts, Room};
pub use disk_log::DiskLog;
pub use verify::Verifying;
