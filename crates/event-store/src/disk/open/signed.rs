//! What was signed, held against the journal: by the memory of it, and by the newest checkpoint that somebody else has.
//!
//! A memory that is lost is made anew only from such a checkpoint. Data and keys brought back from a backup know nothing
//! of what was signed after it; signing on from there would make the log say two different things.

use super::end::{End, tree_at};
use super::{Cause, NewestCheckpoint, OpenError, OpenOptions, medium};
use crate::disk::journal::scan::Segments;
use crate::disk::keys::KeyDirectory;
use crate::ids::Hash;
use crate::message::Message;
use crate::record::checkpoint;
use crate::record::tree::empty_root;
use std::path::Path;

/// What was signed last, by the memory or by the newest checkpoint that was named, whichever is larger; `None` where
/// nothing over a leaf is known to be signed.
///
/// # Errors
/// [`Cause::SignedLost`] where there is no memory and no checkpoint was named; [`Cause::CheckpointUnusable`].
pub(crate) fn last_signed(options: &OpenOptions, keys: &KeyDirectory) -> Result<Option<(u64, Hash)>, OpenError> {
    let named = match &options.newest_checkpoint {
        Some(NewestCheckpoint::In(file)) => Some(read(file, keys)?),
        Some(NewestCheckpoint::Unknown) => None,
        None if keys.signed_is_lost() => return Err(lost(options)),
        None => None,
    };
    let known = [keys.last_signed(), named].into_iter().flatten().max_by_key(|(size, _)| *size);
    Ok(known.filter(|(size, _)| *size > 0))
}

/// Holds the journal against everything that is known to be signed, and makes a memory anew where it was lost.
pub(crate) fn check_signed(
    options: &OpenOptions,
    keys: &mut KeyDirectory,
    segments: &Segments,
    end: &End,
    notes: &mut Vec<Message>,
) -> Result<(), OpenError> {
    let last = last_signed(options, keys)?;
    // Of two that disagree the smaller one could be hidden behind the larger one.
    for (size, root) in [keys.last_signed(), last].into_iter().flatten() {
        check(segments, end, size, root)?;
    }
    let was_lost = keys.signed_is_lost();
    let (size, root) = last.unwrap_or((0, empty_root()));
    keys.remember_signed(&options.signed, &options.files, size, root)?;
    if was_lost {
        let dir = options.signed.display();
        notes.push(Message::new(
            format!("{dir} 中最后一次签署的记录已缺失，现按所指明的检查点（前 {size} 条）重建。若曾签署过更新的检查点，日志将分叉。"),
            format!(
                "What was signed last was lost from {dir}, and was made anew from the checkpoint that was named (the first {size} leaves). If a newer one was ever signed, the log forks."
            ),
        ));
    }
    Ok(())
}

fn check(segments: &Segments, end: &End, size: u64, root: Hash) -> Result<(), OpenError> {
    let has = end.mark.tree.size();
    if has < size {
        return Err(OpenError::tail(
            &format!("已签署到第 {size} 条，日志只到第 {has} 条。"),
            &format!("position {size} was signed, the journal ends at {has}."),
        ));
    }
    if tree_at(segments, end, size)?.is_none_or(|tree| tree.root() != root) {
        return Err(OpenError::with_remedy(
            Cause::SignedOtherwise,
            Message::new(
                format!("日志前 {size} 条的树根与已签署的不符：记录被改动过，或来自另一份副本。"),
                format!(
                    "the root of the journal's first {size} leaves is not the one that was signed: the record was changed, or is another copy."
                ),
            ),
            "请运行 huiyin doctor，并与备份比对。",
            "Run `huiyin doctor` and compare with a backup.",
        ));
    }
    Ok(())
}

/// Size and root of a checkpoint in a file, which must be signed by this log.
fn read(file: &Path, keys: &KeyDirectory) -> Result<(u64, Hash), OpenError> {
    let note = std::fs::read_to_string(file).map_err(|error| {
        let cause = medium::cause(&error.to_string());
        unusable(file, format!("无法读取（{}）", cause.zh), format!("it cannot be read ({})", cause.en))
    })?;
    checkpoint::verify(&note, &keys.vkey())
        .map_err(|error| unusable(file, format!("未通过验证（{error}）"), error.to_string()))
}

/// The refusal of a file that holds no checkpoint of this log.
pub(super) fn unusable(file: &Path, zh: String, en: String) -> OpenError {
    let file = file.display();
    OpenError::new(
        Cause::CheckpointUnusable,
        format!("--newest-checkpoint {file}：{zh}。请指明本日志签署的检查点文件。"),
        format!("--newest-checkpoint {file}: {en}. Name a file with a checkpoint that this log signed."),
    )
}

fn lost(options: &OpenOptions) -> OpenError {
    let dir = options.signed.display();
    OpenError::new(
        Cause::SignedLost,
        format!(
            "{dir} 中没有最后一次签署的记录：它已丢失，或数据与密钥是从备份恢复的。就此签署下去可能使日志分叉。请用 serve 或 doctor 的 --newest-checkpoint FILE 指明已知的最新检查点（镜像、审计人员、导出目录或备份旁的）；确无任何检查点时用 --newest-checkpoint none。"
        ),
        format!(
            "what was signed last is not in {dir}: it was lost, or data and keys were brought back from a backup. Signing on could fork the log. Name the newest checkpoint that is known anywhere (of a mirror, an auditor, an export, kept beside the backup) by --newest-checkpoint FILE of serve or doctor; where there is none at all, --newest-checkpoint none."
        ),
    )
}
