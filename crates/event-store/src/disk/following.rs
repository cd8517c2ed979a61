//! sled behind the journal: one thread gives it what is new, many groups at once, makes it durable about once a second,
//! and writes the index. How far it may be behind is bounded; then commands wait, and are refused where that does not
//! help.

use crate::disk::behind::{BATCH_BYTES, Writer, lock};
use crate::disk::core::Core;
use crate::disk::sled::flushed::Flushed;
use crate::log::{LogError, LogHead};
use crate::record::tree;
use std::io;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often sled is made durable, and given what is new however little that is.
const FLUSH_EVERY: Duration = Duration::from_secs(1);
/// Events and bytes in memory beyond which no command is taken until sled has been given some of them.
const EVENTS_MAX: usize = 32 * 1024;
const BYTES_MAX: usize = 48 * 1024 * 1024;
/// How long a command waits for that.
const PATIENCE: Duration = Duration::from_secs(5);

impl Core {
    /// Waits while too much is in memory only.
    ///
    /// # Errors
    /// [`LogError::NotWritten`] when that takes too long.
    pub fn wait_for_sled(&self) -> Result<(), LogError> {
        let is_full = || {
            let (events, bytes) = self.newest.extent();
            events >= EVENTS_MAX || bytes >= BYTES_MAX || self.index.is_full()
        };
        let until = Instant::now() + PATIENCE;
        let (given, signal) = &self.behind.given;
        let mut guard = lock(given);
        while is_full() && self.failed().is_none() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(LogError::NotWritten("sled has been given too little of what the journal has".to_owned()));
            }
            // Asked again now and then: what is signalled just before this waits is not heard.
            let left = left.min(Duration::from_millis(100));
            guard = signal.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }

    /// Gives sled the oldest groups. How many.
    fn give(&self, writer: &mut Writer) -> Result<usize, LogError> {
        let groups = self.newest.oldest(self.behind.batch_events, BATCH_BYTES);
        self.sled(|| writer.appender.append(&self.store, &groups))?;
        if let Some(group) = groups.last() {
            writer.head.clone_from(&group.head);
        }
        writer.groups += groups.len() as u64;
        self.newest.forget(groups.len());
        let (given, signal) = &self.behind.given;
        drop(lock(given));
        signal.notify_all();
        self.write_index_if_due(writer);
        Ok(groups.len())
    }

    /// Gives sled all that is new now. What comes meanwhile is for the next time: it may never end.
    fn give_all(&self, writer: &mut Writer) -> Result<(), LogError> {
        let mut left = self.newest.groups();
        while left > 0 {
            left = left.saturating_sub(self.give(writer)?.max(1));
        }
        Ok(())
    }

    /// Gives sled what is new while it is worth it, until something else is to be done.
    fn give_what_is_due(&self, until: Instant) {
        let mut writer = lock(&self.behind.writer);
        while self.failed().is_none() && self.behind.is_due(&self.newest) && Instant::now() < until {
            // A failure is written down where it happens.
            drop(self.give(&mut writer));
        }
    }

    /// Also where there is nothing to give: commands may be waiting for it.
    fn write_index_if_due(&self, writer: &Writer) {
        if self.index.is_due() {
            self.write_index(&writer.head);
        }
    }

    /// What does not get written now stays in memory, and is tried again; it only makes the next opening slower.
    fn write_index(&self, sled: &LogHead) {
        let written = self.index.write(sled.size, tree::root_of_frontier(&sled.frontier));
        self.behind.index.tell(written, "the index of commands and keys could not be written; it is tried again");
    }

    /// What sled does on the disk, with the fault plan before it.
    fn sled<T>(&self, work: impl FnOnce() -> Result<T, LogError>) -> Result<T, LogError> {
        let done = self.files.before_sled(&self.data).map_err(|error| LogError::Io(error.to_string()));
        done.and_then(|()| work()).inspect_err(|error| self.fail(&error.to_string()))
    }

    /// Gives sled everything, makes it durable and writes down how far.
    pub fn flush(&self) -> Result<(), LogError> {
        // Held through, so that a smaller size never replaces a larger one.
        self.flush_as(&mut lock(&self.behind.writer))
    }

    fn flush_as(&self, writer: &mut Writer) -> Result<(), LogError> {
        if let Some(why) = self.failed() {
            return Err(LogError::Io(why));
        }
        self.give_all(writer)?;
        self.write_index_if_due(writer);
        if writer.flushed == Some(writer.groups) {
            return Ok(());
        }
        self.sled(|| self.store.flush())?;
        let note = Flushed { log_id: self.log_id, head: writer.head.clone() };
        let noted = note.store(&self.files, &self.data_dir, &self.data);
        if noted.is_ok() {
            writer.flushed = Some(writer.groups);
        }
        // The note only makes the next opening faster, and is tried again in a second.
        let what = "how far sled is durable could not be written down; it is tried again every second";
        self.behind.note.tell(noted, what);
        Ok(())
    }

    /// [`Core::flush`], and the index written to its end, so that the next opening has nothing to read again.
    pub fn close(&self) -> Result<(), LogError> {
        // Held through, so that never two write the index: a run of one would take the other's name.
        let mut writer = lock(&self.behind.writer);
        self.flush_as(&mut writer)?;
        if self.index.written().to < writer.head.size || self.index.holds_new() {
            self.write_index(&writer.head);
        }
        Ok(())
    }

    /// What is done every second: sled durable, room kept for it, and a look whether the journal is where it was.
    fn look_after(&self) {
        if self.failed().is_some() {
            return;
        }
        // A failure is written down here, where health and the next commit find it.
        drop(self.flush());
        self.keep_room();
        // What cannot be asked now is asked again in a second.
        if !self.journal_is_in_place().unwrap_or(true) {
            self.fail(
                "the journal's newest file was removed or replaced while it was written; stop the server and run `huiyin doctor`",
            );
        }
    }

    /// Room behind sled's end, so that it can finish what it has begun on a disk that others have filled.
    pub fn keep_room(&self) {
        let kept = match self.store.set_room_aside(self.room.behind_sled) {
            Ok(true) => Ok(()),
            Ok(false) => Err(io::Error::other("the file system knows no such thing")),
            Err(error) => Err(error),
        };
        let what = "no room could be set aside for sled; a disk that others fill to the end may stop the writer";
        self.behind.room.tell(kept, what);
    }
}

/// Says of a thread that panics that nothing follows the journal any more: commands would wait for it in vain.
struct FailOnPanic(Arc<Core>);

impl Drop for FailOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail("the thread that writes sled panicked");
        }
    }
}

/// The thread that keeps sled behind the journal.
pub(crate) struct Follower {
    core: Arc<Core>,
    thread: JoinHandle<()>,
}

impl Follower {
    pub fn start(core: &Arc<Core>) -> Option<Self> {
        let (wake, woken) = sync_channel(1);
        *lock(&core.behind.wake) = Some(wake);
        let of_thread = Arc::clone(core);
        let thread = std::thread::Builder::new().name("sled-writer".to_owned()).spawn(move || {
            let core = FailOnPanic(of_thread);
            let mut next = Instant::now() + FLUSH_EVERY;
            loop {
                let left = next.saturating_duration_since(Instant::now());
                // However often it is woken: what is due every second comes first.
                match if left.is_zero() { Err(RecvTimeoutError::Timeout) } else { woken.recv_timeout(left) } {
                    Ok(()) => core.0.give_what_is_due(next),
                    Err(RecvTimeoutError::Timeout) => {
                        core.0.look_after();
                        next = Instant::now() + FLUSH_EVERY;
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        match thread {
            Ok(thread) => Some(Self { core: Arc::clone(core), thread }),
            Err(error) => {
                core.fail(&format!("there is no thread that writes sled: {error}"));
                None
            }
        }
    }

    pub fn stop(self) {
        drop(lock(&self.core.behind.wake).take());
        // A panic there was reported when it happened.
        drop(self.thread.join());
    }
}
