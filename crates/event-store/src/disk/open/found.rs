//! Which log there is: keys and data that belong together, or neither, and then a new log. It reads no event.

use super::{Cause, OpenError, OpenOptions};
use crate::disk::journal::scan::Segments;
use crate::disk::keys::{KeyDirectory, signed_file_in};
use crate::message::Message;
use crate::record::tree::empty_root;
use std::path::Path;
use uuid::Uuid;

/// What there is of a log, or a new one's beginnings.
pub(crate) struct Found {
    pub keys: KeyDirectory,
    pub fresh: bool,
    pub segments: Segments,
}

/// Decides between an existing log and a new one. Keys are made only where there is neither data nor keys, or where the
/// making of this very log was interrupted.
pub(super) fn find_or_create(options: &OpenOptions, notes: &mut Vec<Message>) -> Result<Found, OpenError> {
    let segments = Segments::load(&options.files, &options.journal_dir())?;
    let data_there = data_there(options, &segments);
    let keys_there = has_entries(&options.keys);
    // sled is made, and the first frame written, only when the mark is gone: a mark beside either is a stray copy, and
    // allows nothing.
    let begun = match read_creating(&options.creating()) {
        Some(log_id) if !has_entries(&options.sled_dir()) && holds_no_frame(&segments)? => Some(log_id),
        Some(_) | None => None,
    };
    let fresh = begun.is_some() || !(data_there || keys_there);
    if !fresh {
        return existing(options, segments, data_there, keys_there, notes);
    }
    if begun.is_none() && signed_file_in(&options.signed).exists() {
        return Err(signed_without_a_log(options));
    }
    let log_id = begun.unwrap_or_else(Uuid::now_v7);
    if begun.is_some() {
        notes.push(Message::new(
            "上次首次启动未完成，现已继续。",
            "The first start was interrupted; it was taken up again.",
        ));
    } else {
        options
            .files
            .replace(&options.creating(), log_id.to_string().as_bytes())
            .map_err(|error| OpenError::io(&options.data, &error))?;
    }
    let mut keys = if keys_there {
        KeyDirectory::open_keys(&options.keys)?
    } else {
        let origin = options.origin.clone().unwrap_or_else(|| format!("huiyin.local/{log_id}"));
        KeyDirectory::create(&options.keys, &options.signed, &options.files, log_id, &origin)?
    };
    check_log_id(&keys, log_id)?;
    if let Some(of_journal) = segments.log_id() {
        check_log_id(&keys, of_journal)?;
    }
    if keys_there {
        keys.open_signed(&options.keys, &options.signed, &options.files)?;
        notes.extend(keys.take_notes());
    }
    if keys.signed_is_lost() {
        // The keys were made and nothing else: nothing can have been signed.
        keys.remember_signed(&options.signed, &options.files, 0, empty_root())?;
    }
    Ok(Found { keys, fresh, segments })
}

/// What [`find_or_create`] refuses where there is no data directory at all, so that none need be made to find it out.
pub(super) fn without_data(options: &OpenOptions) -> Result<(), OpenError> {
    if has_entries(&options.keys) {
        return Err(keys_without_data(options));
    }
    if signed_file_in(&options.signed).exists() {
        return Err(signed_without_a_log(options));
    }
    Ok(())
}

/// Whether a journal is one to which nothing was ever written.
fn holds_no_frame(segments: &Segments) -> Result<bool, OpenError> {
    let Some(start) = segments.mark_before(0) else { return Ok(true) };
    Ok(segments.scan(start)?.next()?.is_none())
}

fn signed_without_a_log(options: &OpenOptions) -> OpenError {
    let (data, keys, signed) = (options.data.display(), options.keys.display(), options.signed.display());
    OpenError::new(
        Cause::DataMissing,
        format!(
            "{signed} 中有已签署的记录，但 {data} 中没有数据，{keys} 中没有密钥。请恢复这两个目录；若要开始新的记录，请将 {signed} 移开。"
        ),
        format!(
            "there is what was signed of a log in {signed}, but no data in {data} and no keys in {keys}. Bring those back, or, for a new log, move {signed} away."
        ),
    )
}

fn keys_without_data(options: &OpenOptions) -> OpenError {
    let (data, keys) = (options.data.display(), options.keys.display());
    OpenError::new(
        Cause::DataMissing,
        format!("{keys} 中有密钥，但 {data} 中没有数据。请恢复数据目录，或为新的记录另选 --keys。"),
        format!(
            "there are keys in {keys} but no data in {data}. Bring the data directory back, or choose another --keys for a new log."
        ),
    )
}

fn existing(
    options: &OpenOptions,
    segments: Segments,
    data_there: bool,
    keys_there: bool,
    notes: &mut Vec<Message>,
) -> Result<Found, OpenError> {
    let (data, keys) = (options.data.display(), options.keys.display());
    if !keys_there {
        return Err(OpenError::new(
            Cause::KeysMissing,
            format!(
                "{data} 中有数据，但 {keys} 中没有密钥。已有的记录不会配新的密钥：请恢复密钥目录，或用 --keys 指明它。"
            ),
            format!(
                "there is data in {data} but no keys in {keys}. New keys are never made for an existing log: bring the key directory back, or name it by --keys."
            ),
        ));
    }
    if !data_there {
        return Err(keys_without_data(options));
    }
    let mut keys = KeyDirectory::open_keys(&options.keys)?;
    if segments.log_id().is_none() && options.mended_dir().exists() {
        return Err(OpenError::with_remedy(
            Cause::JournalDamaged,
            Message::new(
                "修补日志时在换入新日志之前中断。",
                "The journal was being mended, and the new one is not in its place yet.",
            ),
            "请再运行一次 huiyin doctor，它会接着做完。",
            "Run `huiyin doctor` again: it goes on from there.",
        ));
    }
    let Some(log_id) = segments.log_id() else {
        return Err(OpenError::tail("有 sled 存储而没有日志。", "There is a sled store but no journal."));
    };
    check_log_id(&keys, log_id)?;
    if let Some(origin) = options.origin.as_ref().filter(|origin| *origin != keys.origin()) {
        let kept = keys.origin();
        return Err(OpenError::new(
            Cause::OtherOrigin,
            format!("本记录的来源名是 {kept}，终身不变，不能改为 {origin}。"),
            format!("the log's origin is {kept}, fixed for its life; it cannot become {origin}."),
        ));
    }
    keys.open_signed(&options.keys, &options.signed, &options.files)?;
    notes.extend(keys.take_notes());
    Ok(Found { keys, fresh: false, segments })
}

/// Keys and journal of an existing log, for the doctor: nothing is made.
pub(crate) fn find(options: &OpenOptions, notes: &mut Vec<Message>) -> Result<Found, OpenError> {
    let segments = Segments::load(&options.files, &options.journal_dir())?;
    let data_there = data_there(options, &segments);
    existing(options, segments, data_there, has_entries(&options.keys), notes)
}

/// Anything of a log, also a journal that is only on its way back.
fn data_there(options: &OpenOptions, segments: &Segments) -> bool {
    segments.last().is_some() || has_entries(&options.sled_dir()) || has_entries(&options.mended_dir())
}

fn check_log_id(keys: &KeyDirectory, log_id: Uuid) -> Result<(), OpenError> {
    let of_keys = keys.log_id();
    if of_keys == log_id {
        return Ok(());
    }
    Err(OpenError::new(
        Cause::KeysOfAnotherLog,
        format!("密钥属于记录 {of_keys}，数据属于记录 {log_id}。请用 --keys 指明与数据相配的密钥目录。"),
        format!(
            "the keys are of log {of_keys}, the data of log {log_id}. Name the key directory that belongs to the data by --keys."
        ),
    ))
}

pub(crate) fn has_entries(dir: &Path) -> bool {
    std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some())
}

fn read_creating(path: &Path) -> Option<Uuid> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}
