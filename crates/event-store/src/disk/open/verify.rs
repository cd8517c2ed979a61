//! Whether the journal's end may be believed: it is held against what sled had durable and against what was signed.
//! It changes nothing; a torn end is cut off only by [`level`](super::level()).

use super::end::{End, tree_at};
use super::{Cause, OpenError, OpenOptions, Progress, Step, check_signed};
use crate::disk::journal::scan::{Segments, Trouble};
use crate::disk::keys::KeyDirectory;
use crate::disk::sled::flushed::Flushed;
use crate::log::LogHead;
use crate::message::Message;

/// Reads the journal from the segment in which sled's last flush lies, and holds it against what was flushed and what
/// was signed.
pub(super) fn verify_journal(
    options: &OpenOptions,
    keys: &mut KeyDirectory,
    segments: &Segments,
    notes: &mut Vec<Message>,
    progress: &dyn Fn(Progress),
) -> Result<End, OpenError> {
    let from = last_flush(options, segments).map_or(0, |flushed| flushed.size);
    let end = walk(segments, from, progress)?;
    check_last_flush(options, segments, &end)?;
    check_signed(options, keys, segments, &end, notes)?;
    Ok(end)
}

/// How far sled was durable, if that was written down for this log.
fn last_flush(options: &OpenOptions, segments: &Segments) -> Option<LogHead> {
    let flushed = Flushed::load(&options.data)?;
    (Some(flushed.log_id) == segments.log_id()).then_some(flushed.head)
}

/// Reads all frames from the segment that holds the event after `size` to the end.
fn walk(segments: &Segments, size: u64, progress: &dyn Fn(Progress)) -> Result<End, Trouble> {
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
            &format!("sled 已存到第 {size} 条，日志只到第 {has} 条。"),
            &format!("sled was durable up to position {size}, the journal ends at {has}."),
        ));
    }
    if tree_at(segments, end, flushed.size)?.is_none_or(|tree| tree.hashes() != flushed.frontier) {
        return Err(OpenError::with_remedy(
            Cause::JournalDamaged,
            Message::new(
                "日志与 sled 上次存盘时的树不符。",
                "the journal does not give the tree that it had when sled was last flushed.",
            ),
            "请运行 huiyin doctor。",
            "Run `huiyin doctor`.",
        ));
    }
    Ok(())
}
