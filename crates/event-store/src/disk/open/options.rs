//! How a log is opened: its three directories, its bounds, and where in them is what.

use super::refusal::OpenError;
use crate::disk::files::Files;
use crate::disk::journal::write::Settings;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How to open a log.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The data directory; made when it is not there.
    pub data: PathBuf,
    /// The key directory, never inside the data directory.
    pub keys: PathBuf,
    /// The directory of what was signed last, inside neither of the two: never part of a backup.
    pub signed: PathBuf,
    /// The newest checkpoint that is known anywhere. Demanded where what was signed last is lost; given without need,
    /// the log must agree with it all the same.
    pub newest_checkpoint: Option<NewestCheckpoint>,
    /// The log's origin. `None`: `huiyin.local/<log_id>` for a new log, whatever it is for an existing one.
    pub origin: Option<String>,
    /// Below this much free space nothing is written and the log is not opened, bytes.
    pub free_space_min_bytes: u64,
    /// Set aside for sled behind the end of its file, bytes: what it has yet to write when others fill the disk.
    pub room_for_sled_bytes: u64,
    /// Length of a new log's first journal segment, bytes; each further one is twice as long as the one before it, up to
    /// `segment_bytes`. The next one is always allocated ahead.
    pub first_segment_bytes: u64,
    /// Length of a journal segment, bytes.
    pub segment_bytes: u64,
    /// sled's cache, bytes.
    pub cache_bytes: u64,
    /// Events that sled is given at once while commands pour in; once a second it is given what there is.
    pub sled_batch_events: usize,
    /// Commands or keys that are written to the index at once.
    pub index_run_records: usize,
    /// How long sled may take to open before it is set aside.
    pub sled_patience: Duration,
    /// The file layer; a faulty one in tests.
    pub files: Files,
}

impl OpenOptions {
    /// The defaults: 256 MiB kept free, 32 MiB set aside for sled, segments of 64 MiB, 64 MiB of cache, sled
    /// given 2,048 events at once and the index 16,384 records, ten minutes for sled (it reads about two million events
    /// a second when it opens).
    ///
    /// What was signed last lies beside the data directory, `DIR.signed` for `DIR`.
    pub fn new(data: impl Into<PathBuf>, keys: impl Into<PathBuf>) -> Self {
        let data = data.into();
        Self {
            signed: beside(&data, ".signed"),
            newest_checkpoint: None,
            data,
            keys: keys.into(),
            origin: None,
            free_space_min_bytes: 256 * 1024 * 1024,
            room_for_sled_bytes: 32 * 1024 * 1024,
            first_segment_bytes: 1024 * 1024,
            segment_bytes: 64 * 1024 * 1024,
            cache_bytes: 64 * 1024 * 1024,
            sled_batch_events: 2048,
            index_run_records: 16 * 1024,
            sled_patience: Duration::from_secs(600),
            files: Files::real(),
        }
    }

    pub(crate) fn journal_dir(&self) -> PathBuf {
        self.data.join("journal")
    }

    /// A new journal that the doctor has written and not yet put in the old one's place.
    pub(crate) fn mended_dir(&self) -> PathBuf {
        self.data.join("journal.mended")
    }

    pub(crate) fn sled_dir(&self) -> PathBuf {
        self.data.join("sled")
    }

    /// Where commands and keys are found by their ids.
    pub(crate) fn index_dir(&self) -> PathBuf {
        self.data.join("index")
    }

    /// Says that a new log is being made; holds its id. While it is there, what is missing may be made.
    pub(super) fn creating(&self) -> PathBuf {
        self.data.join("creating")
    }

    pub(crate) fn journal_settings(&self) -> Settings {
        Settings {
            files: self.files.clone(),
            dir: self.journal_dir(),
            first_segment_bytes: self.first_segment_bytes,
            segment_bytes: self.segment_bytes,
            reserve_bytes: self.free_space_min_bytes,
        }
    }

    /// Removes a file durably, if it is there.
    pub(super) fn remove(&self, path: &Path) -> Result<(), OpenError> {
        if !path.exists() {
            return Ok(());
        }
        let dir = path.parent().unwrap_or(&self.data);
        self.files.remove(path).and_then(|()| self.files.sync_dir(dir)).map_err(|error| OpenError::io(path, &error))
    }
}

/// The newest checkpoint that is known anywhere, in the words of whoever opens the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewestCheckpoint {
    /// It is in this file, a signed note.
    In(PathBuf),
    /// Nobody has one.
    Unknown,
}

/// The directory that belongs to a data directory by its name; `DIR/` and `DIR` are one directory.
pub fn beside(data: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = data.components().as_path().into();
    name.push(suffix);
    name.into()
}
