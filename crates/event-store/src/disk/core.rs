//! One open log on disk: the journal, sled behind it, and the index. A commit is one frame in the journal, made durable,
//! and then in memory; sled follows ([`super::following`]).

use crate::disk::behind::{Behind, lock};
use crate::disk::files::{Files, OpenDir};
use crate::disk::index::Index;
use crate::disk::journal::write::{Journal, not_written};
use crate::disk::keyring::Keyring;
use crate::disk::newest::Newest;
use crate::disk::sled::Store;
use crate::log::{Batch, Committed, LogError, LogHead};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// What the log and its threads share.
pub(crate) struct Core {
    pub files: Files,
    pub data: PathBuf,
    /// Kept open: asking for room must need no descriptor.
    pub data_dir: OpenDir,
    pub log_id: Uuid,
    pub store: Store,
    pub index: Index,
    pub ring: Keyring,
    pub newest: Newest,
    pub behind: Behind,
    /// What is kept free.
    pub room: Room,
    /// What sled may hold in memory, bytes.
    pub cache_bytes: u64,
    head: Mutex<LogHead>,
    journal: Mutex<Journal>,
    /// Set once and for ever by the first failure after which it is not known what is on disk.
    failed: Mutex<Option<String>>,
}

/// Room that is not used, bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// Free on the disk; below that no command is taken.
    pub free: u64,
    /// Set aside behind the end of sled's file, where nobody else can take it.
    pub behind_sled: u64,
}

/// What is open before the log goes on.
pub(crate) struct Parts {
    pub files: Files,
    pub data: PathBuf,
    pub store: Store,
    pub index: Index,
    pub journal: Journal,
    pub room: Room,
    pub cache_bytes: u64,
    pub sled_batch_events: usize,
    /// Where the log ends, in the journal and in sled.
    pub head: LogHead,
}

impl Core {
    /// # Errors
    /// When the data directory or its key ring cannot be opened, or there is no memory for the encoder.
    pub fn new(parts: Parts) -> Result<Self, LogError> {
        let Parts { files, data, store, index, journal, room, cache_bytes, sled_batch_events, head } = parts;
        let data_dir = files.open_dir(&data).map_err(|error| LogError::Io(error.to_string()))?;
        let log_id = journal.log_id();
        let ring = Keyring::open(&files, &data, log_id)?;
        Ok(Self {
            files,
            data,
            data_dir,
            log_id,
            store,
            index,
            ring,
            newest: Newest::default(),
            behind: Behind::new(log_id, head.clone(), sled_batch_events)?,
            room,
            cache_bytes,
            head: Mutex::new(head),
            journal: Mutex::new(journal),
            failed: Mutex::default(),
        })
    }

    pub fn head(&self) -> LogHead {
        lock(&self.head).clone()
    }

    /// The first failure is the one that counts and is told; what follows follows from it.
    pub fn fail(&self, why: &str) {
        let mut failed = lock(&self.failed);
        if failed.is_none() {
            tracing::error!(why, "the log is written no more until it is opened again");
            *failed = Some(why.to_owned());
        }
    }

    pub fn failed(&self) -> Option<String> {
        lock(&self.failed).clone()
    }

    /// Asks sled. After it has failed it calls its own state all sorts of things; that is no damage of the record.
    pub fn read<T>(&self, ask: impl FnOnce(&Store) -> Result<T, LogError>) -> Result<T, LogError> {
        ask(&self.store).map_err(|error| match error {
            LogError::Damaged(why) if self.failed().is_some() => LogError::Io(why),
            LogError::Damaged(_) | LogError::Io(_) | LogError::Full | LogError::NotWritten(_) | LogError::Closed => {
                error
            }
        })
    }

    pub fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        // Not under the journal's lock: whoever makes room looks at the journal, too.
        self.wait_for_sled()?;
        let mut journal = lock(&self.journal);
        if let Some(why) = self.failed() {
            return Err(LogError::Io(format!("an earlier write failed: {why}")));
        }
        let head = self.head();
        if head.size != expected_size {
            return Ok(Committed::HeadMoved);
        }
        fits(&head, &batch)?;
        self.enough_space(&batch)?;
        match journal.append(&head, &batch) {
            Ok(()) => {
                // To whoever sees the new head everything before it can be shown.
                self.index.add(batch.head.size, &batch.commands, &batch.keys);
                let batch = Arc::new(batch);
                self.newest.push(Arc::clone(&batch));
                lock(&self.head).clone_from(&batch.head);
                self.behind.wake_if_due(&self.newest);
                Ok(Committed::Done)
            }
            Err(error @ (LogError::Full | LogError::NotWritten(_))) => Err(error),
            Err(error @ (LogError::Io(_) | LogError::Damaged(_) | LogError::Closed)) => {
                self.fail(&error.to_string());
                Err(error)
            }
        }
    }

    /// The journal, sled and the files beside need room; refusing early is better than half a group.
    fn enough_space(&self, batch: &Batch) -> Result<(), LogError> {
        let free = self.data_dir.free_bytes().map_err(not_written)?;
        // Once in the journal, two to three times in sled (its log holds every version of a page). For what sled has yet
        // to be given, which is bounded, there is what was set aside and what is left free.
        let bytes = batch.events.iter().map(|event| event.recorded.bytes()).sum::<usize>();
        let wanted = 4 * bytes as u64;
        if free < self.room.free.saturating_add(wanted) { Err(LogError::Full) } else { Ok(()) }
    }

    /// Whether the journal's newest file is where it would be read again.
    ///
    /// # Errors
    /// When that cannot be asked.
    pub fn journal_is_in_place(&self) -> io::Result<bool> {
        lock(&self.journal).is_in_place()
    }
}

/// A batch that does not continue the log would make the journal unreadable.
fn fits(head: &LogHead, batch: &Batch) -> Result<(), LogError> {
    let mut next = head.size;
    for event in &batch.events {
        next += 1;
        if event.recorded.position.0 != next {
            let position = event.recorded.position;
            return Err(LogError::Damaged(format!("position {position} was handed in where {next} comes next")));
        }
    }
    if batch.head.size == next {
        Ok(())
    } else {
        Err(LogError::Damaged(format!("the batch ends at {next} but its head says {}", batch.head.size)))
    }
}
