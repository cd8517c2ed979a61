//! sled held against a whole journal, event by event.

use super::reading::{PROGRESS_EVERY, unreadable};
use crate::disk::index::Index;
use crate::disk::journal::frame::Group;
use crate::disk::journal::scan::{Segments, Trouble};
use crate::disk::open::{End, Progress, Step};
use crate::disk::sled::Store;
use crate::ids::{Hash, Position, Version};
use crate::log::LogError;
use crate::message::Message;
use crate::record::leaf::Leaf;
use crate::record::tree::Edge;

/// Why sled was not found to agree with the journal.
#[derive(Debug)]
pub(super) enum Against {
    /// It holds something else, or what it holds cannot be read: a reason to set it aside.
    Content(Message),
    /// It could not be asked just now, which says nothing of what it holds.
    Asking(LogError),
    /// The journal could not be read a second time.
    Journal(Trouble),
}

impl From<LogError> for Against {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Damaged(_) => Self::Content(unreadable(&error)),
            LogError::Io(_) | LogError::Full | LogError::NotWritten(_) | LogError::Closed => Self::Asking(error),
        }
    }
}

impl From<Trouble> for Against {
    fn from(trouble: Trouble) -> Self {
        Self::Journal(trouble)
    }
}

/// For whoever mends a journal, to whom each of them is a reason not to.
impl From<Against> for Message {
    fn from(against: Against) -> Self {
        match against {
            Against::Content(message) => message,
            Against::Asking(error) => unreadable(&error),
            Against::Journal(trouble) => unreadable(&trouble.into()),
        }
    }
}

fn differs(zh: impl Into<String>, en: impl Into<String>) -> Against {
    Against::Content(Message::new(zh, en))
}

/// Says where sled, or what is indexed of it, differs first; `Ok` when nowhere.
pub(super) fn compare(
    store: &Store,
    indexes: [&Index; 2],
    segments: &Segments,
    end: &End,
    progress: &dyn Fn(Progress),
) -> Result<(), Against> {
    let total = end.mark.tree.size();
    let start = segments.mark_before(0).ok_or_else(|| Trouble::Io("there is no journal".to_owned()))?;
    let mut scan = segments.scan(start)?;
    let mut edge = Edge::new();
    while let Some(group) = scan.next()? {
        compare_group(store, &group, &mut edge)?;
        for index in indexes {
            check_kept(index, &group)?;
        }
        let done = edge.size();
        if done / PROGRESS_EVERY != (done - group.events.len() as u64) / PROGRESS_EVERY {
            progress(Progress { step: Step::Comparing, done, total });
        }
    }
    nothing_more(store, total, total)
}

/// sled's index has as many entries as there are events, and there is nothing behind them but what was being written,
/// up to `reach`.
pub(super) fn nothing_more(store: &Store, size: u64, reach: u64) -> Result<(), Against> {
    let (entries, furthest) = store.count_entries(size)?;
    if entries != size {
        return Err(differs(
            format!("sled 索引有 {entries} 项，而记录有 {size} 条"),
            format!("the index has {entries} entries for {size} events"),
        ));
    }
    if furthest.0 <= reach {
        return Ok(());
    }
    Err(differs(format!("sled 在第 {reach} 条之后还有记录"), format!("there is an event behind position {reach}")))
}

fn compare_group(store: &Store, group: &Group, edge: &mut Edge) -> Result<(), Against> {
    let before = Position(group.first.0.saturating_sub(1));
    let stored = store.read_all(before, group.events.len())?;
    if stored != group.events {
        let first = group.first;
        return Err(differs(
            format!("第 {first} 条起的记录与日志不同"),
            format!("the events from position {first} on are not those of the journal"),
        ));
    }
    for event in &group.events {
        let hash = event.hash();
        check_index(store, &event.leaf()?, event.position, hash)?;
        check_tiles(store, edge, hash)?;
    }
    Ok(())
}

/// Every key and command of a group is found.
fn check_kept(index: &Index, group: &Group) -> Result<(), Against> {
    for record in &group.commands {
        // A later record of the same command may have taken its place.
        let kept = index.command(record.command)?;
        if kept.is_none_or(|kept| kept.last < record.last) {
            let first = record.first;
            return Err(differs(
                format!("第 {first} 条的命令没有记录在案"),
                format!("the command of position {first} has no record"),
            ));
        }
    }
    for key in &group.keys {
        if index.key(key.id())?.is_none_or(|kept| kept.epoch < key.epoch) {
            let subject = key.id();
            return Err(differs(
                format!("主体 {subject} 的密钥缺失"),
                format!("the key of subject {subject} is missing"),
            ));
        }
    }
    Ok(())
}

/// Adds a leaf to the tree; the tiles that it fills must be sled's.
pub(super) fn check_tiles(store: &Store, edge: &mut Edge, hash: Hash) -> Result<(), Against> {
    for tile in edge.push(hash) {
        let (level, index) = (tile.level, tile.index);
        if store.tile(level, index)? != Some(tile.hashes) {
            return Err(differs(
                format!("第 {level} 层第 {index} 块树块与记录不符"),
                format!("tile {index} of level {level} is not that of the leaves"),
            ));
        }
    }
    Ok(())
}

/// The event is found by its stream, and links to the one before it there.
pub(super) fn check_index(store: &Store, leaf: &Leaf, position: Position, hash: Hash) -> Result<(), Against> {
    let at = |version| store.entry(&leaf.stream, version);
    let own = at(leaf.version)?;
    if own.is_none_or(|entry| entry.position != position || entry.hash != hash) {
        return Err(differs(
            format!("sled 索引找不到第 {position} 条"),
            format!("the index does not lead to position {position}"),
        ));
    }
    let previous = match leaf.version {
        Version(0) => {
            return Err(differs(format!("第 {position} 条的版本号为 0"), format!("position {position} has version 0")));
        }
        Version(1) => None,
        Version(version) => match at(Version(version - 1))? {
            Some(entry) if entry.position < position => Some(entry.hash),
            Some(_) | None => {
                return Err(differs(
                    format!("第 {position} 条在其流中的前一条缺失"),
                    format!("the event before position {position} in its stream is missing"),
                ));
            }
        },
    };
    if previous == leaf.prev {
        return Ok(());
    }
    Err(differs(
        format!("第 {position} 条的流内链接指向别处"),
        format!("the link at position {position} leads elsewhere"),
    ))
}
