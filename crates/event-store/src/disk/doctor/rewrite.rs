//! A new journal from a proven record: the same events, boxes, commands and keys, in groups of its own.

use super::prove::{PAGE, Record};
use crate::disk::journal::frame::Group;
use crate::disk::journal::read::Rest;
use crate::disk::journal::scan::Segments;
use crate::disk::journal::tree_mark::Frontier;
use crate::disk::journal::write::{Journal, Settings, not_written};
use crate::disk::open::{Progress, Step};
use crate::ids::{CommandId, Position};
use crate::log::{Batch, BatchEvent, CommandRecord, LogError, LogHead, Recorded};
use crate::record::boxes::{KeyId, WrappedKey};
use crate::record::leaf::LeafBox;
use std::collections::HashSet;
use uuid::Uuid;

/// A group is closed at the end of a command once it holds so many events or bytes. A command has at most 1,024 events
/// and 4 MiB, so a group is never longer than a frame may be.
const GROUP_EVENTS: usize = 256;
const GROUP_BYTES: usize = 1024 * 1024;

/// Writes the record into a new directory and makes it durable. Remembers the keys seen: some 35 MB per million.
///
/// # Errors
/// [`LogError::Full`] or what the medium said; a part may be written then.
pub(super) fn rewrite(
    settings: Settings,
    log_id: Uuid,
    record: &Record<'_>,
    progress: &dyn Fn(Progress),
) -> Result<(), LogError> {
    let files = settings.files.clone();
    let dir = settings.dir.clone();
    let journal = Journal::create(settings, log_id).map_err(not_written)?;
    let mut writer = Writer {
        record,
        journal,
        tree: Frontier::default(),
        last_recorded_at: 0,
        seen: HashSet::new(),
        group: Vec::new(),
        commands: Vec::new(),
        bytes: 0,
    };
    while writer.taken() < record.head.size {
        let done = writer.taken();
        let page = record.store.read_all(Position(done), PAGE)?;
        if page.is_empty() {
            return Err(LogError::Damaged(format!("sled lacks position {}", done + 1)));
        }
        for event in page {
            writer.take(event)?;
        }
        progress(Progress { step: Step::Mending, done: writer.taken(), total: record.reach });
    }
    writer.end_of_sled()?;
    let failed = |error: std::io::Error| LogError::Io(error.to_string());
    record.each_beyond(failed, |group| writer.copy(group))?;
    progress(Progress { step: Step::Mending, done: writer.taken(), total: record.reach });
    // Ends the thread that fills the next segment.
    drop(writer);
    files.sync_dir(&dir).map_err(|error| LogError::Io(error.to_string()))
}

/// Reads a written journal back to its end and compares the head.
///
/// # Errors
/// [`LogError::Damaged`] when it is not the record.
pub(super) fn read_back(settings: &Settings, head: &LogHead) -> Result<(), LogError> {
    let segments = Segments::load(&settings.files, &settings.dir)?;
    let start = segments.mark_before(0).ok_or_else(|| LogError::Damaged("the new journal is not there".to_owned()))?;
    let mut scan = segments.scan(start)?;
    while scan.next()?.is_some() {}
    let mark = scan.mark();
    let read = LogHead {
        size: mark.tree.size(),
        frontier: mark.tree.hashes().to_vec(),
        last_recorded_at: mark.last_recorded_at,
    };
    if read == *head && scan.rest()? == Rest::Clean {
        return Ok(());
    }
    Err(LogError::Damaged("the new journal does not read back as it was written".to_owned()))
}

struct Writer<'a> {
    record: &'a Record<'a>,
    journal: Journal,
    /// Over what is written.
    tree: Frontier,
    last_recorded_at: i64,
    /// Subjects whose keys are written.
    seen: HashSet<KeyId>,
    group: Vec<BatchEvent>,
    /// Those of the group, in order.
    commands: Vec<CommandId>,
    bytes: usize,
}

impl Writer<'_> {
    /// Events taken, written or waiting.
    fn taken(&self) -> u64 {
        self.tree.size() + self.group.len() as u64
    }

    fn take(&mut self, recorded: Recorded) -> Result<(), LogError> {
        let leaf = recorded.leaf()?;
        if self.commands.last() != Some(&leaf.command) {
            if self.group.len() >= GROUP_EVENTS || self.bytes >= GROUP_BYTES {
                self.write(Vec::new())?;
            }
            self.commands.push(leaf.command);
        }
        self.bytes += recorded.leaf.len() + recorded.boxes.iter().map(bytes::Bytes::len).sum::<usize>();
        let hash = recorded.hash();
        self.group.push(BatchEvent { recorded, hash, stream: leaf.stream, version: leaf.version });
        Ok(())
    }

    /// The last group of sled takes along the keys that no leaf names.
    fn end_of_sled(&mut self) -> Result<(), LogError> {
        let named = self.group.iter().map(|event| event.recorded.leaf()).collect::<Result<Vec<_>, _>>()?;
        let named = named.iter().flat_map(|leaf| &leaf.boxes).flat_map(LeafBox::keys).collect::<HashSet<_>>();
        let mut others = Vec::new();
        self.record.index.each_key::<LogError>(|key| {
            if !self.seen.contains(&key.id()) && !named.contains(&key.id()) {
                others.push(key);
            }
            Ok(())
        })?;
        self.write(others)
    }

    /// Writes the group: its events, the keys of subjects that it names first, the records of its commands.
    fn write(&mut self, mut keys: Vec<WrappedKey>) -> Result<(), LogError> {
        let events = std::mem::take(&mut self.group);
        for event in &events {
            for id in event.recorded.leaf()?.boxes.iter().flat_map(LeafBox::keys) {
                if self.seen.insert(id) {
                    keys.extend(self.record.index.key(id)?);
                }
            }
        }
        let mut commands = Vec::with_capacity(self.commands.len());
        for command in self.commands.drain(..) {
            commands.extend(self.record.index.command(command)?);
        }
        self.bytes = 0;
        self.append(events, keys, commands)
    }

    /// Writes a frame of the old journal as it was.
    fn copy(&mut self, group: Group) -> Result<(), LogError> {
        let events = group.events.into_iter().map(|recorded| {
            let leaf = recorded.leaf()?;
            let hash = recorded.hash();
            Ok(BatchEvent { recorded, hash, stream: leaf.stream, version: leaf.version })
        });
        let events = events.collect::<Result<Vec<_>, LogError>>()?;
        self.append(events, group.keys, group.commands)
    }

    fn append(
        &mut self,
        events: Vec<BatchEvent>,
        keys: Vec<WrappedKey>,
        commands: Vec<CommandRecord>,
    ) -> Result<(), LogError> {
        let head = LogHead {
            size: self.tree.size(),
            frontier: self.tree.hashes().to_vec(),
            last_recorded_at: self.last_recorded_at,
        };
        let batch = Batch { events, keys, commands, ..Batch::default() };
        self.journal.append(&head, &batch)?;
        for event in &batch.events {
            self.tree.push(event.hash);
        }
        if let Some(event) = batch.events.last() {
            self.last_recorded_at = event.recorded.leaf()?.recorded_at;
        }
        Ok(())
    }
}
