//! `huiyin doctor`: reads everything there is, compares the two copies of the record with each other and with what was
//! signed, rebuilds sled from the journal where they differ, and says what it found and did.
//!
//! It takes the directory's lock, so it never runs beside a server. Mending a damaged journal from sled is not done
//! here yet: the report says so.

use crate::disk::store::Store;
use crate::disk::{Core, DiskLog};
use crate::ids::{Hash, Position, Version};
use crate::journal::frame::Group;
use crate::journal::scan::{Segments, Trouble};
use crate::keys::KeyDirectory;
use crate::leaf::{self, Leaf};
use crate::log::LogError;
use crate::message::Message;
use crate::open::{self, Cause, End, OpenError, OpenOptions, Progress, Step};
use crate::tree::Edge;
use std::sync::Arc;
use uuid::Uuid;

/// How many events lie between two reports of progress.
const PROGRESS_EVERY: u64 = 1000;

/// What the doctor found and did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Which log; `None` when that could not be told.
    pub log_id: Option<Uuid>,
    /// Events in the journal, as far as it could be read.
    pub size: u64,
    /// The tree's root at that size; `None` when the journal could not be read to its end.
    pub root: Option<Hash>,
    /// Size of the last signed checkpoint, which was compared.
    pub signed_size: Option<u64>,
    /// In the order in which they were made.
    pub findings: Vec<Finding>,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub kind: FindingKind,
    /// What it is, and the remedy where one is needed.
    pub message: Message,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// Checked and right.
    Sound,
    /// Was wrong and has been mended.
    Mended,
    /// Wrong, and not for the doctor to mend: the server will not start, or must not.
    Refused,
}

impl Report {
    /// True when nothing is wrong any more.
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.kind != FindingKind::Refused)
    }

    fn add(&mut self, kind: FindingKind, zh: impl Into<String>, en: impl Into<String>) {
        self.findings.push(Finding { kind, message: Message::new(zh, en) });
    }

    fn refuse(mut self, error: OpenError) -> Self {
        self.findings.push(Finding { kind: FindingKind::Refused, message: error.message });
        self
    }
}

/// Checks the log of a data directory and rebuilds its sled store if need be. Blocks for as long as reading everything
/// takes; never fails, because a failure is a finding.
pub fn doctor(options: &OpenOptions, progress: &dyn Fn(Progress)) -> Report {
    let mut report = Report::default();
    let lock = match open::take_directory(options) {
        Ok(lock) => lock,
        Err(error) => return report.refuse(error),
    };
    let found = match open::find(options) {
        Ok(found) => found,
        Err(error) => {
            let damaged = error.cause == Cause::JournalDamaged;
            report = report.refuse(error);
            if damaged {
                // A segment's header is gone, and with it whose journal this is; the keys know.
                report.log_id = KeyDirectory::open(&options.keys).ok().map(|keys| keys.log_id());
                let reachable = sled_reaches(options);
                report.add(FindingKind::Refused, reachable.zh, reachable.en);
            }
            return report;
        }
    };
    report.log_id = Some(found.keys.log_id());
    report.signed_size = found.keys.last_signed().map(|(size, _)| size);
    let segments = found.segments;
    let end = match read_journal(&segments, &mut report, progress) {
        Ok(end) => end,
        Err(trouble) => {
            let reachable = sled_reaches(options);
            report = report.refuse(trouble.into());
            report.add(FindingKind::Refused, reachable.zh, reachable.en);
            return report;
        }
    };
    report.root = Some(end.mark.tree.root());
    if let Err(error) =
        open::check_signed(&found.keys, &segments, &end).and_then(|()| open::check_last_flush(options, &segments, &end))
    {
        return report.refuse(error);
    }
    if let Some(size) = report.signed_size {
        report.add(
            FindingKind::Sound,
            format!("与最近签署的检查点(前 {size} 条)一致。"),
            format!("It agrees with the last signed checkpoint (the first {size} leaves)."),
        );
    }
    if let Err(error) = mend(options, &segments, &end, &mut report, progress, lock) {
        return report.refuse(error);
    }
    report
}

/// Every frame and every leaf, as strictly as an auditor reads.
fn read_journal(segments: &Segments, report: &mut Report, progress: &dyn Fn(Progress)) -> Result<End, Trouble> {
    let start = segments.mark_before(0).ok_or_else(|| Trouble::Io("there is no journal".to_owned()))?;
    let mut last_recorded_at = start.last_recorded_at;
    let mut scan = segments.scan(start)?;
    loop {
        let offset = scan.mark().offset;
        let Some(group) = scan.next()? else { break };
        check_leaves(&group, &mut last_recorded_at).map_err(|why| scan.damaged(offset, &why))?;
        let done = scan.mark().tree.size();
        report.size = done;
        if done / PROGRESS_EVERY != (done - group.events.len() as u64) / PROGRESS_EVERY {
            progress(Progress { step: Step::Verifying, done, total: 0 });
        }
    }
    let end = End { rest: scan.rest()?, mark: scan.mark().clone(), verified_from: 0 };
    let size = report.size;
    report.add(
        FindingKind::Sound,
        format!("日志完整:{size} 条记录,每一帧的校验和与每一条的规范格式都正确。"),
        format!(
            "The journal is whole: {size} leaves, every frame's checksum and every leaf's canonical form are right."
        ),
    );
    Ok(end)
}

fn check_leaves(group: &Group, last_recorded_at: &mut i64) -> Result<(), String> {
    for event in &group.events {
        let position = event.position;
        let leaf = leaf::read(&event.leaf).map_err(|refused| format!("leaf {position}: {refused}"))?;
        if leaf.recorded_at < *last_recorded_at {
            return Err(format!("leaf {position} was recorded before the one before it"));
        }
        *last_recorded_at = leaf.recorded_at;
        if leaf.policy.max(leaf.calendar).is_some_and(|known| known >= position) {
            return Err(format!("leaf {position} relies on a later one"));
        }
        if leaf.boxes.len() != event.boxes.len() {
            return Err(format!(
                "leaf {position} names {} boxes and {} are stored",
                leaf.boxes.len(),
                event.boxes.len()
            ));
        }
    }
    Ok(())
}

/// What sled could give where the journal cannot be read.
fn sled_reaches(options: &OpenOptions) -> Message {
    match open::try_sled(options).map(|(_, head)| head) {
        Ok(Some(stored)) => {
            let size = stored.head.size;
            Message::new(
                format!(
                    "sled 可读到第 {size} 条。本版本尚不能用 sled 修补日志;请勿删除任何文件,并从备份恢复 journal 目录。"
                ),
                format!(
                    "sled can be read up to position {size}. This version cannot mend the journal from it yet: delete nothing, and bring the journal directory back from a backup."
                ),
            )
        }
        Ok(None) | Err(_) => Message::new(
            "sled 也不可用。请从备份恢复数据目录。",
            "sled cannot be used either. Bring the data directory back from a backup.",
        ),
    }
}

/// Brings sled level and says what that took, also where it did not help.
fn mend(
    options: &OpenOptions,
    segments: &Segments,
    end: &End,
    report: &mut Report,
    progress: &dyn Fn(Progress),
    lock: crate::lock::DirLock,
) -> Result<(), OpenError> {
    let mut notes = Vec::new();
    let core = level_and_compare(options, segments, end, &mut notes, progress);
    for message in notes {
        // Of two levellings each says that it cut a torn end off; it was cut off once.
        if report.findings.iter().all(|finding| finding.message != message) {
            report.findings.push(Finding { kind: FindingKind::Mended, message });
        }
    }
    let core = core?;
    report.add(
        FindingKind::Sound,
        "sled 存储与日志逐条一致:内容、索引、流内链接、指令记录和树块。",
        "The sled store agrees with the journal event by event: contents, index, links within streams, command records and tiles.",
    );
    // Makes sled durable and frees the directory.
    drop(DiskLog::start(core, lock, None));
    Ok(())
}

/// Brings sled level, compares it event by event, and rebuilds it once when it differs.
fn level_and_compare(
    options: &OpenOptions,
    segments: &Segments,
    end: &End,
    notes: &mut Vec<Message>,
    progress: &dyn Fn(Progress),
) -> Result<Arc<Core>, OpenError> {
    let core = open::level(options, segments, end, notes, progress)?;
    let Err(difference) = compare(&core.store, segments, end, progress) else { return Ok(core) };
    drop(core);
    let why = Message::new(difference.clone(), difference);
    open::set_aside(options, &why, notes)?;
    let core = open::level(options, segments, end, notes, progress)?;
    match compare(&core.store, segments, end, progress) {
        Ok(()) => Ok(core),
        Err(difference) => Err(Trouble::Damaged(Message::new(
            format!("日志本身前后不一致:{difference}"),
            format!("the journal contradicts itself: {difference}"),
        ))
        .into()),
    }
}

/// Holds sled against the journal. `Err` says where they differ first.
fn compare(store: &Store, segments: &Segments, end: &End, progress: &dyn Fn(Progress)) -> Result<(), String> {
    let text = |error: LogError| error.to_string();
    let total = end.mark.tree.size();
    let start = segments.mark_before(0).ok_or("there is no journal")?;
    let mut scan = segments.scan(start).map_err(|trouble| text(trouble.into()))?;
    let mut edge = Edge::new();
    while let Some(group) = scan.next().map_err(|trouble| text(trouble.into()))? {
        compare_group(store, &group, &mut edge)?;
        let done = edge.size();
        if done / PROGRESS_EVERY != (done - group.events.len() as u64) / PROGRESS_EVERY {
            progress(Progress { step: Step::Comparing, done, total });
        }
    }
    let entries = store.count_entries().map_err(text)?;
    if entries != total {
        return Err(format!("the index has {entries} entries for {total} events"));
    }
    let beyond = store.read_all(Position(total), 1).map_err(text)?;
    if beyond.is_empty() { Ok(()) } else { Err(format!("there is an event behind position {total}")) }
}

fn compare_group(store: &Store, group: &Group, edge: &mut Edge) -> Result<(), String> {
    let text = |error: LogError| error.to_string();
    let before = Position(group.first.0.saturating_sub(1));
    let stored = store.read_all(before, group.events.len()).map_err(text)?;
    if stored != group.events {
        return Err(format!("the events from position {} on are not those of the journal", group.first));
    }
    for event in &group.events {
        let hash = event.hash();
        compare_index(store, &event.leaf().map_err(text)?, event.position, hash)?;
        for tile in edge.push(hash) {
            if store.tile(tile.level, tile.index).map_err(text)? != Some(tile.hashes) {
                return Err(format!("tile {} of level {} is not that of the leaves", tile.index, tile.level));
            }
        }
    }
    for record in &group.commands {
        // A later record of the same command may have taken its place.
        let kept = store.command(record.command).map_err(text)?;
        if kept.is_none_or(|kept| kept.last < record.last) {
            return Err(format!("the command of position {} has no record", record.first));
        }
    }
    for key in &group.keys {
        if store.wrapped_key(key.subject).map_err(text)?.is_none() {
            return Err(format!("the key of subject {} is missing", key.subject));
        }
    }
    Ok(())
}

/// The event is found by its stream, and links to the one before it there.
fn compare_index(store: &Store, leaf: &Leaf, position: Position, hash: Hash) -> Result<(), String> {
    let text = |error: LogError| error.to_string();
    let at = |version| store.entry(&leaf.stream, version).map_err(text);
    let own = at(leaf.version)?;
    if own.is_none_or(|entry| entry.position != position || entry.hash != hash) {
        return Err(format!("the index does not lead to position {position}"));
    }
    let previous = match leaf.version {
        Version(0) => return Err(format!("position {position} has version 0")),
        Version(1) => None,
        Version(version) => match at(Version(version - 1))? {
            Some(entry) if entry.position < position => Some(entry.hash),
            Some(_) | None => return Err(format!("the event before position {position} in its stream is missing")),
        },
    };
    if previous == leaf.prev { Ok(()) } else { Err(format!("the link at position {position} leads elsewhere")) }
}
