//! What knows SQLite's library: connections and statements, values and columns, errors, and the threads that connections
//! live on. Nothing else does, so that another database is another family of these files.

mod columns;
mod connection;
mod errors;
mod threads;
pub(crate) mod unsynced;

pub(crate) use columns::{Columns, misread};
pub(crate) use connection::{LONG_READER_CACHE_BYTES, READER_CACHE_BYTES, Sql, WRITER_CACHE_BYTES};
pub use errors::SqlError;
pub(crate) use errors::{is_busy, remedy_of};
pub(crate) use threads::{Gone, Handed, Seat, Threads};
