//! Backups of the keys that the server keeps by itself (`--key-backup`): looked after at the start, after every erasure and
//! every minute. What keeps them from being made is told, and stops nothing.

use crate::passphrase;
use crate::place::Place;
use crate::secret_file;
use crate::serve_arguments::ServeArguments;
use api::http::health::Wrong;
use api::limits::{KEY_BACKUP_DAYS_MAX, KEY_BACKUP_RENEWED_AFTER_DAYS, KEY_BACKUPS_KEPT};
use chrono::{DateTime, TimeDelta, Utc};
use domain::language::Language;
use event_store::KeyDirectory;
use event_store::keys::{BackupBounds, BackupError, KeyError, renew_backups};
use serde_json::json;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const BOUNDS: BackupBounds = BackupBounds {
    kept_max: KEY_BACKUPS_KEPT,
    age_max: TimeDelta::days(KEY_BACKUP_DAYS_MAX as i64),
    renewed_after: TimeDelta::days(KEY_BACKUP_RENEWED_AFTER_DAYS as i64),
};

/// How long a look may take until it is told: a medium that hangs answers nothing, and fails nothing either.
pub const LOOK_MAX: Duration = Duration::from_secs(60);

/// Where they are to lie, and what opens them.
#[derive(Clone)]
pub struct KeyBackups {
    dir: PathBuf,
    passphrase: Zeroizing<String>,
    keys: Option<Arc<KeyDirectory>>,
    looks: Arc<Mutex<Looks>>,
}

/// Looks after them, one after the other.
#[derive(Clone, Debug, Default)]
struct Looks {
    /// What the last one came to; nothing before the first has ended.
    seen: Option<Seen>,
    /// When the one that is under way began.
    since: Option<Instant>,
}

/// What a look came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    /// The epoch of the newest backup; `None` where none is known.
    epoch: Option<u32>,
    /// Why no other could be made.
    failing: Option<String>,
}

impl KeyBackups {
    /// What was asked for, if it was: with a passphrase in a file, and apart from data, keys and what was signed last.
    ///
    /// # Errors
    /// What is missing or cannot be, in words.
    pub fn of(arguments: &ServeArguments, place: &Place, language: Language) -> Result<Option<Self>, String> {
        let Some(dir) = &arguments.key_backup else { return Ok(None) };
        let told = |why: &str| format!("--key-backup {}{}{why}", dir.display(), language.colon());
        let Some(file) = &arguments.passphrase_file else {
            return Err(told(language.pick(
                "还须以 --passphrase-file 指明口令所在文件",
                "it needs the passphrase beside it; name the file that holds it by --passphrase-file",
            )));
        };
        let passphrase = passphrase::of_file(file).map_err(|why| format!("--passphrase-file {why}"))?;
        passphrase::fit(&passphrase, language)
            .map_err(|why| format!("--passphrase-file {}{}{why}", file.display(), language.colon()))?;
        let unfit = |error: KeyError| {
            let message = error.message();
            told(language.pick(&message.zh, &message.en))
        };
        for other in [&place.data, &place.keys, &place.signed] {
            KeyDirectory::apart(&[dir, other]).map_err(unfit)?;
        }
        KeyDirectory::apart(&[dir, file]).map_err(|error| {
            if let KeyError::Inside { inner, .. } = &error {
                return told(&beside_what_it_opens(inner, language));
            }
            unfit(error)
        })?;
        secret_file::tell_if_open("--passphrase-file", file, language);
        Ok(Some(Self { dir: dir.clone(), passphrase, keys: None, looks: Arc::default() }))
    }

    /// The same, of the keys that were opened.
    #[must_use]
    pub fn of_keys(self, keys: Arc<KeyDirectory>) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// Looks after them once: it takes as long as the passphrase takes to stretch, and as the medium takes.
    pub fn look(&self, now: DateTime<Utc>) {
        let Some(keys) = &self.keys else { return };
        let before = {
            let mut looks = self.looks();
            looks.since = Some(Instant::now());
            looks.seen.clone().unwrap_or_default()
        };
        let looked = renew_backups(keys, &self.dir, &self.passphrase, now, &BOUNDS);
        let seen = match looked {
            Ok(done) => {
                let (file, epoch) = (done.newest.file.display(), done.newest.of.epoch);
                if done.is_new {
                    tracing::info!(%file, epoch, "the keys were backed up");
                } else if before.failing.is_some() {
                    tracing::info!(%file, epoch, "the backup of the keys is in order again");
                }
                if done.destroyed > 0 {
                    tracing::info!(destroyed = done.destroyed, "backups of the keys that were over were destroyed");
                }
                Seen { epoch: Some(epoch), failing: None }
            }
            // It ends by itself, and another look follows it.
            Err(BackupError::Erasing(_)) => before,
            Err(error) => {
                let why = error.to_string();
                if before.failing.as_ref() != Some(&why) {
                    tracing::error!(why, "the keys are not backed up; it is tried again");
                }
                Seen { epoch: before.epoch, failing: Some(why) }
            }
        };
        *self.looks() = Looks { seen: Some(seen), since: None };
    }

    /// What is wrong with them now, for health: the newest is of an epoch before, another one could not be made, or the medium
    /// does not answer.
    pub fn trouble(&self) -> Option<Wrong> {
        self.trouble_at(Instant::now())
    }

    fn trouble_at(&self, now: Instant) -> Option<Wrong> {
        let Looks { seen, since } = self.looks().clone();
        let in_force = self.keys.as_ref()?.kek().epoch;
        let late = since.map(|since| now.duration_since(since)).filter(|taken| *taken > LOOK_MAX);
        let why = match (late, seen) {
            (Some(taken), _) => format!("the medium has not answered for {} s", taken.as_secs()),
            (None, None) => return None,
            (None, Some(Seen { failing: Some(why), .. })) => why,
            (None, Some(Seen { epoch: Some(epoch), .. })) if epoch == in_force => return None,
            (None, Some(Seen { epoch: Some(epoch), .. })) => {
                format!("the newest backup is of epoch {epoch}, the keys are of {in_force}")
            }
            (None, Some(Seen { epoch: None, .. })) => "there is no backup yet".to_owned(),
        };
        Some(Wrong::notice(json!({"keys": "key_backup_stale", "why": why})))
    }

    fn looks(&self) -> MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why the passphrase may not lie there.
fn beside_what_it_opens(file: &Path, language: Language) -> String {
    let file = file.display();
    match language {
        Language::Zh => format!("口令文件 {file} 不得在备份目录之内：拿到备份的人就有了口令。请放在别处"),
        Language::En => {
            format!("the passphrase in {file} must not lie beside the backups that it opens; keep it elsewhere")
        }
    }
}

impl fmt::Debug for KeyBackups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyBackups({})", self.dir.display())
    }
}

#[cfg(test)]
mod tests;
