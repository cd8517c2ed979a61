//! Keys and commands as sled holds them, made findable: an index for the doctor alone, which goes with it.

use crate::disk::files::Files;
use crate::disk::index::Index;
use crate::disk::open::OpenOptions;
use crate::disk::sled::{Kept, Store};
use crate::log::LogError;
use std::ops::Deref;
use std::path::PathBuf;
use uuid::Uuid;

/// Records that are written at once: some 12 MB, so that most logs make one run.
const RUN_RECORDS: usize = 128 * 1024;

/// An index in a directory of its own, removed when it is dropped.
pub(super) struct OfSled {
    index: Index,
    files: Files,
    dir: PathBuf,
}

impl OfSled {
    /// Reads all keys and commands of sled.
    ///
    /// # Errors
    /// What sled or the disk says.
    pub fn make(options: &OpenOptions, log_id: Uuid, store: &Store) -> Result<Self, LogError> {
        let (files, dir) = (options.files.clone(), options.data.join("index.doctor"));
        let failed = |error: std::io::Error| LogError::Io(error.to_string());
        files.remove_tree(&dir).map_err(failed)?;
        let index = Index::open(&files, &dir, log_id, RUN_RECORDS)?;
        // From here on it is removed, however it ends.
        let made = Self { index, files, dir };
        let mut runs = 0;
        store.each_kept::<LogError>(|kept| {
            made.take(kept)?;
            if made.index.is_due() {
                runs += 1;
                made.index.write(runs, Default::default())?;
            }
            Ok(())
        })?;
        made.index.write(runs + 1, Default::default())?;
        Ok(made)
    }

    /// Of two records of one id the newer: a key of a later epoch, a command's record that goes further.
    fn take(&self, kept: Kept) -> Result<(), LogError> {
        let Kept { mut keys, mut commands, in_order } = kept;
        if !in_order {
            for key in std::mem::take(&mut keys) {
                if self.index.key(key.id())?.is_none_or(|known| known.epoch < key.epoch) {
                    keys.push(key);
                }
            }
            for record in std::mem::take(&mut commands) {
                if self.index.command(record.command)?.is_none_or(|known| known.last < record.last) {
                    commands.push(record);
                }
            }
        }
        self.index.add(0, &commands, &keys);
        Ok(())
    }
}

impl Deref for OfSled {
    type Target = Index;

    fn deref(&self) -> &Index {
        &self.index
    }
}

impl Drop for OfSled {
    fn drop(&mut self) {
        if let Err(error) = self.files.remove_tree(&self.dir) {
            tracing::warn!(%error, "the doctor's own index stays behind; it may be deleted");
        }
    }
}
