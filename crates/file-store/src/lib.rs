//! Where the bytes of files lie: sealed in chunks (FORMAT §4), in a directory or in an S3-compatible store, taken and
//! handed out in constant memory; and what they are, by the bytes alone.
//!
//! It knows ids and bytes, and nothing of casework: who may store a file, what is recorded of it and where its key is
//! kept is not its concern.
//!
//! Reading order: [`seal`] (the bytes as they lie), [`store`] (where), [`incoming`] (a file on its way in), [`reading`]
//! (on its way out), [`looking`] and [`archive`] (what it is); [`passing`] (bytes that are nobody's file).

pub mod archive;
pub mod error;
#[cfg(any(test, feature = "faults"))]
pub mod faults;
pub mod incoming;
pub mod looking;
pub mod passing;
mod place;
pub mod reading;
mod room;
pub mod seal;
pub mod store;
mod structure;
mod text;

pub use error::FileError;
pub use incoming::{Incoming, Received};
pub use looking::{Bounds, Looked, Looking, Unsafe};
pub use passing::{Passed, PassedFile, Passing};
pub use reading::Reading;
pub use seal::{CHUNK_BYTES, Commitment, FileKey};
pub use store::FileStore;
