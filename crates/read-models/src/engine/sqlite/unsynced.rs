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

/// Before the file is opened to be written: notes that it may not be whole from now on. One of another run is removed.
pub(crate) fn begin(path: &Path) -> Result<(), SqlError> {
    noted(path).map_err(sql_error)
}

fn noted(path: &Path) -> io::Result<()> {
    let (note, run) = (note(path), run_of_the_system());
    match fs::read_to_string(&note) {
        Ok(noted) if run.as_deref() == Some(&noted) => return Ok(()),
        Ok(_) => {
            let file = path.display();
            tracing::warn!(%file, "the system ended before the read database was closed: its rows are folded anew");
            for suffix in ["", "-wal", "-shm"] {
                absent_is_well(fs::remove_file(beside(path, suffix)))?;
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = File::create(&note)?;
    file.write_all(run.unwrap_or_default().as_bytes())?;
    file.sync_all()?;
    sync_directory(&note)
}

/// Brings what was committed to the disk.
///
/// # Errors
/// The disk does not keep it, and what is read of it later may be older than what was written.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    for suffix in ["-wal", ""] {
        match File::open(beside(path, suffix)) {
            Ok(file) => file.sync_data()?,
            Err(error) => absent_is_well(Err(error))?,
        }
    }
    Ok(())
}

/// After the file was closed: it is whole, and no note is needed. One of another run stays.
pub(crate) fn end(path: &Path) -> io::Result<()> {
    let note = note(path);
    if fs::read_to_string(&note).ok() != run_of_the_system() {
        return Ok(());
    }
    sync(path)?;
    sync_directory(path)?;
    absent_is_well(fs::remove_file(note))
}

fn note(path: &Path) -> PathBuf {
    beside(path, "-unsynced")
}

/// From one start of the system to its end. None where the system does not say, and then no note is of this run.
fn run_of_the_system() -> Option<String> {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()
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
        // The power went.
        fs::write(note(&path), "another run\n").unwrap();
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
