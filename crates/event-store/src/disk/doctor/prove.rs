//! Whether sled, with the journal's whole frames behind it, is the record: every leaf strictly, every link, every index
//! entry, every tile, every command and key; and the tree as others have written it down, the signature first.

use super::compare::{check_index, check_tiles, nothing_more};
use super::reading::{PROGRESS_EVERY, check_leaf, unreadable};
use crate::disk::index::Index;
use crate::disk::journal::frame::Group;
use crate::disk::journal::salvage::Piece;
use crate::disk::open::{Progress, Step};
use crate::disk::sled::Store;
use crate::ids::{CommandId, Hash, Position, StreamId};
use crate::log::{LogError, LogHead, Recorded, StreamHead};
use crate::message::Message;
use crate::record::leaf::Leaf;
use crate::record::tree::Edge;
use std::collections::HashMap;
use std::io;

/// Events that are read from sled at a time.
pub(super) const PAGE: usize = 1024;

/// The tree at a size, as somebody other than sled's head record knows it.
#[derive(Clone, Debug)]
pub(super) struct Witness {
    pub size: u64,
    pub tree: Known,
    /// Who says so, as a noun.
    pub who: Message,
}

/// What a witness knows of the tree.
#[derive(Clone, Debug)]
pub(super) enum Known {
    Root(Hash),
    Frontier(Vec<Hash>),
}

/// What is put together: sled up to its head, then frames of the old journal.
pub(super) struct Record<'a> {
    pub store: &'a Store,
    /// Of sled's keys and commands.
    pub index: &'a Index,
    pub head: &'a LogHead,
    /// How far sled was being written behind its head.
    pub written: u64,
    pub pieces: &'a [Piece],
    /// Where the whole ends.
    pub reach: u64,
}

impl Record<'_> {
    /// Hands over all frames that sled does not have, in order.
    pub fn each_beyond<E>(
        &self,
        failed: impl Fn(io::Error) -> E,
        mut take: impl FnMut(Group) -> Result<(), E>,
    ) -> Result<(), E> {
        for (at, piece) in self.pieces.iter().enumerate() {
            // All of this one lies before the next one's first event.
            if self.pieces.get(at + 1).is_some_and(|next| next.first.0 <= self.head.size + 1) {
                continue;
            }
            let mut frames = piece.frames().map_err(&failed)?;
            while let Some(group) = frames.next().map_err(&failed)? {
                if group.first.0 > self.head.size {
                    take(group)?;
                }
            }
        }
        Ok(())
    }
}

/// Reads the whole record. Returns its head.
///
/// # Errors
/// What is wrong with it first.
pub(super) fn prove(
    record: &Record<'_>,
    mut witnesses: Vec<Witness>,
    progress: &dyn Fn(Progress),
) -> Result<LogHead, Message> {
    witnesses.sort_by_key(|witness| std::cmp::Reverse(witness.size));
    let store = record.store;
    let index = record.index;
    let mut walk = Walk { store, index, witnesses, edge: Edge::new(), last_recorded_at: 0, run: None, runs: 0 };
    walk.hear()?;
    while walk.edge.size() < record.head.size {
        let done = walk.edge.size();
        let page = store.read_all(Position(done), PAGE).map_err(|error| unreadable(&error))?;
        if page.is_empty() {
            return Err(Message::new(
                format!("sled 缺第 {} 条", done + 1),
                format!("sled lacks position {}", done + 1),
            ));
        }
        for event in &page {
            walk.of_sled(event)?;
        }
        if walk.edge.size() / PROGRESS_EVERY != done / PROGRESS_EVERY {
            progress(Progress { step: Step::Proving, done: walk.edge.size(), total: record.reach });
        }
    }
    walk.end_of_sled(record.head, record.written)?;
    let mut streams = HashMap::new();
    let failed = |error: io::Error| unreadable(&LogError::Io(error.to_string()));
    record.each_beyond(failed, |group| group.events.iter().try_for_each(|event| walk.beyond(event, &mut streams)))?;
    progress(Progress { step: Step::Proving, done: walk.edge.size(), total: record.reach });
    let has = walk.edge.size();
    if record.written > has {
        let written = record.written;
        return Err(Message::new(
            format!("可读的记录只到第 {has} 条，而 sled 正写到第 {written} 条"),
            format!("what can be read ends at position {has}, sled was being written to position {written}"),
        ));
    }
    if let Some(witness) = walk.witnesses.pop() {
        let (size, who) = (witness.size, witness.who);
        return Err(Message::new(
            format!("可读的记录只到第 {has} 条，而{}到第 {size} 条", who.zh),
            format!("what can be read ends at position {has}, {} goes to {size}", who.en),
        ));
    }
    Ok(walk.head())
}

struct Walk<'a> {
    store: &'a Store,
    index: &'a Index,
    /// Those that have not been heard, the smallest size last.
    witnesses: Vec<Witness>,
    edge: Edge,
    last_recorded_at: i64,
    /// The command of the newest events, with their positions.
    run: Option<(CommandId, Position, Position)>,
    runs: u64,
}

impl Walk<'_> {
    fn head(&self) -> LogHead {
        LogHead { size: self.edge.size(), frontier: self.edge.frontier(), last_recorded_at: self.last_recorded_at }
    }

    fn read(&mut self, event: &Recorded) -> Result<Leaf, Message> {
        let next = self.edge.size() + 1;
        if event.position.0 != next {
            return Err(Message::new(format!("sled 缺第 {next} 条"), format!("sled lacks position {next}")));
        }
        check_leaf(event, &mut self.last_recorded_at)
    }

    fn of_sled(&mut self, event: &Recorded) -> Result<(), Message> {
        let leaf = self.read(event)?;
        let hash = event.hash();
        check_index(self.store, &leaf, event.position, hash)?;
        check_tiles(self.store, &mut self.edge, hash)?;
        match &mut self.run {
            Some((command, _, last)) if *command == leaf.command => *last = event.position,
            run => {
                let ended = run.replace((leaf.command, event.position, event.position));
                self.check_command(ended)?;
                self.runs += 1;
            }
        }
        self.check_keys(&leaf, event.position)?;
        self.hear()
    }

    /// The events of a command follow each other, and its record says just where they are.
    fn check_command(&self, run: Option<(CommandId, Position, Position)>) -> Result<(), Message> {
        let Some((command, first, last)) = run else { return Ok(()) };
        let kept = self.index.command(command).map_err(|error| unreadable(&error))?;
        if kept.is_some_and(|kept| (kept.first, kept.last) == (first, last)) {
            return Ok(());
        }
        Err(Message::new(
            format!("第 {first} 至 {last} 条的命令在 sled 中没有相符的记录"),
            format!("the command of positions {first} to {last} has no record in sled that fits"),
        ))
    }

    /// A sealed part without its subject's key could never be opened again. Only what was imported came without.
    fn check_keys(&self, leaf: &Leaf, position: Position) -> Result<(), Message> {
        for part in &leaf.boxes {
            let mut is_there = false;
            for id in part.keys() {
                is_there |= self.index.key(id).map_err(|error| unreadable(&error))?.is_some();
            }
            if is_there {
                continue;
            }
            let record = self.index.command(leaf.command).map_err(|error| unreadable(&error))?;
            if record.is_none_or(|record| record.fingerprint.is_some()) {
                let subject = part.subject;
                return Err(Message::new(
                    format!("sled 缺主体 {subject} 的密钥，第 {position} 条的密封部分将再也打不开"),
                    format!(
                        "sled lacks the key of subject {subject}: a box of position {position} could never be opened again"
                    ),
                ));
            }
        }
        Ok(())
    }

    fn end_of_sled(&mut self, head: &LogHead, written: u64) -> Result<(), Message> {
        let run = self.run.take();
        self.check_command(run)?;
        if self.head() != *head {
            return Err(Message::new(
                "sled 的头部记录与其内容不符",
                "the head record of sled is not that of its content",
            ));
        }
        let commands = self.index.count_commands().map_err(|error| unreadable(&error))?;
        if commands != self.runs {
            let runs = self.runs;
            return Err(Message::new(
                format!("sled 记有 {commands} 条命令，而记录出自 {runs} 条"),
                format!("sled has {commands} commands on record, the events are of {runs}"),
            ));
        }
        Ok(nothing_more(self.store, head.size, written)?)
    }

    /// An event that only the journal has.
    fn beyond(&mut self, event: &Recorded, streams: &mut HashMap<StreamId, StreamHead>) -> Result<(), Message> {
        let leaf = self.read(event)?;
        let before = match streams.get(&leaf.stream) {
            Some(head) => *head,
            None => self.store.stream_head(&leaf.stream).map_err(|error| unreadable(&error))?,
        };
        let hash = event.hash();
        if leaf.prev != before.hash || leaf.version.0 != before.version.0 + 1 {
            let position = event.position;
            return Err(Message::new(
                format!("日志第 {position} 条接不上 sled 中它的前一条"),
                format!("position {position} of the journal does not follow on what sled has of its stream"),
            ));
        }
        streams.insert(leaf.stream, StreamHead { version: leaf.version, hash: Some(hash) });
        self.edge.push(hash);
        self.hear()
    }

    /// Asks every witness of this size.
    fn hear(&mut self) -> Result<(), Message> {
        while let Some(witness) = self.witnesses.pop_if(|witness| witness.size <= self.edge.size()) {
            let agrees = match &witness.tree {
                Known::Root(root) => self.edge.root() == *root,
                Known::Frontier(frontier) => self.edge.frontier() == *frontier,
            };
            if !agrees {
                let (size, who) = (witness.size, witness.who);
                return Err(Message::new(
                    format!("sled 前 {size} 条的树与{}不符", who.zh),
                    format!("sled's tree over the first {size} leaves is not that of {}", who.en),
                ));
            }
        }
        Ok(())
    }
}
