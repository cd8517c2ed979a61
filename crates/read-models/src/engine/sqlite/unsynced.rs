//! Whether what was committed is on the disk.
//!
//! A commit goes to the system, not to the disk: rows are a fold of the log, and a disk that is to keep each of them four
//! times a second keeps the log's own writes waiting. A note beside the file says so, and in which run of the system it
//! was written. Who finds the note of another run has a file from which the power may have cut pages away: it is removed,
//! and its rows are folded anew. A process that is killed leaves everything with the system.

use super::SqlError;
use rusqlite::ffi;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Before the file is opened to be written: notes that it may not be whole from now on. One of another run is removed.
pub(crate) fn begin(path: &Path) -> Result<(), SqlError> {
    noted(path).map_err(sql_error)
}

fn noted(path: &Path) -> io::Result<()> {
    let (note, run) = (note(path), run_of_the_system());
    match fs::read(&note) {
        Ok(noted) if noted == *run => return Ok(()),
        // Of another run, or damaged, or of a file of which something was lost.
        Ok(_) => {
            let file = path.display();
            tracing::warn!(%file, "the system ended before the read database was closed: its rows are folded anew");
            for suffix in ["", "-wal", "-shm"] {
                absent_is_well(fs::remove_file(beside(path, suffix)))?;
            }
        }
        Err(error) => absent_is_well(Err(error))?,
    }
    write(&note, run)
}

fn write(note: &Path, run: &[u8]) -> io::Result<()> {
    let mut file = File::create(note)?;
    file.write_all(run)?;
    file.sync_all()?;
    sync_directory(note)
}

/// Why what was committed may not be on the disk.
#[derive(Debug)]
pub(crate) enum Unsynced {
    /// The disk was not asked: a file could not be opened. Another time it may be.
    NotAsked(io::Error),
    /// The disk does not keep it, and what is read of it later may be older than what was written. It says so once, which
    /// is why the note says it from now on.
    Lost(io::Error),
}

/// Brings what was committed to the disk.
pub(crate) fn sync(path: &Path) -> Result<(), Unsynced> {
    for suffix in ["-wal", ""] {
        let file = match File::open(beside(path, suffix)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(Unsynced::NotAsked(error)),
        };
        if let Err(error) = file.sync_data() {
            if let Err(unsaid) = write(&note(path), b"lost") {
                tracing::warn!(%unsaid, "the note beside the read database could not be written");
            }
            return Err(Unsynced::Lost(error));
        }
    }
    Ok(())
}

/// After the file was closed: it is whole, and no note is needed. One that is not of this run stays.
pub(crate) fn end(path: &Path) -> Result<(), Unsynced> {
    let note = note(path);
    match fs::read(&note) {
        Ok(noted) if noted == *run_of_the_system() => sync(path)?,
        Ok(_) | Err(_) => return Ok(()),
    }
    let removed = sync_directory(path).and_then(|()| fs::remove_file(note));
    removed.map_err(Unsynced::NotAsked)
}

fn note(path: &Path) -> PathBuf {
    beside(path, "-unsynced")
}

/// From one start of the system to its end; where the system does not say, of this process.
fn run_of_the_system() -> &'static [u8] {
    static RUN: OnceLock<Vec<u8>> = OnceLock::new();
    RUN.get_or_init(|| {
        let this_process = || event_store::random_bytes::<16>().to_vec();
        fs::read("/proc/sys/kernel/random/boot_id").ok().filter(|id| !id.is_empty()).unwrap_or_else(this_process)
    })
}

fn sync_directory(file: &Path) -> io::Result<()> {
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

/// One of the files that lie beside `path` and begin with its name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// What is not there needs nothing done to it.
pub(crate) fn absent_is_well(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// As SQLite would say it.
fn sql_error(error: io::Error) -> SqlError {
    let is = |kinds: &[ErrorKind]| kinds.contains(&error.kind());
    let code = if is(&[ErrorKind::StorageFull, ErrorKind::QuotaExceeded]) {
        ffi::SQLITE_FULL
    } else if is(&[ErrorKind::ReadOnlyFilesystem, ErrorKind::PermissionDenied]) {
        ffi::SQLITE_READONLY
    } else {
        ffi::SQLITE_CANTOPEN
    };
    SqlError::SqliteFailure(ffi::Error::new(code), Some(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_run_of_the_system_is_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rows.sqlite");
        fs::write(&path, "rows").unwrap();
        begin(&path).unwrap();
        // Killed, and started again: the system has it all.
        begin(&path).unwrap();
        assert!(path.exists());
        // The power went, or something wrote over the note.
        fs::write(note(&path), b"\xff\xfe\0another run").unwrap();
        fs::write(beside(&path, "-wal"), "more rows").unwrap();
        end(&path).unwrap();
        begin(&path).unwrap();
        assert!(!path.exists() && !beside(&path, "-wal").exists());
        // Closed, and the power went then.
        fs::write(&path, "rows").unwrap();
        end(&path).unwrap();
        assert!(!note(&path).exists());
        begin(&path).unwrap();
        assert!(path.exists());
    }
}
