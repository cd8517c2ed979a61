//! sled brought level with the journal: opened, set aside and begun anew where it is not a state of this journal, and
//! given what only the journal has. That the journal itself may be believed is settled before.

use super::end::{End, tree_at};
use super::found::has_entries;
use super::{Cause, OpenError, OpenOptions, Progress, Step, cut};
use crate::disk::index::{Index, Span};
use crate::disk::journal::read::Rest;
use crate::disk::journal::scan::Segments;
use crate::disk::journal::write::Journal;
use crate::disk::sled::replay::{Stopped, replay};
use crate::disk::sled::{Store, StoredHead};
use crate::disk::{Core, Parts, Room};
use crate::ids::{Position, Version};
use crate::log::{LogError, LogHead};
use crate::message::Message;
use crate::record::tree::Edge;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

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
    // Only what is damaged is set aside: trouble of the moment would cost one more copy of the record at every start.
    let why = match try_sled(options) {
        Ok((store, None)) if !there || end.mark.tree.size() == 0 => return Ok((store, LogHead::default())),
        Ok((store, None)) => {
            drop(store);
            Message::new("其中没有记录", "it holds no head record")
        }
        Ok((store, Some(stored))) => match disagreement(&dir, &store, &stored, log_id, segments, end)? {
            None => return Ok((store, stored.head)),
            Some(why) => {
                drop(store);
                why
            }
        },
        Err(LogError::Damaged(why)) => damaged(why),
        Err(error @ (LogError::Io(_) | LogError::Full | LogError::NotWritten(_) | LogError::Closed)) => {
            return Err(OpenError::sled(&dir, &error));
        }
    };
    set_aside(options, &why, notes)?;
    let (store, _) = try_sled(options).map_err(|error| OpenError::sled(&dir, &error))?;
    Ok((store, LogHead::default()))
}

/// What sled says of itself is English and its own; the sentence around it is ours.
fn damaged(why: String) -> Message {
    Message::new("其内容已损坏", why)
}

/// sled writes its snapshot into such a file first; an empty one, left by a crash or a full disk, breaks it for good.
pub(crate) fn remove_stale_snapshots(options: &OpenOptions) -> Result<(), OpenError> {
    // What cannot be listed cannot be opened either, and is set aside then.
    for path in options.files.list(&options.sled_dir()).unwrap_or_default() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            options.remove(&path)?;
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
    dir: &Path,
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
    let reach = stored.reach;
    if reach > has {
        return Err(OpenError::tail(
            &format!("sled 已到第 {reach} 条，日志只到第 {has} 条。"),
            &format!("sled holds position {reach}, the journal ends at {has}."),
        ));
    }
    let tree = tree_at(segments, end, size)?;
    if tree.is_none_or(|tree| tree.hashes() != stored.head.frontier) {
        return Ok(Some(Message::new("它的树根与日志不符", "its root is not the journal's at that size")));
    }
    match check_newest(store, size) {
        Ok(()) => Ok(None),
        Err(LogError::Damaged(why)) => Ok(Some(damaged(why))),
        Err(error @ (LogError::Io(_) | LogError::Full | LogError::NotWritten(_) | LogError::Closed)) => {
            Err(OpenError::sled(dir, &error))
        }
    }
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

/// How many stores that were set aside are kept. The first shows how it began, the others that it goes on.
const SET_ASIDE_MAX: usize = 3;

/// Keeps a sled that cannot be used, under another name, and tells. Of many only the first ones and this one are kept:
/// whatever damages a store again and again must not fill the disk as well.
pub(crate) fn set_aside(options: &OpenOptions, why: &Message, notes: &mut Vec<Message>) -> Result<(), OpenError> {
    let (files, data) = (&options.files, &options.data);
    let failed = |error: std::io::Error| OpenError::io(data, &error);
    let is_aside =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("sled.set-aside-"));
    let mut earlier = files.list(data).map_err(failed)?;
    earlier.retain(is_aside);
    for path in earlier.split_off(earlier.len().min(SET_ASIDE_MAX - 1)) {
        files.remove_tree(&path).map_err(failed)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        notes.push(Message::new(
            format!("已有 {SET_ASIDE_MAX} 个移开的 sled 存储，已删除 {name}。请检查磁盘和内存：它们一再损坏。"),
            format!("{SET_ASIDE_MAX} stores were set aside already; {name} was deleted. Look at the disk and the memory: something damages them again and again."),
        ));
    }
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let aside = data.join(format!("sled.set-aside-{now_ms}"));
    files.rename(&options.sled_dir(), &aside).and_then(|()| files.sync_dir(data)).map_err(failed)?;
    let name = aside.file_name().unwrap_or_default().to_string_lossy();
    notes.push(Message::new(
        format!("sled 存储不可用（{}），已移到 {name}，并从日志重建。", why.zh),
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
    let log_id = segments.log_id().ok_or_else(|| OpenError::io(&options.journal_dir(), &"there is no journal"))?;
    let (store, sled_head) = open_sled(options, log_id, segments, end, notes)?;
    let mut index = open_index(options, log_id, segments, end, notes)?;
    // Only now is it known that nothing that counts lies beyond the cut.
    let journal = open_journal(options, segments, end, notes)?;
    let total = end.mark.tree.size();
    let tell = |done| progress(Progress { step: Step::Replaying, done, total });
    let dir = options.sled_dir();
    let failed = |error: LogError| OpenError::sled(&dir, &error);
    let indexed = index.written().to;
    let replay_on = |index: &Index, head: &LogHead| {
        let edge = store.edge(head).map_err(Stopped::from);
        edge.and_then(|edge| replay(&store, index, segments, log_id, edge, &tell))
    };
    let mut replayed = replay_on(&index, &sled_head);
    if let Err(Stopped::Index(LogError::Damaged(why))) = replayed {
        notes.push(damaged_index(&why));
        index = new_index(options, log_id)?;
        // sled may have come further meanwhile.
        let reached = store.head().map_err(failed)?.map(|stored| stored.head).unwrap_or_default();
        replayed = replay_on(&index, &reached);
    }
    let (store, index, from, head) = match replayed {
        Ok(head) => (store, index, sled_head.size, head),
        Err(Stopped::Sled(LogError::Damaged(why))) => {
            drop(store);
            set_aside(options, &damaged(why), notes)?;
            let (store, _) = try_sled(options).map_err(failed)?;
            let index = new_index(options, log_id)?;
            let replayed = replay(&store, &index, segments, log_id, Edge::new(), &tell);
            let head = replayed.map_err(|stopped| match stopped {
                Stopped::Sled(error) | Stopped::Index(error) => failed(error),
                Stopped::Journal(trouble) => trouble.into(),
            })?;
            (store, index, 0, head)
        }
        Err(Stopped::Sled(error) | Stopped::Index(error)) => return Err(failed(error)),
        Err(Stopped::Journal(trouble)) => return Err(trouble.into()),
    };
    // Told when it is so: what was set aside on the way has been told before.
    if total > 0 && from == 0 {
        notes.push(Message::new(
            format!("已从日志重建 sled 存储（{total} 条记录）。"),
            format!("The sled store was rebuilt from the journal: {total} events were replayed."),
        ));
    } else if total > from {
        let missing = total - from;
        notes.push(Message::new(
            format!("已从日志向 sled 补入 {missing} 条记录。"),
            format!("{missing} events were replayed from the journal into sled."),
        ));
    }
    if indexed == 0 && from > 0 {
        notes.push(Message::new(
            format!("已从日志重建命令和密钥的索引（{total} 条记录）。"),
            format!("The index of commands and keys was rebuilt from the journal: {total} events were read."),
        ));
    }
    let expected =
        LogHead { size: total, frontier: end.mark.tree.hashes().to_vec(), last_recorded_at: end.mark.last_recorded_at };
    if head != expected {
        return Err(OpenError::with_remedy(
            Cause::Io,
            Message::new(
                "由日志补入之后，sled 存储仍与日志不一致。",
                "sled is not level with the journal after the replay.",
            ),
            "请检查磁盘和内存，再运行 huiyin doctor。",
            "Look at the disk and the memory, then run `huiyin doctor`.",
        ));
    }
    let room = Room { free: options.free_space_min_bytes, behind_sled: options.room_for_sled_bytes };
    let (files, data) = (options.files.clone(), options.data.clone());
    let (cache_bytes, sled_batch_events) = (options.cache_bytes, options.sled_batch_events);
    let core = Core::new(Parts { files, data, store, index, journal, room, cache_bytes, sled_batch_events, head })
        .map_err(failed)?;
    core.keep_room();
    core.flush().map_err(failed)?;
    Ok(Arc::new(core))
}

/// The index, or an empty one in place of one that cannot be read or is not of this journal: it is made again from there.
///
/// # Errors
/// When it is ahead of the journal: then it is the journal that is wrong.
fn open_index(
    options: &OpenOptions,
    log_id: Uuid,
    segments: &Segments,
    end: &End,
    notes: &mut Vec<Message>,
) -> Result<Index, OpenError> {
    let dir = options.index_dir();
    let index = match Index::open(&options.files, &dir, log_id, options.index_run_records) {
        Ok(index) => index,
        Err(LogError::Damaged(why)) => {
            notes.push(damaged_index(&why));
            return new_index(options, log_id);
        }
        Err(error @ (LogError::Io(_) | LogError::Full | LogError::NotWritten(_) | LogError::Closed)) => {
            return Err(OpenError::io(&dir, &error));
        }
    };
    let (reach, has) = (index.reach(), end.mark.tree.size());
    if reach > has {
        return Err(OpenError::tail(
            &format!("命令和密钥的索引已到第 {reach} 条，日志只到第 {has} 条。"),
            &format!("the index of commands and keys goes to position {reach}, the journal ends at {has}."),
        ));
    }
    let [commands, keys] = index.written_of_each();
    let is_of_it = |span: Span| -> Result<bool, OpenError> {
        Ok(span.to == 0 || tree_at(segments, end, span.to)?.is_some_and(|tree| tree.root() == span.root))
    };
    let same = (commands.to, commands.root) == (keys.to, keys.root);
    // Nor may it know of a command that the journal has lost: sent again, it would be taken for recorded.
    if index.furthest() <= has && is_of_it(commands)? && (same || is_of_it(keys)?) {
        return Ok(index);
    }
    notes.push(Message::new(
        "命令和密钥的索引与日志不符，将重新生成。",
        "The index of commands and keys is not of this journal; it is made again.",
    ));
    new_index(options, log_id)
}

fn damaged_index(why: &str) -> Message {
    Message::new("命令和密钥的索引已损坏，将重新生成。", format!("{why}; it is made again."))
}

/// An empty index in place of whatever is there.
fn new_index(options: &OpenOptions, log_id: Uuid) -> Result<Index, OpenError> {
    let dir = options.index_dir();
    options.files.remove_tree(&dir).map_err(|error| OpenError::io(&dir, &error))?;
    Index::open(&options.files, &dir, log_id, options.index_run_records).map_err(|error| OpenError::io(&dir, &error))
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
    if let Some(to) = torn_to {
        cut::keep(options, segments, &end.mark, to, notes)?;
    }
    Journal::open(options.journal_settings(), segments, &end.mark, torn_to).map_err(|error| {
        let dir = options.journal_dir();
        if error.kind() == io::ErrorKind::WouldBlock { OpenError::locked(&dir) } else { OpenError::io(&dir, &error) }
    })
}
