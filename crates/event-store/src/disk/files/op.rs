//! What is done to files.

/// What is done to files, and can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Creating a file or a directory.
    Create,
    /// Writing; half of the bytes are written before the error.
    Write,
    /// `fdatasync` of a file.
    Sync,
    /// `fsync` of a directory.
    SyncDir,
    /// Renaming.
    Rename,
    /// Removing.
    Remove,
    /// Cutting or extending.
    Truncate,
    /// Asking how much room there is.
    FreeBytes,
    /// A write or a flush of sled, which does its own writing: asked before it is called.
    Sled,
}
