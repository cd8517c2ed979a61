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
mod options;
mod private;
mod progress;
mod refusal;
mod signed;
mod verify;

pub use options::{NewestCheckpoint, OpenOptions, beside};
pub use progress::{Progress, Step};
pub use refusal::{Cause, OpenError};

pub(crate) use cut::kept as kept_cuts;
pub(crate) use end::End;
pub(crate) use found::{Found, find, has_entries};
pub(crate) use level::{level, remove_stale_snapshots, set_aside, try_sled};
pub(crate) use medium::{cause as cause_of, told};
pub(crate) use signed::{check_signed, last_signed};
pub(crate) use verify::check_last_flush;

use crate::disk::DiskLog;
use crate::disk::journal::scan::Segments;
use crate::disk::journal::write::Journal;
use crate::disk::keys::KeyDirectory;
use crate::disk::lock::{DirLock, LockError};
use crate::disk::verify::{Verification, Verifying};
use crate::log::EventLog;
use crate::message::Message;
use found::find_or_create;
use private::Which;
use std::path::Path;
use std::sync::Arc;
use verify::verify_journal;

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
    options.remove(&options.creating())?;
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

/// Room for what opening writes: for a new log its first segment, and the second one ahead, as well.
fn enough_room(options: &OpenOptions) -> Result<(), OpenError> {
    let place = options.data.ancestors().find(|place| place.is_dir()).unwrap_or(Path::new("."));
    let free = options.files.free_bytes(place).map_err(|error| OpenError::io(place, &error))?;
    let reserve = options.free_space_min_bytes;
    let first = if found::has_entries(&options.journal_dir()) {
        0
    } else {
        options.journal_settings().bytes_at_first() + options.room_for_sled_bytes
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
