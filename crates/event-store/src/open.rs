//! Opening the log on disk, branch by branch: lock, free space, keys, journal, sled, replay.
//!
//! The journal is always synced first, so sled is never rightly ahead of it. What can be mended without a doubt is
//! mended and told; anything else is a refusal that names the remedy. Nothing is ever made anew beside something that
//! exists.

use crate::disk::flushed::Flushed;
use crate::disk::replay::replay;
use crate::disk::store::{Store, StoredHead};
use crate::disk::verify::{Verification, Verifying};
use crate::disk::{Core, DiskLog};
use crate::files::Files;
use crate::ids::{Position, Version};
use crate::journal::read::Rest;
use crate::journal::scan::{Mark, Segments, Trouble};
use crate::journal::tree_mark::Frontier;
use crate::journal::write::{Journal, Settings};
use crate::keys::{KeyDirectory, KeyError};
use crate::lock::{DirLock, LockError};
use crate::log::{EventLog, LogError, LogHead};
use crate::message::Message;
use crate::tree::Edge;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// How to open a log.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The data directory; made when it is not there.
    pub data: PathBuf,
    /// The key directory, never inside the data directory.
    pub keys: PathBuf,
    /// The log's origin. `None`: `huiyin.local/<log_id>` for a new log, whatever it is for an existing one.
    pub origin: Option<String>,
    /// Below this much free space nothing is written and the log is not opened, bytes.
    pub free_space_min_bytes: u64,
    /// Length of a journal segment, bytes. Twice as much is allocated ahead.
    pub segment_bytes: u64,
    /// sled's cache, bytes.
    pub cache_bytes: u64,
    /// How long sled may take to open before it is set aside.
    pub sled_patience: Duration,
    /// The file layer; a faulty one in tests.
    pub files: Files,
}

impl OpenOptions {
    /// The defaults: 256 MiB kept free, segments of 64 MiB, 128 MiB of cache, ten minutes for sled (it reads about
    /// two million events a second when it opens).
    pub fn new(data: impl Into<PathBuf>, keys: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            keys: keys.into(),
            origin: None,
            free_space_min_bytes: 256 * 1024 * 1024,
            segment_bytes: 64 * 1024 * 1024,
            cache_bytes: 128 * 1024 * 1024,
            sled_patience: Duration::from_secs(600),
            files: Files::real(),
        }
    }

    pub(crate) fn journal_dir(&self) -> PathBuf {
        self.data.join("journal")
    }

    pub(crate) fn sled_dir(&self) -> PathBuf {
        self.data.join("sled")
    }

    /// Says that a new log is being made; holds its id. While it is there, what is missing may be made.
    fn creating(&self) -> PathBuf {
        self.data.join("creating")
    }

    pub(crate) fn journal_settings(&self) -> Settings {
        Settings {
            files: self.files.clone(),
            dir: self.journal_dir(),
            segment_bytes: self.segment_bytes,
            reserve_bytes: self.free_space_min_bytes,
        }
    }
}

/// How far a long step is, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// Events done.
    pub done: u64,
    /// Events in all; 0 when not known.
    pub total: u64,
}

/// A step that may take long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading the journal.
    Verifying,
    /// Applying to sled what only the journal has.
    Replaying,
    /// Comparing sled with the journal (`huiyin doctor`).
    Comparing,
}

/// An open log.
pub struct OpenedLog {
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// Its keys.
    pub keys: KeyDirectory,
    /// True when the log was made now and is empty.
    pub fresh: bool,
    /// What was found and mended.
    pub notes: Vec<Message>,
    /// The verification, in the background, of the part of the journal that opening did not read.
    pub verifying: Verifying,
}

/// Why a log is not opened. Nothing was changed that could not be changed back.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct OpenError {
    /// Which refusal.
    pub cause: Cause,
    /// What a person reads, with the remedy.
    pub message: Message,
}

/// Why a log is not opened, for programs; [`OpenError::message`] says it to a person, with the remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Another process has the data directory.
    Locked,
    /// Less free space than is kept in reserve.
    DiskFull,
    /// There is data, but no keys (or not all).
    KeysMissing,
    /// There are keys, but no data.
    DataMissing,
    /// The keys are of another log.
    KeysOfAnotherLog,
    /// The keys cannot be used: damaged, readable by others, inside the data directory.
    KeysUnusable,
    /// The log has another origin.
    OtherOrigin,
    /// The journal is damaged where nothing may be cut.
    JournalDamaged,
    /// The journal ends before what sled has, or before what was signed.
    JournalLostItsTail,
    /// What was signed is not what the journal holds.
    SignedOtherwise,
    /// The medium failed.
    Io,
}

impl OpenError {
    fn new(cause: Cause, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { cause, message: Message::new(zh, en) }
    }

    pub(crate) fn io(error: &impl ToString) -> Self {
        let why = error.to_string();
        Self::new(Cause::Io, format!("读写失败:{why}"), format!("input or output failed: {why}"))
    }

    fn tail(zh: &str, en: &str) -> Self {
        Self::new(
            Cause::JournalLostItsTail,
            format!("{zh}日志尾部缺失,不予打开。请运行 huiyin doctor 检查,并从备份恢复日志。"),
            format!(
                "{en} The journal has lost its end and is not opened. Run `huiyin doctor`, and bring the journal back from a backup."
            ),
        )
    }
}

impl From<Trouble> for OpenError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Io(why) => Self::io(&why),
            Trouble::Damaged(Message { zh, en }) => Self::new(
                Cause::JournalDamaged,
                format!("{zh}。请运行 huiyin doctor。"),
                format!("{en}. Run `huiyin doctor`."),
            ),
        }
    }
}

/// Of an error while the journal is applied to a fresh sled.
impl From<LogError> for OpenError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Damaged(why) => Trouble::Damaged(Message::new(why.clone(), why)).into(),
            LogError::Io(_) | LogError::Full | LogError::Closed => Self::io(&error),
        }
    }
}

impl From<KeyError> for OpenError {
    fn from(error: KeyError) -> Self {
        let cause = match &error {
            KeyError::Missing(_) => Cause::KeysMissing,
            KeyError::OtherLog(_) => Cause::KeysOfAnotherLog,
            KeyError::AlreadyThere(_)
            | KeyError::Damaged { .. }
            | KeyError::TooOpen { .. }
            | KeyError::Inside { .. }
            | KeyError::Origin(_) => Cause::KeysUnusable,
            KeyError::Io { .. } => Cause::Io,
        };
        Self::new(cause, format!("密钥目录不可用:{error}"), error.to_string())
    }
}

/// Opens the log of a data directory, or makes a new one where there is neither data nor keys. Blocking work runs on
/// tokio's blocking pool; `progress` is called on the caller's task.
///
/// # Errors
/// [`OpenError`]; see [`Cause`].
pub async fn open(options: &OpenOptions, progress: &dyn Fn(Progress)) -> Result<OpenedLog, OpenError> {
    let options = options.clone();
    let (tell, mut told) = tokio::sync::mpsc::channel(16);
    let work = tokio::task::spawn_blocking(move || {
        open_blocking(&options, &|step| {
            // A progress that nobody has read yet is overtaken by the next one.
            _ = tell.try_send(step);
        })
    });
    while let Some(step) = told.recv().await {
        progress(step);
    }
    work.await.map_err(|error| OpenError::io(&error))?
}

/// [`open`] for callers that may block.
///
/// # Errors
/// [`OpenError`]; see [`Cause`].
pub fn open_blocking(options: &OpenOptions, progress: &dyn Fn(Progress)) -> Result<OpenedLog, OpenError> {
    let lock = take_directory(options)?;
    let mut notes = Vec::new();
    let Found { keys, fresh, mut segments } = find_or_create(options, &mut notes)?;
    if segments.last().is_none() {
        // Between the keys and the first segment of a new log.
        drop(Journal::create(options.journal_settings(), keys.log_id()).map_err(|error| OpenError::io(&error))?);
        segments = Segments::load(&options.files, &options.journal_dir())?;
    }
    remove(options, &options.creating())?;
    let end = verify_journal(options, &keys, &segments, progress)?;
    let core = level(options, &segments, &end, &mut notes, progress)?;
    let verification = Verification::start(segments, end.verified_from);
    let verifying = verification.as_ref().map(Verification::findings).unwrap_or_default();
    let log = Arc::new(DiskLog::start(core, lock, verification));
    Ok(OpenedLog { log, keys, fresh, notes, verifying })
}

/// The directory made, locked, and with enough room.
pub(crate) fn take_directory(options: &OpenOptions) -> Result<DirLock, OpenError> {
    KeyDirectory::apart(&options.keys, &options.data)?;
    options.files.create_dir(&options.data).map_err(|error| OpenError::io(&error))?;
    let lock = DirLock::take(&options.data).map_err(|error| match error {
        LockError::Held => {
            let data = options.data.display();
            OpenError::new(
                Cause::Locked,
                format!("数据目录 {data} 正被另一个 huiyin 进程使用。请先停止它,或另选 --data。"),
                format!("the data directory {data} is in use by another huiyin process. Stop that one first, or choose another --data."),
            )
        }
        LockError::Io(error) => OpenError::io(&error),
    })?;
    // A full disk while sled opens breaks it for good.
    let free = options.files.free_bytes(&options.data).map_err(|error| OpenError::io(&error))?;
    let wanted = options.free_space_min_bytes;
    if free < wanted {
        return Err(OpenError::new(
            Cause::DiskFull,
            format!("磁盘剩余空间 {free} 字节,少于保留的 {wanted} 字节。请先腾出空间。"),
            format!("the disk has {free} bytes free, less than the {wanted} kept in reserve. Make room first."),
        ));
    }
    Ok(lock)
}

/// What there is of a log, or a new one's beginnings.
pub(crate) struct Found {
    pub keys: KeyDirectory,
    pub fresh: bool,
    pub segments: Segments,
}

/// Decides between an existing log and a new one. Keys are made only where there is neither data nor keys, or where the
/// making of this very log was interrupted.
fn find_or_create(options: &OpenOptions, notes: &mut Vec<Message>) -> Result<Found, OpenError> {
    let segments = Segments::load(&options.files, &options.journal_dir())?;
    let data_there = segments.last().is_some() || has_entries(&options.sled_dir());
    let keys_there = has_entries(&options.keys);
    // sled is made only when the mark is gone: a mark beside a sled is a stray copy, and allows nothing.
    let begun = read_creating(&options.creating()).filter(|_| !has_entries(&options.sled_dir()));
    let fresh = begun.is_some() || !(data_there || keys_there);
    if !fresh {
        return existing(options, segments, data_there, keys_there);
    }
    let log_id = begun.unwrap_or_else(Uuid::now_v7);
    if begun.is_some() {
        notes.push(Message::new(
            "上次首次启动未完成,现已继续。",
            "The first start was interrupted; it was taken up again.",
        ));
    } else {
        options
            .files
            .replace(&options.creating(), log_id.to_string().as_bytes())
            .map_err(|error| OpenError::io(&error))?;
    }
    let keys = if keys_there {
        KeyDirectory::open(&options.keys)?
    } else {
        let origin = options.origin.clone().unwrap_or_else(|| format!("huiyin.local/{log_id}"));
        KeyDirectory::create(&options.keys, log_id, &origin)?
    };
    check_log_id(&keys, log_id)?;
    if let Some(of_journal) = segments.log_id() {
        check_log_id(&keys, of_journal)?;
    }
    Ok(Found { keys, fresh, segments })
}

fn existing(options: &OpenOptions, segments: Segments, data_there: bool, keys_there: bool) -> Result<Found, OpenError> {
    let (data, keys) = (options.data.display(), options.keys.display());
    if !keys_there {
        return Err(OpenError::new(
            Cause::KeysMissing,
            format!(
                "{data} 中有数据,但 {keys} 中没有密钥。已有的记录不会配新的密钥:请恢复密钥目录,或用 --keys 指明它。"
            ),
            format!(
                "there is data in {data} but no keys in {keys}. New keys are never made for an existing log: bring the key directory back, or name it by --keys."
            ),
        ));
    }
    if !data_there {
        return Err(OpenError::new(
            Cause::DataMissing,
            format!("{keys} 中有密钥,但 {data} 中没有数据。请恢复数据目录,或为新的记录另选 --keys。"),
            format!(
                "there are keys in {keys} but no data in {data}. Bring the data directory back, or choose another --keys for a new log."
            ),
        ));
    }
    let keys = KeyDirectory::open(&options.keys)?;
    let Some(log_id) = segments.log_id() else {
        return Err(OpenError::tail("有 sled 存储而没有日志。", "There is a sled store but no journal."));
    };
    check_log_id(&keys, log_id)?;
    if let Some(origin) = options.origin.as_ref().filter(|origin| *origin != keys.origin()) {
        let kept = keys.origin();
        return Err(OpenError::new(
            Cause::OtherOrigin,
            format!("本记录的来源名是 {kept},终身不变,不能改为 {origin}。"),
            format!("the log's origin is {kept}, fixed for its life; it cannot become {origin}."),
        ));
    }
    Ok(Found { keys, fresh: false, segments })
}

/// Keys and journal of an existing log, for the doctor: nothing is made.
pub(crate) fn find(options: &OpenOptions) -> Result<Found, OpenError> {
    let segments = Segments::load(&options.files, &options.journal_dir())?;
    let data_there = segments.last().is_some() || has_entries(&options.sled_dir());
    existing(options, segments, data_there, has_entries(&options.keys))
}

fn check_log_id(keys: &KeyDirectory, log_id: Uuid) -> Result<(), OpenError> {
    let of_keys = keys.log_id();
    if of_keys == log_id {
        return Ok(());
    }
    Err(OpenError::new(
        Cause::KeysOfAnotherLog,
        format!("密钥属于记录 {of_keys},数据属于记录 {log_id}。请用 --keys 指明与数据相配的密钥目录。"),
        format!(
            "the keys are of log {of_keys}, the data of log {log_id}. Name the key directory that belongs to the data by --keys."
        ),
    ))
}

fn has_entries(dir: &Path) -> bool {
    std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some())
}

fn read_creating(path: &Path) -> Option<Uuid> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// Removes a file durably, if it is there.
fn remove(options: &OpenOptions, path: &Path) -> Result<(), OpenError> {
    if !path.exists() {
        return Ok(());
    }
    let dir = path.parent().unwrap_or(&options.data);
    options.files.remove(path).and_then(|()| options.files.sync_dir(dir)).map_err(|error| OpenError::io(&error))
}

/// The journal's end.
pub(crate) struct End {
    pub mark: Mark,
    pub rest: Rest,
    /// Size before the first event that was read now.
    pub verified_from: u64,
}

/// Reads the journal from the segment in which sled's last flush lies, and holds it against what was flushed and what
/// was signed.
fn verify_journal(
    options: &OpenOptions,
    keys: &KeyDirectory,
    segments: &Segments,
    progress: &dyn Fn(Progress),
) -> Result<End, OpenError> {
    let from = last_flush(options, segments).map_or(0, |flushed| flushed.size);
    let end = walk(segments, from, progress)?;
    check_last_flush(options, segments, &end)?;
    check_signed(keys, segments, &end)?;
    Ok(end)
}

/// How far sled was durable, if that was written down for this log.
fn last_flush(options: &OpenOptions, segments: &Segments) -> Option<LogHead> {
    let flushed = Flushed::load(&options.data)?;
    (Some(flushed.log_id) == segments.log_id()).then_some(flushed.head)
}

/// Reads all frames from the segment that holds the event after `size` to the end.
pub(crate) fn walk(segments: &Segments, size: u64, progress: &dyn Fn(Progress)) -> Result<End, Trouble> {
    let start = segments.mark_before(size).ok_or_else(|| Trouble::Io("there is no journal".to_owned()))?;
    let verified_from = start.tree.size();
    let mut scan = segments.scan(start)?;
    let mut told = verified_from;
    while scan.next()?.is_some() {
        let done = scan.mark().tree.size();
        if done - told >= 10_000 {
            told = done;
            progress(Progress { step: Step::Verifying, done, total: 0 });
        }
    }
    Ok(End { rest: scan.rest()?, mark: scan.mark().clone(), verified_from })
}

/// Holds the journal against the size and tree at which sled was last flushed.
pub(crate) fn check_last_flush(options: &OpenOptions, segments: &Segments, end: &End) -> Result<(), OpenError> {
    let Some(flushed) = last_flush(options, segments) else {
        return Ok(());
    };
    let has = end.mark.tree.size();
    if has < flushed.size {
        let size = flushed.size;
        return Err(OpenError::tail(
            &format!("sled 已存到第 {size} 条,日志只到第 {has} 条。"),
            &format!("sled was durable up to position {size}, the journal ends at {has}."),
        ));
    }
    if tree_at(segments, end, flushed.size)?.is_none_or(|tree| tree.hashes() != flushed.frontier) {
        return Err(OpenError::new(
            Cause::JournalDamaged,
            "日志与 sled 上次存盘时的树不符。请运行 huiyin doctor。",
            "the journal does not give the tree that it had when sled was last flushed. Run `huiyin doctor`.",
        ));
    }
    Ok(())
}

/// Holds the journal against the last signed checkpoint, which lies with the keys.
pub(crate) fn check_signed(keys: &KeyDirectory, segments: &Segments, end: &End) -> Result<(), OpenError> {
    let Some((size, root)) = keys.last_signed() else {
        return Ok(());
    };
    let has = end.mark.tree.size();
    if has < size {
        return Err(OpenError::tail(
            &format!("已签署到第 {size} 条,日志只到第 {has} 条。"),
            &format!("position {size} was signed, the journal ends at {has}."),
        ));
    }
    if tree_at(segments, end, size)?.is_none_or(|tree| tree.root() != root) {
        return Err(OpenError::new(
            Cause::SignedOtherwise,
            format!(
                "日志前 {size} 条的树根与已签署的不符:记录被改动过,或来自另一份副本。请运行 huiyin doctor,并与备份比对。"
            ),
            format!(
                "the root of the journal's first {size} leaves is not the one that was signed: the record was changed, or is another copy. Run `huiyin doctor` and compare with a backup."
            ),
        ));
    }
    Ok(())
}

fn tree_at(segments: &Segments, end: &End, size: u64) -> Result<Option<Frontier>, Trouble> {
    if size == end.mark.tree.size() {
        return Ok(Some(end.mark.tree.clone()));
    }
    segments.tree_at(size)
}

/// sled, and its head when it is one of this journal's; otherwise a new sled in place of one that was set aside.
fn open_sled(
    options: &OpenOptions,
    log_id: Uuid,
    segments: &Segments,
    end: &End,
    notes: &mut Vec<Message>,
) -> Result<(Store, LogHead), OpenError> {
    let dir = options.sled_dir();
    let there = has_entries(&dir);
    remove_stale_snapshots(options)?;
    let why = match try_sled(options) {
        Ok((store, None)) if !there || end.mark.tree.size() == 0 => return Ok((store, LogHead::default())),
        Ok((store, None)) => {
            store.close();
            Message::new("其中没有记录", "it holds no head record")
        }
        Ok((store, Some(stored))) => match disagreement(&store, &stored, log_id, segments, end)? {
            None => return Ok((store, stored.head)),
            Some(why) => {
                store.close();
                why
            }
        },
        Err(error) => Message::new(error.to_string(), error.to_string()),
    };
    set_aside(options, &why, notes)?;
    let (store, _) = try_sled(options)?;
    Ok((store, LogHead::default()))
}

/// sled writes its snapshot into such a file first; an empty one, left by a crash or a full disk, breaks it for good.
fn remove_stale_snapshots(options: &OpenOptions) -> Result<(), OpenError> {
    // What cannot be listed cannot be opened either, and is set aside then.
    for path in options.files.list(&options.sled_dir()).unwrap_or_default() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            remove(options, &path)?;
        }
    }
    Ok(())
}

/// Opens sled on a thread of its own, which may be left behind: sled can panic, and hang, on damaged files.
pub(crate) fn try_sled(options: &OpenOptions) -> Result<(Store, Option<StoredHead>), LogError> {
    let (tell, told) = sync_channel(1);
    let (dir, cache_bytes) = (options.sled_dir(), options.cache_bytes);
    std::thread::Builder::new()
        .name("sled-open".to_owned())
        .spawn(move || {
            let opened = Store::open(&dir, cache_bytes).and_then(|store| {
                let head = store.head()?;
                Ok((store, head))
            });
            // Nobody waits any more when it took too long.
            drop(tell.send(opened));
        })
        .map_err(|error| LogError::Io(error.to_string()))?;
    told.recv_timeout(options.sled_patience)
        .unwrap_or_else(|_| Err(LogError::Damaged("sled does not come to an end while it opens".to_owned())))
}

/// Why sled is not a state of this journal; `None` when it is, possibly an earlier one.
///
/// # Errors
/// When sled is ahead: then it is the journal that is wrong.
fn disagreement(
    store: &Store,
    stored: &StoredHead,
    log_id: Uuid,
    segments: &Segments,
    end: &End,
) -> Result<Option<Message>, OpenError> {
    if stored.log_id != log_id {
        return Ok(Some(Message::new("它属于另一份记录", "it is of another log")));
    }
    let (size, has) = (stored.head.size, end.mark.tree.size());
    if size > has {
        return Err(OpenError::tail(
            &format!("sled 已到第 {size} 条,日志只到第 {has} 条。"),
            &format!("sled holds position {size}, the journal ends at {has}."),
        ));
    }
    let tree = tree_at(segments, end, size)?;
    if tree.is_none_or(|tree| tree.hashes() != stored.head.frontier) {
        return Ok(Some(Message::new("它的树根与日志不符", "its root is not the journal's at that size")));
    }
    let damaged = check_newest(store, size).err();
    Ok(damaged.map(|error| Message::new(error.to_string(), error.to_string())))
}

/// sled loses its newest writes without a word when it is damaged; its head and its newest event must fit.
fn check_newest(store: &Store, size: u64) -> Result<(), LogError> {
    let Some(before) = size.checked_sub(1) else {
        return Ok(());
    };
    let missing = || LogError::Damaged("its newest event is missing".to_owned());
    let event = store.read_all(Position(before), 1)?.pop().ok_or_else(missing)?;
    let leaf = event.leaf()?;
    let entry = store.entry(&leaf.stream, leaf.version)?.ok_or_else(missing)?;
    let newest: Version = store.stream_head(&leaf.stream)?.version;
    if event.position != Position(size) || entry.position != Position(size) || newest != leaf.version {
        return Err(missing());
    }
    Ok(())
}

/// Keeps a sled that cannot be used, under another name, and tells.
pub(crate) fn set_aside(options: &OpenOptions, why: &Message, notes: &mut Vec<Message>) -> Result<(), OpenError> {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let aside = options.data.join(format!("sled.set-aside-{now_ms}"));
    options
        .files
        .rename(&options.sled_dir(), &aside)
        .and_then(|()| options.files.sync_dir(&options.data))
        .map_err(|error| OpenError::io(&error))?;
    let name = aside.file_name().unwrap_or_default().to_string_lossy();
    notes.push(Message::new(
        format!("sled 存储不可用({}),已移到 {name},并从日志重建。", why.zh),
        format!(
            "The sled store could not be used ({}); it was set aside as {name} and is rebuilt from the journal.",
            why.en
        ),
    ));
    Ok(())
}

/// Opens sled, cuts a torn end off the journal, and brings sled level with the journal, starting over when sled turns
/// out to be unusable on the way.
pub(crate) fn level(
    options: &OpenOptions,
    segments: &Segments,
    end: &End,
    notes: &mut Vec<Message>,
    progress: &dyn Fn(Progress),
) -> Result<Arc<Core>, OpenError> {
    let log_id = segments.log_id().ok_or_else(|| OpenError::io(&"there is no journal"))?;
    let (store, sled_head) = open_sled(options, log_id, segments, end, notes)?;
    // Only now is it known that nothing that counts lies beyond the cut.
    let journal = open_journal(options, segments, end, notes)?;
    let total = end.mark.tree.size();
    let tell = |done| progress(Progress { step: Step::Replaying, done, total });
    if total > 0 && sled_head.size == 0 {
        notes.push(Message::new(
            format!("已从日志重建 sled 存储({total} 条记录)。"),
            format!("The sled store was rebuilt from the journal: {total} events were replayed."),
        ));
    } else if total > sled_head.size {
        let missing = total - sled_head.size;
        notes.push(Message::new(
            format!("已从日志向 sled 补入 {missing} 条记录。"),
            format!("{missing} events were replayed from the journal into sled."),
        ));
    }
    let edge = store.edge(&sled_head);
    let (store, head) = match edge.and_then(|edge| replay(&store, segments, log_id, edge, &tell)) {
        Ok(head) => (store, head),
        Err(LogError::Damaged(why)) => {
            store.close();
            set_aside(options, &Message::new(why.clone(), why), notes)?;
            let (store, _) = try_sled(options)?;
            let head = replay(&store, segments, log_id, Edge::new(), &tell)?;
            (store, head)
        }
        Err(error @ (LogError::Io(_) | LogError::Full | LogError::Closed)) => return Err(error.into()),
    };
    let expected =
        LogHead { size: total, frontier: end.mark.tree.hashes().to_vec(), last_recorded_at: end.mark.last_recorded_at };
    if head != expected {
        return Err(OpenError::io(&"sled is not level with the journal after the replay"));
    }
    let core = Core::new(options.files.clone(), options.data.clone(), store, journal, options.free_space_min_bytes)?;
    core.set_head(head);
    core.flush()?;
    Ok(Arc::new(core))
}

/// The journal for writing, its torn end cut off.
fn open_journal(
    options: &OpenOptions,
    segments: &Segments,
    end: &End,
    notes: &mut Vec<Message>,
) -> Result<Journal, OpenError> {
    let torn_to = match end.rest {
        Rest::Torn(to) => Some(to),
        Rest::Clean | Rest::Frame(_) => None,
    };
    let journal = Journal::open(options.journal_settings(), segments, &end.mark, torn_to)
        .map_err(|error| OpenError::io(&error))?;
    if torn_to.is_some() {
        let size = end.mark.tree.size();
        notes.push(Message::new(
            format!("日志末尾有一组未写完的记录(从未确认过),已在第 {size} 条之后截去。"),
            format!("The journal ended in a group that was never finished nor acknowledged; it was cut off behind position {size}."),
        ));
    }
    Ok(journal)
}
