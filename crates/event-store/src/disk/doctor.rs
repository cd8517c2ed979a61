//! `huiyin doctor`: reads everything there is, compares the two copies of the record with each other and with what was
//! signed, rebuilds sled from the journal where they differ, puts a damaged journal back from sled where that can be
//! proved right, and says what it found and did.
//!
//! It takes the directory's lock, so it never runs beside a server.

mod compare;
mod mend;
mod prove;
mod reading;
mod reindex;
mod rewrite;
mod survivors;
mod swap;

use crate::disk::journal::scan::{Segments, Trouble};
use crate::disk::keys::KeyDirectory;
use crate::disk::open::{self, Cause, End, Found, OpenError, OpenOptions, Progress, Step};
use crate::disk::{Core, DiskLog};
use crate::ids::Hash;
use crate::message::Message;
use compare::{Against, compare};
use reading::{PROGRESS_EVERY, check_leaf};
use reindex::OfSled;
use std::sync::Arc;
use uuid::Uuid;

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
    /// Kept aside earlier, for a person to look at; nothing is wrong now.
    Kept,
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
        self.tell(kind, Message::new(zh, en));
    }

    fn tell(&mut self, kind: FindingKind, message: Message) {
        self.findings.push(Finding { kind, message });
    }

    fn refuse(mut self, message: Message) -> Self {
        self.tell(FindingKind::Refused, message);
        self
    }
}

/// Checks the log of a data directory, puts its journal back from sled or rebuilds sled from the journal if need be.
/// Blocks for as long as reading everything takes; never fails, because a failure is a finding.
pub fn doctor(options: &OpenOptions, progress: &dyn Fn(Progress)) -> Report {
    let mut report = Report::default();
    let mut notes = Vec::new();
    let lock = match open::take_directory(options, &mut notes) {
        Ok(lock) => lock,
        Err(error) => return report.refuse(error.message),
    };
    notes.into_iter().for_each(|note| report.tell(FindingKind::Mended, note));
    match swap::resume(options) {
        Ok(None) => {}
        Ok(Some(finished)) => report.tell(FindingKind::Mended, finished),
        Err(error) => return report.refuse(OpenError::io(&options.data, &error).message),
    }
    let mut core = examine(options, &mut report, progress);
    if let Some(error) = core.as_ref().err().filter(|error| sled_may_know(error.cause)).cloned() {
        // When a segment's header is gone, only the keys know whose journal this is.
        report.log_id = report
            .log_id
            .or_else(|| Some(KeyDirectory::open(&options.keys, &options.signed, &options.files).ok()?.log_id()));
        match mend::mend(options, &error.found, progress) {
            Ok(told) => {
                // What was found sound before was found in the old journal.
                report.findings.retain(|finding| finding.kind == FindingKind::Mended);
                told.into_iter().for_each(|message| report.tell(FindingKind::Mended, message));
            }
            Err(why) => return report.refuse(error.found).refuse(why),
        }
        core = examine(options, &mut report, progress);
    }
    match core {
        // Makes sled durable and frees the directory.
        Ok(core) => drop(DiskLog::start(core, lock, None)),
        Err(error) => return report.refuse(error.message),
    }
    report
}

/// Whether the journal is wrong, so that sled may hold what it should.
fn sled_may_know(cause: Cause) -> bool {
    match cause {
        Cause::JournalDamaged | Cause::JournalLostItsTail | Cause::SignedOtherwise => true,
        Cause::Locked
        | Cause::NotOurs
        | Cause::DiskFull
        | Cause::KeysMissing
        | Cause::DataMissing
        | Cause::KeysOfAnotherLog
        | Cause::KeysUnusable
        | Cause::OtherOrigin
        | Cause::SignedLost
        | Cause::CheckpointUnusable
        | Cause::Io => false,
    }
}

/// Reads and compares everything; brings sled level.
fn examine(options: &OpenOptions, report: &mut Report, progress: &dyn Fn(Progress)) -> Result<Arc<Core>, OpenError> {
    let mut notes = Vec::new();
    let found = open::find(options, &mut notes);
    mended(report, &mut notes);
    let Found { mut keys, segments, .. } = found?;
    report.log_id = Some(keys.log_id());
    report.signed_size = open::last_signed(options, &keys)?.map(|(size, _)| size);
    let end = read_journal(&segments, report, progress)?;
    report.root = Some(end.mark.tree.root());
    open::check_signed(options, &mut keys, &segments, &end, &mut notes)?;
    mended(report, &mut notes);
    open::check_last_flush(options, &segments, &end)?;
    if let Some(size) = report.signed_size {
        report.add(
            FindingKind::Sound,
            format!("与最近签署的检查点（前 {size} 条）一致。"),
            format!("It agrees with the last signed checkpoint (the first {size} leaves)."),
        );
    }
    let core = level(options, &segments, &end, report, progress)?;
    for note in open::kept_cuts(options) {
        report.tell(FindingKind::Kept, note);
    }
    report.add(
        FindingKind::Sound,
        "sled 存储与日志逐条一致：内容、索引、流内链接、命令记录和树块。",
        "The sled store agrees with the journal event by event: contents, index, links within streams, command records and tiles.",
    );
    Ok(core)
}

/// Every frame and every leaf, as strictly as an auditor reads.
fn read_journal(segments: &Segments, report: &mut Report, progress: &dyn Fn(Progress)) -> Result<End, Trouble> {
    let start = segments.mark_before(0).ok_or_else(|| Trouble::Io("there is no journal".to_owned()))?;
    let mut last_recorded_at = start.last_recorded_at;
    let mut scan = segments.scan(start)?;
    report.size = 0;
    report.root = None;
    loop {
        let offset = scan.mark().offset;
        let Some(group) = scan.next()? else { break };
        for event in &group.events {
            check_leaf(event, &mut last_recorded_at).map_err(|why| scan.damaged(offset, &why.zh, &why.en))?;
        }
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
        format!("日志完整：{size} 条记录，每一帧的校验和与每一条的规范格式都正确。"),
        format!(
            "The journal is whole: {size} leaves, every frame's checksum and every leaf's canonical form are right."
        ),
    );
    Ok(end)
}

/// Brings sled level and compares it event by event, rebuilding it once when it differs. Tells what that took, also
/// where it did not help.
fn level(
    options: &OpenOptions,
    segments: &Segments,
    end: &End,
    report: &mut Report,
    progress: &dyn Fn(Progress),
) -> Result<Arc<Core>, OpenError> {
    let mut notes = Vec::new();
    let core = level_and_compare(options, segments, end, &mut notes, progress);
    mended(report, &mut notes);
    core
}

/// Takes notes into the report.
fn mended(report: &mut Report, notes: &mut Vec<Message>) {
    for message in notes.drain(..) {
        // Of two looks each tells what it found: that a torn end was cut off, or who may write where the keys lie.
        if report.findings.iter().all(|finding| finding.message != message) {
            report.tell(FindingKind::Mended, message);
        }
    }
}

fn level_and_compare(
    options: &OpenOptions,
    segments: &Segments,
    end: &End,
    notes: &mut Vec<Message>,
    progress: &dyn Fn(Progress),
) -> Result<Arc<Core>, OpenError> {
    let core = open::level(options, segments, end, notes, progress)?;
    let difference = match compare_all(options, &core, segments, end, progress) {
        Ok(()) => return Ok(core),
        Err(against) => only_content(options, against)?,
    };
    drop(core);
    open::set_aside(options, &difference, notes)?;
    // Made again with sled, from the same journal.
    let index = options.index_dir();
    options.files.remove_tree(&index).map_err(|error| OpenError::io(&index, &error))?;
    let core = open::level(options, segments, end, notes, progress)?;
    let Err(against) = compare_all(options, &core, segments, end, progress) else { return Ok(core) };
    let Message { zh, en } = only_content(options, against)?;
    Err(Trouble::Damaged(Message::new(
        format!("日志本身前后不一致：{zh}"),
        format!("the journal contradicts itself: {en}"),
    ))
    .into())
}

/// sled event by event, with the keys and commands that it holds, and the index that answers for both.
fn compare_all(
    options: &OpenOptions,
    core: &Core,
    segments: &Segments,
    end: &End,
    progress: &dyn Fn(Progress),
) -> Result<(), Against> {
    let of_sled = OfSled::make(options, core.log_id, &core.store)?;
    compare(&core.store, [&of_sled, &core.index], segments, end, progress)
}

/// Where sled differs. What could not be read just now is a refusal: it is no reason to set anything aside, nor to
/// write it anew.
fn only_content(options: &OpenOptions, against: Against) -> Result<Message, OpenError> {
    match against {
        Against::Content(difference) => Ok(difference),
        Against::Asking(error) => Err(OpenError::sled(&options.sled_dir(), &error)),
        Against::Journal(trouble) => Err(trouble.into()),
    }
}
