//! A damaged journal put back from sled. The rule, in the order in which it is asked; `docs/adr/0010` says why:
//!
//! 1. Something was signed, and the keys say what.
//! 2. sled opens, and is of this log.
//! 3. Every whole frame of the old journal agrees with sled byte by byte, up to sled's end, and what it has behind that
//!    follows without a gap. Only leaves that the signature covers may differ: there the signature decides.
//! 4. sled, with those frames behind it, is a record: [`super::prove`].
//! 5. That record has the signed root at the signed size, sled's own note of its last flush, and the trees in the
//!    headers of segments behind the signed size.
//!
//! Then the new journal is written beside the old one, read back, and put in its place ([`super::swap`]).

use super::prove::{Known, Record, Witness, prove};
use super::reading::unreadable;
use super::reindex::OfSled;
use super::rewrite::{read_back, rewrite};
use super::survivors::{Agreement, hold_against};
use super::swap;
use crate::disk::index::Index;
use crate::disk::journal::salvage::{self, Piece};
use crate::disk::journal::write::Settings;
use crate::disk::keys::KeyDirectory;
use crate::disk::open::{self, OpenOptions, Progress};
use crate::disk::sled::flushed::Flushed;
use crate::disk::sled::{Store, StoredHead};
use crate::ids::Hash;
use crate::log::{LogError, LogHead};
use crate::message::Message;
use uuid::Uuid;

/// What was signed last.
#[derive(Clone, Copy)]
struct Signed {
    size: u64,
    root: Hash,
}

/// Puts the journal back, in which `found` is wrong. Says what was done, a finding each.
///
/// # Errors
/// Why it was not done, with the remedy. Neither copy was changed then, unless the message says so.
pub(super) fn mend(
    options: &OpenOptions,
    found: &Message,
    progress: &dyn Fn(Progress),
) -> Result<Vec<Message>, Message> {
    let keys = KeyDirectory::open(&options.keys, &options.signed, &options.files)
        .map_err(|error| refusal(&error.message()))?;
    let last = open::last_signed(options, &keys).map_err(|error| refusal(&error.message))?;
    let (size, root) = last.ok_or_else(|| {
        refusal(&Message::new(
            "从未签署过检查点，无从证明 sled 中的就是原来的记录",
            "no checkpoint was ever signed, so nothing proves that sled holds the record",
        ))
    })?;
    let log_id = keys.log_id();
    let (store, stored) = open_sled(options, log_id).map_err(|why| refusal(&why))?;
    let index = OfSled::make(options, log_id, &store).map_err(|error| refusal(&unreadable(&error)))?;
    put_back(options, found, Signed { size, root }, &store, &index, &stored, progress)
}

fn put_back(
    options: &OpenOptions,
    found: &Message,
    signed: Signed,
    store: &Store,
    index: &Index,
    stored: &StoredHead,
    progress: &dyn Fn(Progress),
) -> Result<Vec<Message>, Message> {
    let StoredHead { log_id, head, reach: written } = stored;
    let log_id = *log_id;
    let pieces = salvage::pieces(&options.files, &options.journal_dir(), log_id)
        .map_err(|error| refusal(&unreadable(&LogError::Io(error.to_string()))))?;
    let agreement = hold_against(store, index, head.size, signed.size, &pieces).map_err(|why| refusal(&why))?;
    let record = Record { store, index, head, written: *written, pieces: &pieces, reach: agreement.reach };
    let whole = prove(&record, witnesses(options, log_id, signed, &pieces), progress).map_err(|why| refusal(&why))?;
    known_to_the_index(options, log_id, whole.size).map_err(|why| refusal(&why))?;

    let settings = Settings { dir: swap::mending(options), ..options.journal_settings() };
    let written = rewrite(settings.clone(), log_id, &record, progress).and_then(|()| read_back(&settings, &whole));
    if let Err(error) = written {
        // What cannot be removed now is removed the next time.
        drop(swap::remove(options, &settings.dir));
        return Err(unwritable(&error));
    }
    let kept = swap::swap(options).map_err(|error| {
        let zh = open::cause_of(&error.to_string()).zh;
        Message::new(
            format!("新日志已写好，但换入时失败：{zh}。请检查磁盘，再运行一次 huiyin doctor，它会接着做完或重做；请勿删除任何文件。"),
            format!(
                "The new journal was written, but could not be put in place: {error}. Look at the disk and run `huiyin doctor` again: it goes on or begins anew. Delete nothing."
            ),
        )
    })?;
    Ok(told(found, head, signed, &agreement, kept.as_deref()))
}

/// The index must not go further than what is put together: the journal would be refused again, whatever is written.
fn known_to_the_index(options: &OpenOptions, log_id: Uuid, has: u64) -> Result<(), Message> {
    let dir = options.index_dir();
    if !open::has_entries(&dir) {
        return Ok(());
    }
    // One that cannot be read is made again, and stands in nobody's way.
    let reach = Index::open(&options.files, &dir, log_id, options.index_run_records).map_or(0, |index| index.reach());
    if reach <= has {
        return Ok(());
    }
    Err(Message::new(
        format!("可读的记录只到第 {has} 条，而命令和密钥的索引已到第 {reach} 条"),
        format!("what can be read ends at position {has}, the index of commands and keys goes to {reach}"),
    ))
}

/// sled and its head, if it is of this log. Nothing is set aside and nothing made.
fn open_sled(options: &OpenOptions, log_id: Uuid) -> Result<(Store, StoredHead), Message> {
    let none = || Message::new("没有 sled 存储可用", "there is no sled store");
    // Opening would make one.
    if !open::has_entries(&options.sled_dir()) {
        return Err(none());
    }
    open::remove_stale_snapshots(options).map_err(|error| error.message)?;
    let (store, stored) = open::try_sled(options).map_err(|error| {
        let zh = unreadable(&error).zh;
        Message::new(format!("sled 也打不开（{zh}）"), format!("sled cannot be opened either ({error})"))
    })?;
    match stored {
        Some(stored) if stored.log_id == log_id => Ok((store, stored)),
        Some(_) => {
            drop(store);
            Err(Message::new("sled 属于另一份记录", "sled is of another log"))
        }
        None => {
            drop(store);
            Err(none())
        }
    }
}

/// Everybody but sled's head record who knows the tree at some size.
fn witnesses(options: &OpenOptions, log_id: Uuid, signed: Signed, pieces: &[Piece]) -> Vec<Witness> {
    let mut witnesses = vec![Witness {
        size: signed.size,
        tree: Known::Root(signed.root),
        who: Message::new("已签署的检查点", "the checkpoint that was signed last"),
    }];
    if let Some(flushed) = Flushed::load(&options.data).filter(|flushed| flushed.log_id == log_id) {
        witnesses.push(Witness {
            size: flushed.head.size,
            tree: Known::Frontier(flushed.head.frontier),
            who: Message::new("sled 上次存盘时的记载", "the note of sled's last flush"),
        });
    }
    // Up to what was signed the signature knows better than a header.
    for header in pieces.iter().filter_map(|piece| piece.header.as_ref()) {
        let size = header.first.0.saturating_sub(1);
        if size > signed.size {
            let first = header.first;
            witnesses.push(Witness {
                size,
                tree: Known::Frontier(header.frontier.clone()),
                who: Message::new(
                    format!("自第 {first} 条起的日志文件的文件头"),
                    format!("the header of the journal file from position {first} on"),
                ),
            });
        }
    }
    witnesses
}

/// What was done and what it rests on.
fn told(found: &Message, head: &LogHead, signed: Signed, agreement: &Agreement, kept: Option<&str>) -> Vec<Message> {
    let Agreement { agreeing, overruled, first_overruled, reach } = *agreement;
    let (size, signed) = (head.size, signed.size);
    let mut told = vec![found.clone()];
    let (beyond_zh, beyond_en) = if reach > size {
        let next = size + 1;
        (
            format!("，第 {next} 至 {reach} 条取自旧日志的完整帧"),
            format!(", positions {next} to {reach} from whole frames of the old journal"),
        )
    } else {
        (String::new(), String::new())
    };
    let (kept_zh, kept_en) = match kept {
        Some(name) => (format!("旧日志保留为 {name}。"), format!("The old one is kept as {name}.")),
        None => ("原来没有日志。".to_owned(), "There was no old one.".to_owned()),
    };
    told.push(Message::new(
        format!("已用 sled 重写日志：第 1 至 {size} 条取自 sled{beyond_zh}。{kept_zh}"),
        format!("The journal was written anew from sled: positions 1 to {size}{beyond_en}. {kept_en}"),
    ));
    let (unsigned_zh, unsigned_en) = if reach > signed {
        let next = signed + 1;
        (
            format!("第 {next} 至 {reach} 条尚未签署，凭流内链接、索引、树块与 sled 的头部记录相符而采用。"),
            format!(
                " Positions {next} to {reach} are not signed yet; they were taken because their links, index, tiles and sled's head record agree."
            ),
        )
    } else {
        (String::new(), String::new())
    };
    told.push(Message::new(
        format!("依据：前 {signed} 条的树根与已签署的检查点一致；旧日志完整帧中的 {agreeing} 条与 sled 逐字节相同。{unsigned_zh}"),
        format!(
            "It rests on this: the root over the first {signed} leaves is the one that was signed; {agreeing} events in whole frames of the old journal are those of sled byte by byte.{unsigned_en}"
        ),
    ));
    if let Some(first) = first_overruled {
        told.push(Message::new(
            format!("旧日志中有 {overruled} 条（自第 {first} 条起）校验和正确，却与已签署的记录不同：有人改动过，或是另一份副本。请查看保留下来的旧日志。"),
            format!(
                "{overruled} events of the old journal, from position {first} on, had right checksums and were not what was signed: somebody changed them, or it was another copy. Look at the one that was kept."
            ),
        ));
    }
    told
}

fn refusal(why: &Message) -> Message {
    Message::new(
        format!(
            "不能用 sled 修补日志：{}。日志与 sled 均未改动。请勿删除任何文件，并从备份恢复数据目录；若有较新的副本，请用那一份。",
            why.zh
        ),
        format!(
            "The journal cannot be put back from sled: {}. Neither was changed. Delete nothing, and bring the data directory back from a backup, or from a newer copy if there is one.",
            why.en
        ),
    )
}

/// The record could be put back; the disk does not let us.
fn unwritable(error: &LogError) -> Message {
    let zh = unreadable(error).zh;
    Message::new(
        format!(
            "日志可以用 sled 修补，但新日志写入失败（{zh}）。日志与 sled 均未改动。请检查磁盘并留出足够空间，再运行一次 huiyin doctor。"
        ),
        format!(
            "The journal can be put back from sled, but the new one could not be written: {error}. Neither was changed. Look at the disk, make room for a second journal, and run `huiyin doctor` again."
        ),
    )
}
