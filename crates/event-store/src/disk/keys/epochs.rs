//! Epochs of the key-encryption key. An erasure begins one and ends the one before: its key is overwritten, removed, and
//! the directory made durable, and with it everything is gone that was wrapped under it and not under the next one.

use super::files::{absolute, io_error, key_text, sync_dir, write_new};
use super::{KeyDirectory, KeyError, LOG_FILE, kek_purpose};
use crate::record::boxes::Kek;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

impl KeyDirectory {
    /// Epochs whose keys are in force, oldest first: one, or two while an epoch ends.
    pub fn epochs(&self) -> Vec<u32> {
        self.keks().iter().map(|kek| kek.epoch).collect()
    }

    /// Begins the next epoch, unless one has begun of which the one before has not ended yet. From now on new keys are
    /// wrapped under its key, which is durable when this returns. Its number.
    ///
    /// # Errors
    /// [`KeyError::Io`]; then the epoch before goes on.
    pub fn begin_epoch(&self) -> Result<u32, KeyError> {
        let epochs = self.epochs();
        let newest = self.kek().epoch;
        if epochs.len() > 1 {
            return Ok(newest);
        }
        let kek = Kek { epoch: newest + 1, key: crate::secret_bytes() };
        if let Some(dir) = &self.dir {
            let file = dir.join(key_file(kek.epoch));
            // One that a crash left behind was never in force: nothing is wrapped under it.
            destroy(&file)?;
            write_new(&file, key_text(&kek_purpose(kek.epoch), self.log_id, &kek.key).as_bytes())?;
            sync_dir(dir)?;
            self.note_epochs(dir, &[newest, kek.epoch])?;
        }
        let epoch = kek.epoch;
        self.keks.write().unwrap_or_else(PoisonError::into_inner).push(kek);
        Ok(epoch)
    }

    /// Destroys the key-encryption keys of all epochs before the newest, on the disk: those in force, and whatever file of
    /// an earlier epoch lies in the directory, as after a backup of the keys was put back. In memory they go on until
    /// [`KeyDirectory::forget_before_newest`]. Which they were.
    ///
    /// # Errors
    /// [`KeyError::Io`]: it is to be done again.
    pub fn destroy_before_newest(&self) -> Result<Vec<u32>, KeyError> {
        let newest = self.kek().epoch;
        let Some(dir) = &self.dir else {
            return Ok(self.epochs().into_iter().filter(|epoch| *epoch < newest).collect());
        };
        // First they are no longer in force: a crash must not leave one that is and has no file.
        self.note_epochs(dir, &[newest])?;
        let older = files_before(dir, newest)?;
        for (_, file) in &older {
            destroy(file)?;
        }
        sync_dir(dir)?;
        Ok(older.into_iter().map(|(epoch, _)| epoch).collect())
    }

    /// Epochs before the newest of which a key lies in the directory.
    ///
    /// # Errors
    /// [`KeyError::Io`].
    pub fn before_newest(&self) -> Result<Vec<u32>, KeyError> {
        let newest = self.kek().epoch;
        match &self.dir {
            Some(dir) => Ok(files_before(dir, newest)?.into_iter().map(|(epoch, _)| epoch).collect()),
            None => Ok(self.epochs().into_iter().filter(|epoch| *epoch < newest).collect()),
        }
    }

    /// Wipes in memory what [`KeyDirectory::destroy_before_newest`] destroyed on the disk.
    pub fn forget_before_newest(&self) {
        let mut keks = self.keks.write().unwrap_or_else(PoisonError::into_inner);
        let older = keks.len().saturating_sub(1);
        drop(keks.drain(..older));
    }

    /// Where the keys lie; `None` for those that live and die with the process.
    pub fn directory(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    /// Writes down which epochs are in force, in one step.
    fn note_epochs(&self, dir: &Path, epochs: &[u32]) -> Result<(), KeyError> {
        let (file, temporary) = (dir.join(LOG_FILE), dir.join("log.new"));
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(&temporary)(error)),
            Ok(()) | Err(_) => {}
        }
        write_new(&temporary, self.log_text_of(epochs).as_bytes())?;
        fs::rename(&temporary, &file).map_err(io_error(&file))?;
        sync_dir(dir)
    }
}

fn key_file(epoch: u32) -> String {
    format!("{}.key", kek_purpose(epoch))
}

/// The files of keys of epochs before one, oldest first.
fn files_before(dir: &Path, newest: u32) -> Result<Vec<(u32, PathBuf)>, KeyError> {
    let dir = absolute(dir)?;
    let mut older = Vec::new();
    for entry in fs::read_dir(&dir).map_err(io_error(&dir))? {
        let path = entry.map_err(io_error(&dir))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let epoch = name.strip_prefix("kek-").and_then(|rest| rest.strip_suffix(".key")?.parse::<u32>().ok());
        if let Some(epoch) = epoch.filter(|epoch| *epoch < newest) {
            older.push((epoch, path));
        }
    }
    older.sort_unstable();
    Ok(older)
}

/// Overwrites a file with random bytes, makes that durable and removes the file; nothing where there is none. On a medium
/// that writes elsewhere each time, or keeps snapshots, the bytes of before may survive: OPERATIONS says what to do there.
pub(super) fn destroy(file: &Path) -> Result<(), KeyError> {
    let length = match fs::metadata(file) {
        Ok(metadata) => usize::try_from(metadata.len()).unwrap_or_default(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error(file)(error)),
    };
    let mut open = OpenOptions::new().write(true).open(file).map_err(io_error(file))?;
    let mut left = length;
    while left > 0 {
        let noise: [u8; 64] = crate::secret_bytes();
        let part = left.min(noise.len());
        open.write_all(&noise[..part]).map_err(io_error(file))?;
        left -= part;
    }
    open.sync_all().map_err(io_error(file))?;
    fs::remove_file(file).map_err(io_error(file))
}
