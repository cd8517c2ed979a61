//! Opening the log on disk, branch by branch: lock, free space, keys, journal, sled, replay.
//!
//! The journal is always synced first, so sled is never rightly ahead of it. What can be mended without a doubt is
//! mended and told; anything else is a refusal that names the remedy. Nothing is ever made anew beside something that
//! exists.

mod beforehand;
mod cut;
mod end;
mod found;
mod level;
mod medium;
mod private;
mod refusal;
mod signed;

pub use refusal::{Cause, OpenError};
pub use signed::NewestCheckpoint;

pub(crate) use cut::kept as kept_cuts;
pub(crate) use end::{End, check_last_flush};
pub(crate) use found::{Found, find, has_entries};
pub(crate) use level::{level, remove_stale_snapshots, set_aside, try_sled};
pub(crate) use medium::{cause as cause_of, told};
pub(crate) use signed::{check_signed, last_signed};

use crate::disk::DiskLog;
use crate::disk::verify::{Verification, Verifying};
use crate::files::Files;
use crate::journal::scan::Segments;
use crate::journal::write::{Journal, Settings};
use crate::keys::KeyDirectory;
use crate::lock::{DirLock, LockError};
use crate::log::EventLog;
use crate::message::Message;
use end::verify_journal;
use found::find_or_create;
use private::Which;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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
    /// Length of a journal segment, bytes. Twice as much is allocated ahead.
    pub segment_bytes: u64,
    /// sled's cache, bytes.
    pub cache_bytes: u64,
    /// How long sled may take to open before it is set aside.
    pub sled_patience: Duration,
    /// The file layer; a faulty one in tests.
    pub files: Files,
}

impl OpenOptions {
    /// The defaults: 256 MiB kept free, 32 MiB set aside for sled, segments of 64 MiB, 64 MiB of cache, ten minutes for sled (it reads about
    /// two million events a second when it opens).
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
            segment_bytes: 64 * 1024 * 1024,
            cache_bytes: 64 * 1024 * 1024,
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

    /// Says that a new log is being made; holds its id. While it is there, what is missing may be made.
    fn creating(&self) -> PathBuf {
        self.data.join("creating")
    }

    pub(crate) fn journal_settings(&self) -> Settings {
        Settings {
            files: self.files.clone(),
            dir: self.journal_dir(),
            segment_bytes: self.segment_bytes,
            reserve_bytes: self.free_space_min_bytes,
        }
    }
}

/// How far a long step is, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// Events done.
    pub done: u64,
    /// Events in all; 0 when not known.
    pub total: u64,
}

/// A step that may take long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading the journal.
    Verifying,
    /// Applying to sled what only the journal has.
    Replaying,
    /// Comparing sled with the journal (`huiyin doctor`).
    Comparing,
    /// Reading sled, from which a damaged journal may be put back (`huiyin doctor`).
    Proving,
    /// Writing a new journal from it (`huiyin doctor`).
    Mending,
}

/// An open log.
pub struct OpenedLog {
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// Its keys.
    pub keys: KeyDirectory,
    /// True when the log was made now and is empty.
    pub fresh: bool,
    /// What was found and mended.
    pub notes: Vec<Message>,
    /// The verification, in the background, of the part of the journal that opening did not read.
    pub verifying: Verifying,
}

/// Opens the log of a data directory, or makes a new one where there is neither data nor keys. Blocking work runs on
/// tokio's blocking pool; `progress` is called on the caller's task.
///
/// # Errors
/// [`OpenError`]; see [`Cause`].
pub async fn open(options: &OpenOptions, progress: &dyn Fn(Progress)) -> Result<OpenedLog, OpenError> {
    let options = options.clone();
    let data = options.data.clone();
    let (tell, mut told) = tokio::sync::mpsc::channel(16);
    let work = tokio::task::spawn_blocking(move || {
        open_blocking(&options, &|step| {
            // A progress that nobody has read yet is overtaken by the next one.
            _ = tell.try_send(step);
        })
    });
    while let Some(step) = told.recv().await {
        progress(step);
    }
    work.await.map_err(|error| OpenError::io(&data, &error))?
}

/// [`open`] for callers that may block.
///
/// # Errors
/// [`OpenError`]; see [`Cause`].
pub fn open_blocking(options: &OpenOptions, progress: &dyn Fn(Progress)) -> Result<OpenedLog, OpenError> {
    let mut notes = Vec::new();
    let lock = take_directory(options, &mut notes)?;
    let Found { mut keys, fresh, mut segments } = find_or_create(options, &mut notes)?;
    if segments.last().is_none() {
        // Between the keys and the first segment of a new log.
        let journal = Journal::create(options.journal_settings(), keys.log_id());
        drop(journal.map_err(|error| OpenError::io(&options.journal_dir(), &error))?);
        segments = Segments::load(&options.files, &options.journal_dir())?;
    }
    remove(options, &options.creating())?;
    let end = verify_journal(options, &mut keys, &segments, &mut notes, progress)?;
    let core = level(options, &segments, &end, &mut notes, progress)?;
    let verification = Verification::start(segments, end.verified_from);
    let verifying = verification.as_ref().map(Verification::findings).unwrap_or_default();
    let log = Arc::new(DiskLog::start(core, lock, verification));
    Ok(OpenedLog { log, keys, fresh, notes, verifying })
}

/// The directory made, ours alone, locked, and with enough room.
pub(crate) fn take_directory(options: &OpenOptions, notes: &mut Vec<Message>) -> Result<DirLock, OpenError> {
    let data = &options.data;
    KeyDirectory::apart(&[&options.keys, data, &options.signed])?;
    // Before anything is made, and before sled opens: a full disk breaks it then.
    beforehand::look(options)?;
    enough_room(options)?;
    options.files.create_dir(data).map_err(|error| OpenError::io(data, &error))?;
    private::own(data)?;
    let lock = DirLock::take(data).map_err(|error| match error {
        LockError::Held => OpenError::locked(data),
        LockError::Io(error) => OpenError::io(data, &error),
    })?;
    for (which, dir) in [(Which::Data, data), (Which::Keys, &options.keys), (Which::Signed, &options.signed)] {
        private::narrow(which, dir, notes)?;
    }
    Ok(lock)
}

/// Room for what opening writes: for a new log its first two segments as well.
fn enough_room(options: &OpenOptions) -> Result<(), OpenError> {
    let place = options.data.ancestors().find(|place| place.is_dir()).unwrap_or(Path::new("."));
    let free = options.files.free_bytes(place).map_err(|error| OpenError::io(place, &error))?;
    let reserve = options.free_space_min_bytes;
    let first = if found::has_entries(&options.journal_dir()) {
        0
    } else {
        2 * options.segment_bytes + options.room_for_sled_bytes
    };
    // A journal that is gone while sled is there is another refusal, which needs no room.
    let first = if found::has_entries(&options.sled_dir()) { 0 } else { first };
    let wanted = reserve.saturating_add(first);
    if free >= wanted {
        return Ok(());
    }
    let place = place.display();
    let (for_zh, for_en) = if first > 0 {
        (
            format!("（保留 {reserve}，新的记录起步 {first}）"),
            format!(" ({reserve} kept in reserve, {first} for the beginning of a log)"),
        )
    } else {
        ("（保留）".to_owned(), " kept in reserve".to_owned())
    };
    Err(OpenError::new(
        Cause::DiskFull,
        format!("{place} 所在磁盘剩余 {free} 字节，少于所需的 {wanted} 字节{for_zh}。请先腾出空间，或另选 --data。"),
        format!(
            "the disk of {place} has {free} bytes free, less than the {wanted}{for_en}. Make room first, or choose another --data."
        ),
    ))
}

/// The directory that belongs to a data directory by its name; `DIR/` and `DIR` are one directory.
pub fn beside(data: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = data.components().as_path().into();
    name.push(suffix);
    name.into()
}

/// Removes a file durably, if it is there.
fn remove(options: &OpenOptions, path: &Path) -> Result<(), OpenError> {
    if !path.exists() {
        return Ok(());
    }
    let dir = path.parent().unwrap_or(&options.data);
    options.files.remove(path).and_then(|()| options.files.sync_dir(dir)).map_err(|error| OpenError::io(path, &error))
}
