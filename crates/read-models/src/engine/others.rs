//! Whether others have written in the file, or have put another one in its place.
//!
//! Asked at the beginning of every transaction and every second, which costs next to nothing, so that all rows are looked
//! through when there is a reason to, not all the time.

use crate::engine::failure::Failure;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// What is known of the file, from the side of the one connection that writes.
pub(crate) struct Others {
    file: PathBuf,
    beside: [PathBuf; 2],
    known: Mutex<Known>,
    /// Counts how often others wrote.
    wrote: watch::Sender<u64>,
    /// For a while nobody could have told whether others wrote.
    unwatched: AtomicBool,
}

#[derive(Default)]
struct Known {
    /// Which file our connections have open.
    file: Option<Inode>,
    /// What the connection that writes saw last; nothing of what a connection before it saw.
    seen: Option<Seen>,
    /// A connection was lost and another taken, with which nothing has been written yet.
    lost: bool,
}

/// Device and inode.
type Inode = (u64, u64);

#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    /// SQLite gives another number when another connection has committed, and never for a commit of one's own.
    data_version: i64,
    /// Length and time of the file itself, which nobody but the connection that writes should move.
    written: Option<(u64, i64, i64)>,
    /// The files beside it, which are there and stay the same ones as long as anybody is connected.
    beside: [Option<Inode>; 2],
}

impl Others {
    /// `beside` are the files that SQLite keeps beside it.
    pub(crate) fn of(file: PathBuf, beside: [PathBuf; 2]) -> Self {
        let (known, unwatched) = (Mutex::default(), AtomicBool::new(false));
        Self { file, beside, known, wrote: watch::Sender::new(0), unwatched }
    }

    /// The connection that writes is a new one, whose numbers say nothing of those of the one before.
    pub(crate) fn begins(&self) {
        let mut known = self.known();
        if known.seen.take().is_some() {
            known.lost = true;
        }
    }

    /// The file was set aside, the next one is a new one.
    pub(crate) fn set_aside(&self) {
        *self.known() = Known::default();
    }

    /// Hears SQLite's `data_version` of the connection that writes.
    ///
    /// # Errors
    /// [`Failure::WrittenByOthers`] once for each time, [`Failure::OtherFile`] until the file is set aside.
    pub(crate) fn look(&self, data_version: i64) -> Result<(), Failure> {
        let mut known = self.known();
        let file = metadata(&self.file);
        let now = file.as_ref().map(inode).unwrap_or_default();
        if *known.file.get_or_insert(now) != now {
            return Err(Failure::OtherFile);
        }
        let beside = self.beside.each_ref().map(|file| metadata(file).as_ref().map(inode));
        let now = Seen { data_version, written: file.as_ref().map(written), beside };
        match known.seen.replace(now) {
            None => Ok(()),
            Some(before) if before == now => Ok(()),
            Some(before) if before.beside == now.beside && before.data_version != now.data_version => {
                drop(known);
                self.wrote.send_modify(|times| *times += 1);
                Err(Failure::WrittenByOthers)
            }
            Some(before) => {
                known.seen = Some(before);
                Err(Failure::OtherFile)
            }
        }
    }

    /// The connection that writes has committed, which may have moved pages into the file.
    pub(crate) fn committed(&self) {
        let mut known = self.known();
        let written = metadata(&self.file).as_ref().map(written);
        if let Some(seen) = &mut known.seen {
            seen.written = written;
        }
        if std::mem::take(&mut known.lost) {
            self.unwatched.store(true, Ordering::Release);
        }
    }

    /// Hears when others wrote.
    pub(crate) fn wrote(&self) -> watch::Receiver<u64> {
        self.wrote.subscribe()
    }

    /// Whether there was a while during which nobody could have told whether others wrote, and it is over.
    pub(crate) fn was_unwatched(&self) -> bool {
        self.unwatched.swap(false, Ordering::AcqRel)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing where there is no file, or it cannot be looked at.
fn metadata(path: &Path) -> Option<Metadata> {
    std::fs::metadata(path).ok()
}

fn inode(file: &Metadata) -> Inode {
    (file.dev(), file.ino())
}

fn written(file: &Metadata) -> (u64, i64, i64) {
    (file.len(), file.mtime(), file.mtime_nsec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with one beside it.
    fn others(dir: &Path) -> Others {
        let (file, beside) = (dir.join("file"), [dir.join("file-wal"), dir.join("file-shm")]);
        std::fs::write(&file, "rows").unwrap();
        beside.iter().for_each(|file| std::fs::write(file, "").unwrap());
        Others::of(file, beside)
    }

    fn is_other(looked: Result<(), Failure>) -> bool {
        matches!(looked, Err(Failure::OtherFile))
    }

    #[test]
    fn another_number_is_told_once() {
        let dir = tempfile::tempdir().unwrap();
        let others = others(dir.path());
        let wrote = others.wrote();
        for _ in 0..2 {
            others.look(7).unwrap();
        }
        assert!(!wrote.has_changed().unwrap());
        assert!(matches!(others.look(8), Err(Failure::WrittenByOthers)));
        assert!(wrote.has_changed().unwrap());
        others.look(8).unwrap();
    }

    #[test]
    fn a_new_connection_has_numbers_of_its_own_and_leaves_a_gap() {
        let dir = tempfile::tempdir().unwrap();
        let others = others(dir.path());
        others.begins();
        others.look(7).unwrap();
        others.committed();
        assert!(!others.was_unwatched());
        others.begins();
        others.look(1).unwrap();
        assert!(!others.was_unwatched(), "before anything was written nobody looks through the rows");
        others.committed();
        assert!(others.was_unwatched());
        assert!(!others.was_unwatched());
    }

    #[test]
    fn what_is_written_by_a_commit_of_our_own_is_no_other_file() {
        let dir = tempfile::tempdir().unwrap();
        let others = others(dir.path());
        others.look(7).unwrap();
        std::fs::write(&others.file, "more rows").unwrap();
        others.committed();
        others.look(7).unwrap();
        std::fs::write(&others.file, "whoever wrote this").unwrap();
        assert!(is_other(others.look(7)) && is_other(others.look(7)));
    }

    #[test]
    fn a_file_that_is_gone_or_another_one_is_told_until_it_is_set_aside() {
        for damage in [
            (|others| std::fs::remove_file(&others.file).unwrap()) as fn(&Others),
            |others| std::fs::rename(&others.beside[0], &others.file).unwrap(),
            |others| std::fs::remove_file(&others.beside[0]).unwrap(),
            |others| std::fs::rename(&others.file, &others.beside[1]).unwrap(),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let others = others(dir.path());
            others.look(7).unwrap();
            damage(&others);
            assert!(is_other(others.look(7)) && is_other(others.look(8)));
            others.set_aside();
            others.look(1).unwrap();
        }
    }

    /// Readers still have the old file open, whatever the connection that writes has now.
    #[test]
    fn a_new_connection_to_another_file_is_no_way_out() {
        let dir = tempfile::tempdir().unwrap();
        let others = others(dir.path());
        others.look(7).unwrap();
        std::fs::rename(&others.beside[0], &others.file).unwrap();
        others.begins();
        assert!(is_other(others.look(1)));
    }
}
