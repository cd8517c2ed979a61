//! Errors of the operating system and of use cases in a person's words. What the system says in English stands in the
//! English texts only; the Chinese ones have its number.

use casework::Failure;
use domain::language::Language;
use read_models::ReadModelError;
use std::fs::OpenOptions;
use std::io::{Error, ErrorKind};
use std::path::Path;

/// Why the operating system, or the other end of a connection, said no.
pub fn of_io(error: &Error, language: Language) -> String {
    match language {
        Language::En => error.to_string(),
        Language::Zh => match error.raw_os_error() {
            Some(number) => format!("{}（系统错误 {number}）", in_chinese(error.kind())),
            None => in_chinese(error.kind()).to_owned(),
        },
    }
}

/// What another program or library says of the system, in a text that may end in the system's own number.
pub fn of_text(why: &str, language: Language) -> String {
    let number = why.rsplit_once("(os error ").and_then(|(_, behind)| behind.split(')').next()?.parse().ok());
    match (language, number) {
        (Language::En, _) => why.to_owned(),
        (Language::Zh, Some(number)) => of_io(&Error::from_raw_os_error(number), language),
        (Language::Zh, None) => "读写失败".to_owned(),
    }
}

/// That the boards' file cannot be opened, why, and what to do.
pub fn boards_unopened(file: &Path, why: &str, language: Language) -> String {
    let cause = of_file(file, why, language);
    let file = file.display();
    match language {
        Language::Zh => {
            format!(
                "看板文件 {file} 无法打开：{cause}。在此之前，列表与看板不可用。请将占用该位置的东西移开，或改正其权限；看板会自行重建。"
            )
        }
        Language::En => format!(
            "the boards' file {file} cannot be opened: {cause}. Lists and dashboards are not available until it can. Move away what is in its place, or mend its permissions; boards are built anew by themselves."
        ),
    }
}

/// Why a file cannot be used, of which a library says `why`: the system is asked again, for it knows.
fn of_file(file: &Path, why: &str, language: Language) -> String {
    match (OpenOptions::new().read(true).write(true).open(file), language) {
        (Err(error), _) if error.kind() != ErrorKind::NotFound => of_io(&error, language),
        (Ok(_) | Err(_), Language::En) => why.to_owned(),
        (Ok(_) | Err(_), Language::Zh) => "可能正被另一个程序锁定，或已损坏".to_owned(),
    }
}

/// Why the boards cannot be used.
pub fn of_boards(error: &ReadModelError, language: Language) -> String {
    match (error, language) {
        (_, Language::En) => error.to_string(),
        (ReadModelError::Io(error), Language::Zh) => format!("看板不能启动：{}", of_io(error, language)),
        (ReadModelError::UnknownModel(name), Language::Zh) => format!("没有名为 {name} 的看板"),
        (ReadModelError::NotRunning, Language::Zh) => "看板没有在运行".to_owned(),
        (ReadModelError::Stopped { name, position, .. }, Language::Zh) => {
            format!("看板 {name} 停在第 {position} 条记录，原因见运行日志")
        }
    }
}

fn in_chinese(kind: ErrorKind) -> &'static str {
    let known = [
        (ErrorKind::NotFound, "没有这个文件或目录"),
        (ErrorKind::PermissionDenied, "没有权限"),
        (ErrorKind::AlreadyExists, "已经存在"),
        (ErrorKind::NotADirectory, "不是目录"),
        (ErrorKind::IsADirectory, "是目录而不是文件"),
        (ErrorKind::DirectoryNotEmpty, "目录不是空的"),
        (ErrorKind::ReadOnlyFilesystem, "文件系统是只读的"),
        (ErrorKind::StorageFull, "磁盘空间不足"),
        (ErrorKind::QuotaExceeded, "超出磁盘配额"),
        (ErrorKind::FileTooLarge, "文件过大"),
        (ErrorKind::ResourceBusy, "正被占用"),
        (ErrorKind::OutOfMemory, "内存不足"),
        (ErrorKind::Interrupted, "被中断"),
        (ErrorKind::ConnectionRefused, "连接被拒绝"),
        (ErrorKind::ConnectionReset, "连接被对方中断"),
        (ErrorKind::ConnectionAborted, "连接中断"),
        (ErrorKind::BrokenPipe, "对方已关闭"),
        (ErrorKind::HostUnreachable, "主机不可达"),
        (ErrorKind::NetworkUnreachable, "网络不可达"),
        (ErrorKind::AddrInUse, "地址已被占用"),
        (ErrorKind::AddrNotAvailable, "本机没有这个地址"),
        (ErrorKind::TimedOut, "超时"),
        (ErrorKind::WouldBlock, "超时"),
        (ErrorKind::InvalidInput, "地址或参数的格式不对"),
        (ErrorKind::InvalidData, "内容的格式不对"),
        (ErrorKind::UnexpectedEof, "内容不完整"),
    ];
    known.into_iter().find(|(one, _)| *one == kind).map_or("系统拒绝", |(_, words)| words)
}

/// Why a use case came to nothing, every fault of a body on a line of its own.
pub fn of_failure(failure: &Failure, language: Language) -> String {
    let pick = |zh: &str, en: &str| language.pick(zh, en).to_owned();
    match failure {
        Failure::Refused(refusal) => pick(&refusal.detail.zh, &refusal.detail.en),
        Failure::RefusedAtOnce(refusals) | Failure::Invalid(refusals) => {
            let one = |refusal: &domain::refusal::Refusal| {
                let pointer = refusal.pointer.as_deref().unwrap_or("/");
                match language {
                    Language::Zh => format!("{pointer}：{}", refusal.detail.zh),
                    Language::En => format!("{pointer}: {}", refusal.detail.en),
                }
            };
            refusals.iter().map(one).collect::<Vec<_>>().join("\n")
        }
        Failure::NotFound => pick("没有这一项。", "There is no such thing."),
        Failure::Forbidden { .. } | Failure::OutOfScope { .. } | Failure::ApprovedByOthers { .. } => {
            pick("该角色不能进行此操作。", "The role may not do this.")
        }
        Failure::Proposed(_) => pick("已提请另一人审批。", "It was proposed, for another person to decide on."),
        Failure::Stale { .. } | Failure::Contended => {
            pick("其间另有写入，请重试。", "Something else was recorded meanwhile; try again.")
        }
        Failure::KeyReused => pick("幂等键曾用于另一请求。", "The idempotency key was used with another request."),
        Failure::BeyondHead => pick("日志中没有这一时刻。", "The log has no such moment."),
        Failure::Overloaded => pick("服务繁忙，请稍后重试。", "Too much to do; try again later."),
        Failure::Unavailable(why) => match language {
            Language::Zh => {
                format!(
                    "存储暂时不能读写（{}），未作记录，请稍后重试。{}",
                    of_text(why, language),
                    remedy(why, language)
                )
            }
            Language::En => {
                let remedy = remedy(why, language);
                format!(
                    "The store cannot be read or written just now; nothing was recorded, try again ({why}).{remedy}"
                )
            }
        },
        Failure::ClockImplausible(jump) => {
            let message = jump.message();
            pick(&message.zh, &message.en)
        }
        Failure::StorageFull => pick(
            "磁盘空间不足，未作记录。请腾出空间后重试。",
            "The disk is full; nothing was recorded. Make room and try again.",
        ),
        Failure::OutcomeUnknown(why) => match language {
            Language::Zh => "是否已记录尚不清楚，请重新打开后查看。".to_owned(),
            Language::En => format!("Whether it was recorded is not known; open again and look ({why})."),
        },
        Failure::Fault(why) => match language {
            Language::Zh => format!("程序或存储出错：{}。请运行 huiyin doctor。", of_text(why, language)),
            Language::En => format!("The program or its store failed: {why}. Run `huiyin doctor`."),
        },
    }
}

/// What to do where trying again alone does not help: descriptors that are used up stay so.
fn remedy(why: &str, language: Language) -> &'static str {
    if ["(os error 23)", "(os error 24)"].iter().any(|used_up| why.contains(used_up)) {
        language.pick("请提高文件描述符上限（ulimit -n）。", " Raise the limit of open files (ulimit -n).")
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_no_descriptors_left_is_told_what_helps() {
        let told = |why: &str, language| of_failure(&Failure::Unavailable(why.to_owned()), language);
        assert!(told("/a: Too many open files (os error 24)", Language::En).ends_with("(ulimit -n)."));
        assert!(told("/a: Too many open files (os error 24)", Language::Zh).contains("ulimit -n"));
        assert!(!told("/a: Input/output error (os error 5)", Language::En).contains("ulimit"));
    }

    #[test]
    fn a_cause_is_told_in_one_language() {
        let missing = Error::from_raw_os_error(2);
        assert_eq!(of_io(&missing, Language::Zh), "没有这个文件或目录（系统错误 2）");
        assert!(of_io(&missing, Language::En).is_ascii());
        let own = Error::new(ErrorKind::UnexpectedEof, "the answer was cut off");
        assert_eq!(of_io(&own, Language::Zh), "内容不完整");
    }
}
