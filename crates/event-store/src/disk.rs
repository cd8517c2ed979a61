//! Where the log lies: directories on one machine's disk. [`open`](mod@open) opens them, the [`doctor`] looks after them,
//! and [`keys`] lie apart from the data. An open log ([`DiskLog`]) writes the journal, then sled, and reads from sled.

mod disk_log;
pub mod doctor;
#[cfg(any(test, feature = "faults"))]
pub mod faults;
pub mod files;
pub(crate) mod journal;
pub mod keys;
pub(crate) mod lock;
pub mod open;
pub(crate) mod sled;
pub(crate) mod verify;

pub use disk_log::DiskLog;
pub(crate) use disk_log::{Core, Room};
pub use verify::Verifying;
