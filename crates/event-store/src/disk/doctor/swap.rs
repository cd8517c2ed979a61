//! One journal in place of another. A process may end between any two steps:
//!
//! | There is | Then |
//! |---|---|
//! | `journal.mending` | a new journal was being written: it is removed |
//! | `journal.mended` and `journal` | the new one was whole, the old one still in place: the new one is removed, since the old one may have grown meanwhile |
//! | `journal.mended` and no `journal` | the old one was set aside: the new one takes its place |

use crate::disk::open::OpenOptions;
use crate::message::Message;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A new journal while it is written.
pub(super) fn mending(options: &OpenOptions) -> PathBuf {
    options.data.join("journal.mending")
}

/// Clears up or finishes what an earlier mending has left. Tells when it was finished.
pub(super) fn resume(options: &OpenOptions) -> io::Result<Option<Message>> {
    let (journal, mended) = (options.journal_dir(), options.mended_dir());
    remove(options, &mending(options))?;
    if !mended.exists() {
        return Ok(None);
    }
    if journal.exists() {
        remove(options, &mended)?;
        return Ok(None);
    }
    options.files.rename(&mended, &journal)?;
    options.files.sync_dir(&options.data)?;
    Ok(Some(Message::new(
        "上次修补日志在换入新日志时中断，现已完成。",
        "An earlier mending was interrupted while the new journal was put in place; that was finished.",
    )))
}

/// Puts the new journal in place of the old one and returns the old one's new name.
///
/// # Errors
/// When the medium fails. Before the first rename nothing has happened; after it [`resume`] goes on.
pub(super) fn swap(options: &OpenOptions) -> io::Result<Option<String>> {
    let (files, data) = (&options.files, &options.data);
    let (journal, mended) = (options.journal_dir(), options.mended_dir());
    // From now on it is known to be whole.
    files.rename(&mending(options), &mended)?;
    files.sync_dir(data)?;
    let mut kept = None;
    if journal.exists() {
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let name = format!("journal.set-aside-{now_ms}");
        files.rename(&journal, &data.join(&name))?;
        // Durable before the next one: else the new name could come to lie on the old one.
        files.sync_dir(data)?;
        kept = Some(name);
    }
    files.rename(&mended, &journal)?;
    files.sync_dir(data)?;
    Ok(kept)
}

/// Removes a directory that the doctor has made.
pub(super) fn remove(options: &OpenOptions, dir: &Path) -> io::Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    options.files.remove_dir(dir)?;
    options.files.sync_dir(&options.data)
}
