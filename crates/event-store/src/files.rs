//! The file layer: every write of the journal and of the small files beside it goes through [`Files`], so that a test
//! can make any of them fail, or lose what was not synced as a power cut does (the feature `faults`, off in what ships).
//!
//! sled does its own writing; that is one reason why durability does not rest on it.

mod hook;

use hook::Hook;
use std::fs::File;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _};
use std::path::{Path, PathBuf};

/// The file system, or a faulty one. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Files {
    hook: Hook,
}

/// A file opened through [`Files`]. Reads and writes name their offset; there is no cursor.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    /// Names the file to the fault plan; 0 where there is none.
    node: u64,
    hook: Hook,
}

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
}

impl Files {
    /// The real file system.
    pub fn real() -> Self {
        Self::default()
    }

    /// The real file system behind a fault plan.
    #[cfg(any(test, feature = "faults"))]
    pub fn faulty(faults: &crate::faults::Faults) -> Self {
        Self { hook: Hook { faults: Some(faults.clone()) } }
    }

    /// Creates a file that must not exist yet, for reading and writing.
    pub fn create(&self, path: &Path) -> io::Result<OpenFile> {
        self.hook.before(Op::Create)?;
        let file = File::options().read(true).write(true).create_new(true).open(path)?;
        Ok(OpenFile { file, node: self.hook.created(path), hook: self.hook.clone() })
    }

    /// Opens an existing file for reading and writing.
    pub fn open(&self, path: &Path) -> io::Result<OpenFile> {
        let file = File::options().read(true).write(true).open(path)?;
        Ok(OpenFile { file, node: self.hook.opened(path)?, hook: self.hook.clone() })
    }

    /// Creates a directory and what leads to it, for its owner only; syncs the parent when it was not there before.
    pub fn create_dir(&self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        self.hook.before(Op::Create)?;
        // Leaves name nobody, but facts of living people stand in them, and the first token lies beside them.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        match dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => self.sync_dir(parent),
            None => Ok(()),
        }
    }

    /// Gives a file or directory another name in the same file system. Durable after [`Files::sync_dir`] of both parents.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.hook.before(Op::Rename)?;
        std::fs::rename(from, to)?;
        self.hook.renamed(from, to);
        Ok(())
    }

    /// Removes a file; no error when it is not there.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.hook.before(Op::Remove)?;
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        self.hook.removed(path);
        Ok(())
    }

    /// Removes a directory of files; no error when it is not there.
    pub fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        if !dir.is_dir() {
            return Ok(());
        }
        for path in self.list(dir)? {
            self.remove(&path)?;
        }
        self.hook.before(Op::Remove)?;
        std::fs::remove_dir(dir)
    }

    /// Makes the names in a directory durable.
    pub fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.hook.before(Op::SyncDir)?;
        File::open(dir)?.sync_all()?;
        self.hook.dir_synced(dir);
        Ok(())
    }

    /// What a directory holds, sorted; empty when there is no such directory.
    pub fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>> {
        let entries = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
        paths.sort();
        Ok(paths)
    }

    /// Puts a small file in place of another: temporary file, sync, rename, directory synced. A crash leaves the old or
    /// the new one, never a mixture.
    pub fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let temporary = path.with_extension("new");
        self.remove(&temporary)?;
        let file = self.create(&temporary)?;
        file.write_at(0, bytes)?;
        file.sync_data()?;
        self.rename(&temporary, path)?;
        match path.parent() {
            Some(dir) => self.sync_dir(dir),
            None => Ok(()),
        }
    }

    /// Bytes that an unprivileged process may still write where `dir` lies.
    pub fn free_bytes(&self, dir: &Path) -> io::Result<u64> {
        if let Some(free) = self.hook.free_bytes() {
            return Ok(free);
        }
        let stat = rustix::fs::statvfs(dir)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}

impl OpenFile {
    /// Writes all bytes at an offset. Durable after [`OpenFile::sync_data`]; on an error any part may be written.
    pub fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.hook.write_at(self.node, &self.file, offset, bytes)
    }

    /// Makes what was written durable, with the length that reading it back needs (`fdatasync`).
    pub fn sync_data(&self) -> io::Result<()> {
        self.hook.sync_data(self.node, &self.file)
    }

    /// Cuts or extends (with zeros) to a length.
    pub fn truncate(&self, len: u64) -> io::Result<()> {
        self.hook.before(Op::Truncate)?;
        self.file.set_len(len)?;
        self.hook.truncated(self.node, len);
        Ok(())
    }

    /// Length in bytes.
    pub fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// True when nothing was ever written.
    pub fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Reads as much as there is at an offset, up to the buffer's length.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < buffer.len() {
            match self.file.read_at(&mut buffer[done..], offset + done as u64) {
                Ok(0) => break,
                Ok(read) => done += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }
}
