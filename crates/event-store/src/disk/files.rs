//! The file layer: every write of the journal and of the small files beside it goes through [`Files`], so that a test
//! can make any of them fail, or lose what was not synced as a power cut does (the feature `faults`, off in what ships).
//!
//! sled does its own writing; that is one reason why durability does not rest on it.

mod hook;
mod located;
mod op;

use crate::disk::lock::{self, LockError};
use hook::Hook;
pub(crate) use located::{at, is_full};
pub use op::Op;
use rustix::fs::{AtFlags, FallocateFlags};
use std::fs::File;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _};
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
    /// Where it was created, opened or renamed to: what an error names.
    path: PathBuf,
    /// Names the file to the fault plan; 0 where there is none.
    node: u64,
    hook: Hook,
}

/// A directory whose handle is kept open: what is asked of it needs no further descriptor, and it is still found when
/// a directory above it is given another name.
#[derive(Debug)]
pub struct OpenDir {
    file: File,
    path: PathBuf,
    hook: Hook,
}

impl Files {
    /// The real file system.
    pub fn real() -> Self {
        Self::default()
    }

    /// The real file system behind a fault plan.
    #[cfg(any(test, feature = "faults"))]
    pub fn faulty(faults: &crate::disk::faults::Faults) -> Self {
        Self { hook: Hook { faults: Some(faults.clone()) } }
    }

    /// Creates a file that must not exist yet, for reading and writing by its owner only.
    pub fn create(&self, path: &Path) -> io::Result<OpenFile> {
        self.hook.before(Op::Create).map_err(at(path))?;
        let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(path).map_err(at(path))?;
        Ok(OpenFile { file, path: path.to_owned(), node: self.hook.created(path), hook: self.hook.clone() })
    }

    /// Opens an existing file for reading and writing.
    pub fn open(&self, path: &Path) -> io::Result<OpenFile> {
        let file = File::options().read(true).write(true).open(path).map_err(at(path))?;
        Ok(OpenFile { file, path: path.to_owned(), node: self.hook.opened(path)?, hook: self.hook.clone() })
    }

    /// Opens a directory, to be kept open.
    pub fn open_dir(&self, path: &Path) -> io::Result<OpenDir> {
        let file = File::open(path).map_err(at(path))?;
        Ok(OpenDir { file, path: path.to_owned(), hook: self.hook.clone() })
    }

    /// Creates a directory and what leads to it, for its owner only; syncs the parent when it was not there before.
    pub fn create_dir(&self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        self.hook.before(Op::Create).map_err(at(dir))?;
        // Leaves name nobody, but facts of living people stand in them, and the first token lies beside them.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(at(dir))?;
        match dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => self.sync_dir(parent),
            None => Ok(()),
        }
    }

    /// Gives a file or directory another name in the same file system. Durable after [`Files::sync_dir`] of both parents.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.hook.before(Op::Rename).map_err(at(to))?;
        std::fs::rename(from, to).map_err(at(to))?;
        self.hook.renamed(from, to);
        Ok(())
    }

    /// Removes a file; no error when it is not there.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.hook.before(Op::Remove).map_err(at(path))?;
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(path)(error)),
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
        self.hook.before(Op::Remove).map_err(at(dir))?;
        std::fs::remove_dir(dir).map_err(at(dir))
    }

    /// Removes a file, or a directory and all that lies in it; no error when it is not there.
    pub fn remove_tree(&self, dir: &Path) -> io::Result<()> {
        self.hook.before(Op::Remove).map_err(at(dir))?;
        let removed = if dir.is_dir() { std::fs::remove_dir_all(dir) } else { std::fs::remove_file(dir) };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(dir)(error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Makes the names in a directory durable.
    pub fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.open_dir(dir)?.sync()
    }

    /// What a directory holds, sorted; empty when there is no such directory.
    pub fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>> {
        let entries = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(dir)(error)),
        };
        let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>();
        let mut paths = paths.map_err(at(dir))?;
        paths.sort();
        Ok(paths)
    }

    /// Puts a small file in place of another: temporary file, sync, rename, directory synced. A crash leaves the old or
    /// the new one, never a mixture.
    pub fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        self.replace_in(&self.open_dir(dir)?, path, bytes)
    }

    /// [`Files::replace`] in a directory that is kept open.
    pub fn replace_in(&self, dir: &OpenDir, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let temporary = path.with_extension("new");
        self.remove(&temporary)?;
        let file = self.create(&temporary)?;
        file.write_at(0, bytes)?;
        file.sync_data()?;
        self.rename(&temporary, path)?;
        dir.sync()
    }

    /// Bytes that an unprivileged process may still write where `dir` lies.
    pub fn free_bytes(&self, dir: &Path) -> io::Result<u64> {
        self.open_dir(dir)?.free_bytes()
    }

    /// Before sled writes something of its own.
    pub fn before_sled(&self, dir: &Path) -> io::Result<()> {
        self.hook.before(Op::Sled).map_err(at(dir))
    }
}

impl OpenDir {
    /// Makes the names in the directory durable.
    pub fn sync(&self) -> io::Result<()> {
        self.hook.before(Op::SyncDir).map_err(at(&self.path))?;
        self.file.sync_all().map_err(at(&self.path))?;
        self.hook.dir_synced(&self.path);
        Ok(())
    }

    /// Bytes that an unprivileged process may still write here.
    pub fn free_bytes(&self) -> io::Result<u64> {
        self.hook.before(Op::FreeBytes).map_err(at(&self.path))?;
        if let Some(free) = self.hook.free_bytes() {
            return Ok(free);
        }
        let stat = rustix::fs::fstatvfs(&self.file).map_err(|error| at(&self.path)(error.into()))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// Whether an open file is still the one of its name here: not removed, not moved, nothing put in its place.
    pub fn holds(&self, file: &OpenFile) -> io::Result<bool> {
        let Some(name) = file.path.file_name() else {
            return Ok(false);
        };
        let open = file.file.metadata().map_err(at(&file.path))?;
        match rustix::fs::statat(&self.file, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(named) => Ok((named.st_dev, named.st_ino) == (open.dev(), open.ino())),
            Err(rustix::io::Errno::NOENT) => Ok(false),
            Err(error) => Err(at(&file.path)(error.into())),
        }
    }
}

/// Has the file system set room aside behind a file's end, without making it longer: what the file grows by comes out
/// of that, however full others make the disk. `Ok(false)` where the file system knows no such thing.
pub(crate) fn set_room_aside(file: &File, bytes: u64) -> io::Result<bool> {
    let len = file.metadata()?.len();
    match rustix::fs::fallocate(file, FallocateFlags::KEEP_SIZE, len, bytes) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS | rustix::io::Errno::INVAL) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

impl OpenFile {
    /// Writes all bytes at an offset. Durable after [`OpenFile::sync_data`]; on an error any part may be written.
    pub fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.hook.write_at(self.node, &self.file, offset, bytes).map_err(at(&self.path))
    }

    /// Makes what was written durable, with the length that reading it back needs (`fdatasync`).
    pub fn sync_data(&self) -> io::Result<()> {
        self.hook.sync_data(self.node, &self.file).map_err(at(&self.path))
    }

    /// Cuts or extends (with zeros) to a length.
    pub fn truncate(&self, len: u64) -> io::Result<()> {
        self.hook.before(Op::Truncate).map_err(at(&self.path))?;
        self.file.set_len(len).map_err(at(&self.path))?;
        self.hook.truncated(self.node, len);
        Ok(())
    }

    /// Takes the file for this handle alone, as long as it lives; `WouldBlock` when somebody else has it.
    pub fn lock(&self) -> io::Result<()> {
        lock::take(&self.file).map_err(|error| match error {
            LockError::Held => io::Error::new(io::ErrorKind::WouldBlock, "another huiyin process has it open"),
            LockError::Io(error) => error,
        })
    }

    /// Whether the file still has a name. Without one everything in it is gone when it is closed.
    pub fn has_a_name(&self) -> io::Result<bool> {
        Ok(self.file.metadata()?.nlink() > 0)
    }

    /// Length in bytes.
    pub fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata().map_err(at(&self.path))?.len())
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
                Err(error) => return Err(at(&self.path)(error)),
            }
        }
        Ok(done)
    }

    /// The name that it was given by [`Files::rename`].
    pub fn renamed_to(&mut self, path: &Path) {
        self.path = path.to_owned();
    }
}
