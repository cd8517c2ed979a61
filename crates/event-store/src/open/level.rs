//! sled brought level with the journal: opened, set aside and begun anew where it is not a state of this journal, and
//! given what only the journal has. That the journal itself may be believed is settled before.

use super::end::{End, tree_at};
use super::found::has_entries;
use super::{OpenError, OpenOptions, Progress, Step, remove};
use crate::disk::Core;
use crate::disk::replay::replay;
use crate::disk::store::{Store, StoredHead};
use crate::ids::{Position, Version};
use crate::journal::read::Rest;
use crate::journal::scan::Segments;
use crate::journal::write::Journal;
use crate::log::{LogError, LogHead};
use crate::message::Message;
use crate::tree::Edge;
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
pub(crate) fn remove_stale_snapshots(options: &OpenOptions) -> Result<(), OpenError> {
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
