//! The directories of a log are their owner's alone. Leaves name nobody, but facts of living people stand in them, and
//! sealed boxes and the first token lie beside them; the keys open those boxes.

use super::{Cause, OpenError};
use crate::message::Message;
use std::fs::{self, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

const OTHERS: u32 = 0o077;

/// Refuses a directory that belongs to somebody else: what is written there as another user is not theirs to read, and
/// what they may exchange is not ours to trust.
pub(super) fn own(data: &Path) -> Result<(), OpenError> {
    let owner = fs::metadata(data).map_err(|error| OpenError::io(data, &error))?.uid();
    let user = rustix::process::geteuid().as_raw();
    if owner == user {
        return Ok(());
    }
    Err(not_ours(data, owner, user))
}

fn not_ours(data: &Path, owner: u32, user: u32) -> OpenError {
    let data = data.display();
    OpenError::new(
        Cause::NotOurs,
        format!(
            "数据目录 {data} 属于用户 {owner}，而 huiyin 以用户 {user} 运行。请以用户 {owner} 运行，或用 chown -R {user} {data} 将其交给用户 {user}。"
        ),
        format!(
            "the data directory {data} belongs to user {owner}, and huiyin runs as user {user}. Run as user {owner}, or give it to user {user}: chown -R {user} {data}"
        ),
    )
}

/// Which directory of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Data,
    Keys,
    Signed,
}

impl Which {
    fn zh(self) -> &'static str {
        match self {
            Self::Data => "数据目录",
            Self::Keys => "密钥目录",
            Self::Signed => "签署记录目录",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::Data => "the data directory",
            Self::Keys => "the key directory",
            Self::Signed => "the directory of what was signed last",
        }
    }

    /// What narrowing does not undo.
    fn remains(self) -> (&'static str, &'static str) {
        match self {
            Self::Keys => {
                ("此前能读取密钥的人可能已经复制了它们。", " Whoever could read the keys before may have copied them.")
            }
            Self::Data | Self::Signed => ("", ""),
        }
    }
}

/// Takes from everybody else what they may do in a directory and with all that lies in it. It is said where the directory
/// itself was open: otherwise nobody could reach what is in it. One that is not there or not ours is left as it is.
pub(super) fn narrow(which: Which, dir: &Path, notes: &mut Vec<Message>) -> Result<(), OpenError> {
    let failed = |error: io::Error| OpenError::io(dir, &error);
    let found = match fs::metadata(dir) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    let mode = found.mode() & 0o7777;
    let mut open = Vec::new();
    take_from_others(dir, &mut open).map_err(failed)?;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    let (dir, zh, en) = (dir.display(), which.zh(), which.en());
    let (remains_zh, remains_en) = which.remains();
    notes.push(match open.iter().find_map(|entry| entry.refused.as_ref()) {
        None => Message::new(
            format!(
                "{zh} {dir} 原可被他人访问（权限 {mode:04o}），其中 {} 项已收紧，只限所有者。{remains_zh}",
                open.len()
            ),
            format!(
                "Others could reach {en} {dir} (mode {mode:04o}); it and what is in it ({} entries) are now its owner's alone.{remains_en}",
                open.len()
            ),
        ),
        Some(refused) => Message::new(
            format!(
                "{zh} {dir} 可被他人访问（权限 {mode:04o}），而无法收紧：{}。请将其放在支持权限的文件系统上。",
                super::medium::cause(refused).zh
            ),
            format!(
                "Others can reach {en} {dir} (mode {mode:04o}), and that could not be taken from them: {refused}. Keep it on a file system that knows permissions."
            ),
        ),
    });
    Ok(())
}

/// Something that others could reach.
struct Open {
    /// Why it is still so.
    refused: Option<String>,
}

fn take_from_others(path: &Path, open: &mut Vec<Open>) -> io::Result<()> {
    let found = fs::metadata(path).map_err(crate::disk::files::at(path))?;
    close(path, &found, open);
    if !found.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(crate::disk::files::at(path))? {
        let entry = entry.map_err(crate::disk::files::at(path))?;
        let kind = entry.file_type().map_err(crate::disk::files::at(path))?;
        // What a link leads to is somebody else's affair.
        if kind.is_dir() || kind.is_file() {
            take_from_others(&entry.path(), open)?;
        }
    }
    Ok(())
}

fn close(path: &Path, found: &Metadata, open: &mut Vec<Open>) {
    let mode = found.mode() & 0o7777;
    if mode & OTHERS == 0 {
        return;
    }
    let narrowed =
        fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS)).map_err(crate::disk::files::at(path));
    open.push(Open { refused: narrowed.err().map(|error| error.to_string()) });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn another_users_directory_is_refused_with_both_users_and_the_remedy() {
        let error = not_ours(Path::new("/srv/data"), 1000, 0);
        assert_eq!(error.cause, Cause::NotOurs);
        for text in [&error.message.zh, &error.message.en] {
            assert!(text.contains("/srv/data") && text.contains("1000") && text.contains("chown -R 0"), "{text}");
        }
        let own_place = tempfile::TempDir::new().unwrap();
        own(own_place.path()).unwrap();
    }
}
