//! Reading as the doctor does it: every leaf as strictly as an auditor, and what cannot be read as a finding.

use crate::disk::open;
use crate::log::{LogError, Recorded};
use crate::message::Message;
use crate::record::leaf::{self, Leaf};

/// How many events lie between two reports of progress.
pub(super) const PROGRESS_EVERY: u64 = 1000;

/// One leaf as strictly as an auditor reads, after one recorded at `last_recorded_at`.
pub(super) fn check_leaf(event: &Recorded, last_recorded_at: &mut i64) -> Result<Leaf, Message> {
    let position = event.position;
    let wrong = |zh: String, en: String| Message::new(format!("第 {position} 条{zh}"), format!("leaf {position} {en}"));
    let leaf = leaf::read(&event.leaf)
        .map_err(|refused| wrong(format!("不合规范：{refused}"), format!("is not canonical: {refused}")))?;
    if leaf.recorded_at < *last_recorded_at {
        return Err(wrong("的记录时间早于前一条".to_owned(), "was recorded before the one before it".to_owned()));
    }
    *last_recorded_at = leaf.recorded_at;
    if leaf.policy.max(leaf.calendar).is_some_and(|known| known >= position) {
        return Err(wrong("依据了更晚的记录".to_owned(), "relies on a later one".to_owned()));
    }
    let (named, stored) = (leaf.boxes.len(), event.boxes.len());
    if named != stored {
        return Err(wrong(
            format!("列有 {named} 个密封部分，存有 {stored} 个"),
            format!("names {named} boxes and {stored} are stored"),
        ));
    }
    Ok(leaf)
}

/// What an error of reading is in a finding.
pub(super) fn unreadable(error: &LogError) -> Message {
    match error {
        LogError::Io(why) | LogError::NotWritten(why) => {
            let cause = open::cause_of(why);
            Message::new(format!("读取失败：{}", cause.zh), error.to_string())
        }
        LogError::Damaged(_) => Message::new("内容已损坏，无法读取", error.to_string()),
        LogError::Full => Message::new("磁盘空间不足", error.to_string()),
        LogError::Closed => Message::new("存储已关闭", error.to_string()),
    }
}
