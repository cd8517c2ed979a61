//! What the system says, in words a person can act on: the cause in both languages, and what to do about it. The system
//! itself speaks English only, and names no remedy.

use crate::message::Message;
use rustix::io::Errno;
use std::path::Path;

/// An error of the system as a refusal tells it: where, why, and what to do. `error` may name the file itself; `place`
/// is told where it does not.
pub(crate) fn told(place: &Path, error: &str) -> Message {
    let known = errno(error);
    let (where_, cause) = parts(error);
    let where_ = where_.map_or_else(|| place.display().to_string(), str::to_owned);
    let cause = known.map_or_else(|| cause_without_number(cause), |error| cause_of(error, cause));
    let remedy = known.map_or_else(look_at_the_disk, remedy_of);
    Message::new(format!("{where_}：{}。{}", cause.zh, remedy.zh), format!("{where_}: {}. {}", cause.en, remedy.en))
}

/// The same without the remedy, for a place within a sentence.
pub(crate) fn cause(error: &str) -> Message {
    let known = errno(error);
    let (where_, cause) = parts(error);
    let cause = known.map_or_else(|| cause_without_number(cause), |error| cause_of(error, cause));
    match where_ {
        Some(where_) => Message::new(format!("{where_}：{}", cause.zh), format!("{where_}: {}", cause.en)),
        None => cause,
    }
}

/// `(os error 13)`, as Rust ends what the system says.
fn errno(error: &str) -> Option<Errno> {
    let (_, behind) = error.rsplit_once("(os error ")?;
    behind.split(')').next()?.parse().ok().map(Errno::from_raw_os_error)
}

/// A path in front, where there is one, and the rest.
fn parts(error: &str) -> (Option<&str>, &str) {
    match error.rsplit_once(": ") {
        Some((path, cause)) if path.starts_with(['/', '.']) || path.contains('/') => (Some(path), cause),
        Some(_) | None => (None, error),
    }
}

fn cause_without_number(cause: &str) -> Message {
    // What Rust calls a full disk where no system was asked.
    if cause.contains("no storage space") {
        return cause_of(Errno::NOSPC, cause);
    }
    Message::new("读写失败", cause)
}

fn cause_of(error: Errno, en: &str) -> Message {
    let zh = match error {
        Errno::PERM => "不允许此操作",
        Errno::NOENT => "没有这个文件或目录",
        Errno::IO => "设备读写出错",
        Errno::AGAIN => "系统资源（线程）暂时用尽",
        Errno::NOMEM => "内存不足",
        Errno::ACCESS => "权限不足",
        Errno::BUSY => "被占用",
        Errno::EXIST => "已存在",
        Errno::NOTDIR => "不是目录",
        Errno::ISDIR => "是目录而不是文件",
        Errno::INVAL => "系统不接受此操作",
        Errno::NFILE | Errno::MFILE => "打开的文件过多",
        Errno::FBIG => "文件过大",
        Errno::NOSPC => "磁盘空间不足",
        Errno::ROFS => "文件系统只读",
        Errno::NAMETOOLONG => "路径过长",
        Errno::LOOP => "符号链接成环",
        Errno::NODEV | Errno::NXIO => "设备不存在",
        Errno::STALE => "网络文件系统的句柄已失效",
        Errno::TIMEDOUT => "读写超时",
        Errno::DQUOT => "超出磁盘配额",
        other => return Message::new(format!("系统错误 {}", other.raw_os_error()), en),
    };
    Message::new(zh, en)
}

fn remedy_of(error: Errno) -> Message {
    let (zh, en) = match error {
        Errno::PERM | Errno::ACCESS => (
            "请让运行 huiyin 的用户拥有该路径（chown、chmod），或以拥有它的用户运行。",
            "Give that path to the user who runs huiyin (chown, chmod), or run as the user who owns it.",
        ),
        Errno::NOENT => {
            ("请检查该路径及其上级目录是否存在。", "See whether that path, and the directory above it, are there.")
        }
        Errno::AGAIN | Errno::NOMEM => {
            ("请放宽内存与线程的限制后再启动。", "Allow more memory and threads, then start again.")
        }
        Errno::BUSY => ("请先停止正在使用它的进程。", "Stop the process that uses it first."),
        Errno::NFILE | Errno::MFILE => (
            "请提高文件描述符上限（ulimit -n）后再启动。",
            "Raise the limit of open files (ulimit -n), then start again.",
        ),
        Errno::EXIST | Errno::NOTDIR | Errno::ISDIR | Errno::NAMETOOLONG | Errno::LOOP => {
            ("请将占用该位置的东西移开，或另指路径。", "Move away what is in that place, or name another path.")
        }
        Errno::NOSPC | Errno::DQUOT => ("请腾出空间后再启动。", "Make room, then start again."),
        Errno::ROFS => ("请将其改为可写后再启动。", "Make it writable, then start again."),
        _ => return look_at_the_disk(),
    };
    Message::new(zh, en)
}

fn look_at_the_disk() -> Message {
    Message::new(
        "请检查磁盘及系统日志，排除故障后再启动；请勿删除任何文件。",
        "Look at the disk and at the system's log, then start again. Delete nothing.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of ours that are no name of a program or path.
    fn has_english(zh: &str) -> bool {
        let names = ["/srv/data/journal/spare", "huiyin", "chown", "chmod", "ulimit -n"];
        names.iter().fold(zh.to_owned(), |zh, name| zh.replace(name, "")).chars().any(|c| c.is_ascii_alphabetic())
    }

    #[test]
    fn every_error_names_path_cause_and_remedy_in_one_language() {
        let place = Path::new("/srv/data");
        // Those that an operator meets; the words behind a number are the system's own.
        for code in [1, 2, 5, 11, 12, 16, 17, 19, 20, 21, 22, 27, 30, 36, 40, 110, 116, 122, 71] {
            let error = std::io::Error::from_raw_os_error(code);
            let message = told(place, &format!("/srv/data/journal/spare: {error}"));
            assert!(!has_english(&message.zh), "{}", message.zh);
            assert!(
                message.zh.starts_with("/srv/data/journal/spare：") && message.zh.ends_with('。'),
                "{}",
                message.zh
            );
            assert!(message.en.starts_with(&format!("/srv/data/journal/spare: {error}. ")), "{}", message.en);
            assert!(message.en.is_ascii());
        }
        let message = told(place, "Permission denied (os error 13)");
        assert_eq!(
            message.zh,
            "/srv/data：权限不足。请让运行 huiyin 的用户拥有该路径（chown、chmod），或以拥有它的用户运行。"
        );
        assert!(message.en.starts_with("/srv/data: Permission denied (os error 13). Give that path"), "{}", message.en);
        assert!(told(place, "Too many open files (os error 24)").zh.contains("ulimit -n"));
        assert!(told(place, "/srv/data/journal/spare: no storage space").zh.contains("磁盘空间不足"));
    }

    #[test]
    fn what_is_no_error_of_the_system_is_told_all_the_same() {
        let message = told(Path::new("/srv/data"), "task 3 was cancelled");
        assert_eq!(message.zh, "/srv/data：读写失败。请检查磁盘及系统日志，排除故障后再启动；请勿删除任何文件。");
        assert!(message.en.contains("task 3 was cancelled"));
    }
}
