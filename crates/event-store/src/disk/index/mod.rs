//! Where the records of commands and the wrapped keys of subjects are found by their ids, which are random: a tree on
//! disk would have to touch a cold page for each. Here the newest are in memory, all others in [`runs`] with a filter
//! before each, so that a command nobody has sent before costs no read at all.
//!
//! It is an index and no copy of the record: sled holds the same records in the order of the log, and it is made again
//! from there when it is missing or damaged.

mod filter;
mod run;
mod runs;

use crate::disk::files::Files;
use crate::disk::records::{self, COMMAND_BYTES, KEY_BYTES};
use crate::ids::{CommandId, Hash};
use crate::log::{CommandRecord, LogError};
use crate::record::boxes::{KeyId, WrappedKey};
pub(crate) use run::{Run, RunError, Span};
use runs::{Place, Runs};
use std::path::Path;
use uuid::Uuid;

/// Runs' worth of new records beyond which nothing more is taken, when runs cannot be written.
const RUNS_WAITING_MAX: usize = 8;

/// The index of commands and keys.
#[derive(Debug)]
pub(crate) struct Index {
    commands: Runs<COMMAND_BYTES>,
    keys: Runs<KEY_BYTES>,
    run_records: usize,
}

impl Index {
    /// Opens the index in a directory, which is made when it is not there. A run is due for every `run_records` new
    /// records of a kind.
    ///
    /// # Errors
    /// [`LogError::Damaged`] where it is to be made again.
    pub fn open(files: &Files, dir: &Path, log_id: Uuid, run_records: usize) -> Result<Self, LogError> {
        let place = |name| Place { files: files.clone(), dir: dir.to_owned(), name, log_id };
        Ok(Self { commands: Runs::open(place("commands"))?, keys: Runs::open(place("keys"))?, run_records })
    }

    /// The part of the log whose records are all on disk here.
    pub fn written(&self) -> Span {
        let (commands, keys) = (self.commands.written(), self.keys.written());
        if commands.to <= keys.to { commands } else { keys }
    }

    /// The same of each kind: one of them may have been written further.
    pub fn written_of_each(&self) -> [Span; 2] {
        [self.commands.written(), self.keys.written()]
    }

    /// The furthest that all of anything is on disk here.
    pub fn reach(&self) -> u64 {
        self.commands.written().to.max(self.keys.written().to)
    }

    /// Size of the log behind which no record on disk here is of.
    pub fn furthest(&self) -> u64 {
        self.commands.reach().max(self.keys.reach())
    }

    /// Adds what is kept of events up to a size of the log.
    pub fn add<'a>(
        &self,
        size: u64,
        commands: impl IntoIterator<Item = &'a CommandRecord>,
        keys: impl IntoIterator<Item = &'a WrappedKey>,
    ) {
        self.commands.add(size, commands.into_iter().map(|record| (record.command.0, records::command(record))));
        self.keys.add(size, keys.into_iter().map(|key| (records::key_id(key.id()), records::key(key))));
    }

    pub fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        let value = self.commands.get(&command.0)?;
        Ok(value.map(|value| records::read_command(command.0, &value)))
    }

    pub fn key(&self, id: KeyId) -> Result<Option<WrappedKey>, LogError> {
        let id = records::key_id(id);
        let value = self.keys.get(&id)?;
        Ok(value.map(|value| records::read_key(id, &value)))
    }

    /// Whether there is enough for a run.
    pub fn is_due(&self) -> bool {
        self.commands.fresh().max(self.keys.fresh()) >= self.run_records
    }

    /// Whether so much is in no run that nothing more can be taken.
    pub fn is_full(&self) -> bool {
        self.commands.fresh().max(self.keys.fresh()) >= RUNS_WAITING_MAX * self.run_records
    }

    /// Whether anything is in memory only.
    pub fn holds_new(&self) -> bool {
        self.commands.fresh() + self.keys.fresh() > 0
    }

    /// Writes what is new. `to` and `root`: a size of the log and the tree's root there; all of its records were
    /// added.
    ///
    /// # Errors
    /// What is new stays in memory then.
    pub fn write(&self, to: u64, root: Hash) -> Result<(), LogError> {
        let commands = self.commands.write(to, root);
        // Whatever one of them meets, the other would fill the memory.
        self.keys.write(to, root)?;
        Ok(commands?)
    }

    /// How many commands are on record. What is new must be written before.
    pub fn count_commands(&self) -> Result<u64, LogError> {
        let mut count = 0;
        self.commands.each::<LogError>(|_, _| {
            count += 1;
            Ok(())
        })?;
        Ok(count)
    }

    /// Every wrapped key. What is new must be written before.
    pub fn each_key<E: From<LogError>>(&self, mut take: impl FnMut(WrappedKey) -> Result<(), E>) -> Result<(), E> {
        self.keys.each(|id, value| take(records::read_key(id, &value)))
    }

    /// What is held in memory, bytes.
    pub fn bytes(&self) -> usize {
        self.commands.bytes() + self.keys.bytes()
    }
}

impl From<RunError> for LogError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Io(error) => Self::Io(error.to_string()),
            RunError::Damaged(_) => Self::Damaged(format!("the index of commands and keys: {error}")),
        }
    }
}

#[cfg(test)]
mod tests;
