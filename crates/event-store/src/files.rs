//! The file layer: every write of the journal and of the small files beside it goes through [`Files`], so that a test
//! can make any of them fail, or lose what was not synced as a power cut does ([`crate::faults`]).
//!
//! sled does its own writing; that is one reason why durability does not rest on it.

use crate::faults::{Faults, Op};
use std::fs::File;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _};
use std::path::{Path, PathBuf};

/// The file system, or a faulty one. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Files {
    faults: Option<Faults>,
}

/// A file opened through [`Files`]. Reads and writes name their offset; there is no cursor.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    /// Names the file to the fault plan; 0 where there is none.
    node: u64,
    faults: Option<Faults>,
}

impl Files {
    /// The real file system.
    pub fn real() -> Self {
        Self::default()
    }

    /// The real file system behind a fault plan. For tests.
    pub fn faulty(faults: &Faults) -> Self {
        Self { faults: Some(faults.clone()) }
    }

    /// Creates a file that must not exist yet, for reading and writing.
    pub fn create(&self, path: &Path) -> io::Result<OpenFile> {
        self.before(Op::Create)?;
        let file = File::options().read(true).write(true).create_new(true).open(path)?;
        let node = self.faults.as_ref().map_or(0, |faults| faults.created(path));
        Ok(OpenFile { file, node, faults: self.faults.clone() })
    }

    /// Opens an existing file for reading and writing.
    pub fn open(&self, path: &Path) -> io::Result<OpenFile> {
        let file = File::options().read(true).write(true).open(path)?;
        let node = match &self.faults {
            Some(faults) => faults.opened(path)?,
            None => 0,
        };
        Ok(OpenFile { file, node, faults: self.faults.clone() })
    }

    /// Creates a directory and what leads to it, for its owner only; syncs the parent when it was not there before.
    pub fn create_dir(&self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        self.before(Op::Create)?;
        // Leaves name nobody, but facts of living people stand in them, and the first token lies beside them.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        match dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => self.sync_dir(parent),
            None => Ok(()),
        }
    }

    /// Gives a file or directory another name in the same file system. Durable after [`Files::sync_dir`] of both parents.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.before(Op::Rename)?;
        std::fs::rename(from, to)?;
        if let Some(faults) = &self.faults {
            faults.renamed(from, to);
        }
        Ok(())
    }

    /// Removes a file; no error when it is not there.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.before(Op::Remove)?;
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        if let Some(faults) = &self.faults {
            faults.removed(path);
        }
        Ok(())
    }

    /// Makes the names in a directory durable.
    pub fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.before(Op::SyncDir)?;
        File::open(dir)?.sync_all()?;
        if let Some(faults) = &self.faults {
            faults.dir_synced(dir);
        }
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
        if let Some(free) = self.faults.as_ref().and_then(Faults::pretended_free_bytes) {
            return Ok(free);
        }
        let stat = rustix::fs::statvfs(dir)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    fn before(&self, op: Op) -> io::Result<()> {
        match &self.faults {
            Some(faults) => faults.before(op),
            None => Ok(()),
        }
    }
}

impl OpenFile {
    /// Writes all bytes at an offset. Durable after [`OpenFile::sync_data`]; on an error any part may be written.
    pub fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let Some(faults) = &self.faults else {
            return self.file.write_all_at(bytes, offset);
        };
        if let Err(error) = faults.before(Op::Write) {
            // A failing disk may well have taken a part: the reader must cope with that.
            let part = &bytes[..bytes.len() / 2];
            if !faults.is_dead() && self.file.write_all_at(part, offset).is_ok() {
                faults.written(self.node, offset, part);
            }
            return Err(error);
        }
        self.file.write_all_at(bytes, offset)?;
        faults.written(self.node, offset, bytes);
        Ok(())
    }

    /// Makes what was written durable, with the length that reading it back needs (`fdatasync`).
    pub fn sync_data(&self) -> io::Result<()> {
        let Some(faults) = &self.faults else {
            return self.file.sync_data();
        };
        faults.before(Op::Sync)?;
        if faults.synced(self.node) { self.file.sync_data() } else { Ok(()) }
    }

    /// Cuts or extends (with zeros) to a length.
    pub fn truncate(&self, len: u64) -> io::Result<()> {
        if let Some(faults) = &self.faults {
            faults.before(Op::Truncate)?;
        }
        self.file.set_len(len)?;
        if let Some(faults) = &self.faults {
            faults.truncated(self.node, len);
        }
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
