//! Backups of the keys that are kept in a directory by themselves: a new one where the newest is missing, old or of an epoch
//! before, and no more of them, and none for longer, than is allowed. An old one beside old data opens what was erased since.

use super::KeyDirectory;
use super::backup::{BackupError, BackupOf, MAKING, back_up, backup_of};
use super::epochs::destroy;
use super::files::{absolute, io_error, sync_dir};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use std::fs;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const PREFIX: &str = "huiyin-keys-";
const SUFFIX: &str = ".backup";
/// An instant in a file's name, UTC.
const INSTANT: &str = "%Y%m%dT%H%M%SZ";

/// How many backups are kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupBounds {
    /// How many.
    pub kept_max: usize,
    /// How long each.
    pub age_max: TimeDelta,
    /// How old the newest may be until another is made.
    pub renewed_after: TimeDelta,
}

/// One backup in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBackup {
    /// The file.
    pub file: PathBuf,
    /// Of which log and epoch.
    pub of: BackupOf,
    /// When it was made, as its name says.
    pub made_at: DateTime<Utc>,
}

/// What one look came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewed {
    /// The newest backup now.
    pub newest: KeptBackup,
    /// Whether it was made by this look.
    pub is_new: bool,
    /// How many were destroyed.
    pub destroyed: usize,
}

/// The backups of a log that lie in a directory, the newest first. What is no whole backup of it, as its name and its first
/// lines say, is none.
///
/// # Errors
/// [`BackupError::Keys`] where the directory cannot be read.
pub fn kept_backups(dir: &Path, log_id: Uuid) -> Result<Vec<KeptBackup>, BackupError> {
    let mut kept: Vec<KeptBackup> = named(dir, log_id, SUFFIX)?
        .into_iter()
        .filter_map(|(name, file)| {
            let (epoch, instant) = name.split_once('-')?;
            let made_at = NaiveDateTime::parse_from_str(instant, INSTANT).ok()?.and_utc();
            let of = backup_of(&file).ok()?;
            (of == BackupOf { log_id, epoch: epoch.parse().ok()? }).then_some(KeptBackup { file, of, made_at })
        })
        .collect();
    kept.sort_by_key(|backup| std::cmp::Reverse((backup.of.epoch, backup.made_at)));
    Ok(kept)
}

/// Makes a backup where the newest in a directory is missing, of an epoch before the one in force, or old; then destroys
/// those that are too many or too old, once the new one is durable. The newest of the epoch in force stays, however old:
/// nothing that was erased is in it, and without it there would be none. The directory is never made: it is likely to be a
/// medium of its own, which may not be there.
///
/// # Errors
/// [`BackupError`], of which [`BackupError::Erasing`] ends by itself. What is too old goes all the same.
pub fn renew_backups(
    keys: &KeyDirectory,
    dir: &Path,
    passphrase: &str,
    now: DateTime<Utc>,
    bounds: &BackupBounds,
) -> Result<Renewed, BackupError> {
    let dir = &absolute(dir)?;
    let (log_id, epoch) = (keys.log_id(), keys.kek().epoch);
    let mut kept = kept_backups(dir, log_id)?;
    let is_good = |newest: &KeptBackup| {
        newest.of.epoch == epoch && now.signed_duration_since(newest.made_at) < bounds.renewed_after
    };
    let is_new = !kept.first().is_some_and(is_good);
    let mut made = Ok(());
    if is_new && let Some(directory) = keys.directory() {
        let file = dir.join(format!("{PREFIX}{log_id}-{epoch}-{}{SUFFIX}", now.format(INSTANT)));
        made = back_up(directory, &file, passphrase).map(drop);
        kept = kept_backups(dir, log_id)?;
    }
    let mut destroyed = 0;
    for (place, backup) in kept.iter().enumerate() {
        let is_old = now.signed_duration_since(backup.made_at) > bounds.age_max;
        let is_the_one = place == 0 && backup.of.epoch == epoch;
        if !is_the_one && (is_old || place >= bounds.kept_max) {
            destroy(&backup.file)?;
            destroyed += 1;
        }
    }
    // What a stop left half made was never a backup.
    for (_, file) in named(dir, log_id, &format!("{SUFFIX}{MAKING}"))? {
        destroy(&file)?;
    }
    if destroyed > 0 {
        sync_dir(dir)?;
    }
    made?;
    let newest = kept.into_iter().next().ok_or_else(|| BackupError::NotABackup(dir.clone()))?;
    Ok(Renewed { newest, is_new, destroyed })
}

/// Files of a log that are named so, each with what its name says beyond that.
fn named(dir: &Path, log_id: Uuid, suffix: &str) -> Result<Vec<(String, PathBuf)>, BackupError> {
    let prefix = format!("{PREFIX}{log_id}-");
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(io_error(dir))? {
        let path = entry.map_err(io_error(dir))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(suffix)).map(str::to_owned);
        found.extend(name.map(|name| (name, path)));
    }
    Ok(found)
}
