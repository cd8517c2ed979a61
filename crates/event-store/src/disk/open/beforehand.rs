//! What can be known to be wrong before anything is made: a directory that cannot be one, keys that could not be made, a
//! checkpoint for a log that is yet to begin. A refusal then leaves nothing behind that a second start would meet.

use super::found::{has_entries, without_data};
use super::signed::unusable;
use super::{Cause, NewestCheckpoint, OpenError, OpenOptions, medium};
use crate::disk::keys::KeyDirectory;
use std::fs;
use std::io;
use std::path::Path;

/// Looks at the directories and, where a log is to be made, at all that its making needs.
pub(super) fn look(options: &OpenOptions) -> Result<(), OpenError> {
    let directories = [("--data", &options.data), ("--keys", &options.keys), ("--signed", &options.signed)];
    for (option, dir) in directories {
        if fs::metadata(dir).is_ok_and(|found| !found.is_dir()) {
            return Err(unfit(option, dir, ("不是目录", "it is not a directory")));
        }
    }
    if !options.data.exists() {
        without_data(options)?;
    }
    if !is_to_be_made(options) {
        return Ok(());
    }
    if let Some(NewestCheckpoint::In(file)) = &options.newest_checkpoint {
        fs::File::open(file).map_err(|error| {
            let cause = medium::cause(&error.to_string());
            unusable(file, format!("无法读取（{}）", cause.zh), format!("it cannot be read ({})", cause.en))
        })?;
        let (data, file) = (options.data.display(), file.display());
        return Err(OpenError::new(
            Cause::CheckpointUnusable,
            format!(
                "--newest-checkpoint {file}：{data} 中还没有日志，不可能有它的检查点。请用 --data 指明已有的数据目录；若要开始新的记录，请勿使用 --newest-checkpoint。"
            ),
            format!(
                "--newest-checkpoint {file}: there is no log in {data} yet, and so no checkpoint of it. Name the data directory that there is by --data, or, for a new log, leave --newest-checkpoint away."
            ),
        ));
    }
    KeyDirectory::can_be_made(&options.keys, options.origin.as_deref())?;
    for (option, dir) in directories {
        try_to_make(dir).map_err(|error| {
            let cause = medium::cause(&error.to_string());
            unfit(option, dir, (&cause.zh, &cause.en))
        })?;
    }
    Ok(())
}

/// Neither data nor keys, or a making that was interrupted.
fn is_to_be_made(options: &OpenOptions) -> bool {
    let stored = has_entries(&options.sled_dir()) || has_entries(&options.mended_dir());
    let begun = options.creating().exists();
    !stored && (begun || !(has_entries(&options.journal_dir()) || has_entries(&options.keys)))
}

/// Makes a directory where `dir` is or would be, and takes it away again: only the system knows whether it lets us.
fn try_to_make(dir: &Path) -> io::Result<()> {
    let dir = std::path::absolute(dir)?;
    let mut wanted = dir.join(".huiyin-trial");
    for ancestor in dir.ancestors() {
        if fs::symlink_metadata(ancestor).is_ok() {
            break;
        }
        ancestor.clone_into(&mut wanted);
    }
    fs::create_dir(&wanted).and_then(|()| fs::remove_dir(&wanted)).map_err(crate::disk::files::at(&wanted))
}

fn unfit(option: &str, dir: &Path, (zh, en): (&str, &str)) -> OpenError {
    let dir = dir.display();
    OpenError::new(
        Cause::Io,
        format!("{option} {dir}：{zh}。请用 {option} 指明一个可写的目录，或一个可以新建的目录。"),
        format!("{option} {dir}: {en}. Name a directory by {option} that can be written, or made."),
    )
}
