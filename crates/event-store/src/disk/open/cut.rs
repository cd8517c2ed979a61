//! The bytes of a group that was cut off the journal's end. It was being written when the machine stopped, or it was
//! whole, acknowledged within that very second, and is damaged now; nothing tells the two apart. So the bytes are kept.

use super::{OpenError, OpenOptions};
use crate::disk::journal::scan::{Mark, Segments};
use crate::message::Message;
use std::path::PathBuf;

/// How many are kept; the oldest make room.
const CUTS_MAX: usize = 16;

/// Writes the bytes between the journal's end and `to` into a file of their own, durably, and tells. They are still in
/// the segment afterwards.
pub(super) fn keep(
    options: &OpenOptions,
    segments: &Segments,
    end: &Mark,
    to: u64,
    notes: &mut Vec<Message>,
) -> Result<(), OpenError> {
    let (files, dir) = (&options.files, options.journal_dir());
    let failed = |error: std::io::Error| OpenError::io(&dir, &error);
    let Some(last) = segments.last() else { return Ok(()) };
    let mut bytes = vec![0; usize::try_from(to.saturating_sub(end.offset)).unwrap_or(usize::MAX)];
    let read = files.open(&last.path).and_then(|file| file.read_at(end.offset, &mut bytes)).map_err(failed)?;
    bytes.truncate(read);
    if bytes.iter().all(|&byte| byte == 0) {
        // Cut off a moment ago, by the doctor's first levelling.
        return Ok(());
    }
    let name = format!("cut-{:020}-{}", end.segment.0, end.offset);
    // Cut before, at the same place: both are kept.
    let path = (0..).map(|n| if n == 0 { dir.join(&name) } else { dir.join(format!("{name}-{n}")) });
    let Some(path) = path.into_iter().find(|path| !path.exists()) else { return Ok(()) };
    files.replace(&path, &bytes).map_err(failed)?;
    let mut all = list(options);
    for path in all.drain(..all.len().saturating_sub(CUTS_MAX)) {
        files.remove(&path).map_err(failed)?;
    }
    let size = end.tree.size();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    notes.push(Message::new(
        format!(
            "日志末尾有一组未写完或已损坏的记录，已在第 {size} 条之后截去，其 {read} 字节保留为 journal/{name}。它若写完过，可能在停机前一秒内确认过：那一秒内的命令请用原来的幂等键再提交一次。"
        ),
        format!(
            "The journal ended in a group that is unfinished or damaged; it was cut off behind position {size}, and its {read} bytes are kept as journal/{name}. If it was once whole, it may have been acknowledged in the last second before the stop: send the commands of that second again with the same idempotency keys."
        ),
    ));
    Ok(())
}

/// What was cut off and is still kept, a sentence each.
pub(crate) fn kept(options: &OpenOptions) -> Vec<Message> {
    list(options)
        .iter()
        .map(|path| {
            let bytes = path.metadata().map_or(0, |found| found.len());
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Message::new(
                format!(
                    "journal/{name} 是此前从日志末尾截去的 {bytes} 字节（未写完或已损坏的一组记录）。查看之后可以删除。"
                ),
                format!(
                    "journal/{name} holds {bytes} bytes that were cut off the journal's end earlier (a group that was unfinished or damaged). Delete it when you have looked at it."
                ),
            )
        })
        .collect()
}

/// In the order in which they were cut.
fn list(options: &OpenOptions) -> Vec<PathBuf> {
    let mut paths = options.files.list(&options.journal_dir()).unwrap_or_default();
    paths.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("cut-")));
    paths.sort_by_key(|path| path.metadata().and_then(|found| found.modified()).ok());
    paths
}
