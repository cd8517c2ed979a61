//! Why a log is not opened, in words that name the remedy. The log was not changed in a way that could not be undone.

use crate::journal::scan::Trouble;
use crate::keys::KeyError;
use crate::log::LogError;
use crate::message::Message;

/// Why a log is not opened. Nothing was changed that could not be changed back.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct OpenError {
    /// Which refusal.
    pub cause: Cause,
    /// What a person reads, with the remedy.
    pub message: Message,
    /// The same without the remedy, for a doctor who has one.
    pub(crate) found: Message,
}

/// Why a log is not opened, for programs; [`OpenError::message`] says it to a person, with the remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Another process has the data directory.
    Locked,
    /// Less free space than is kept in reserve.
    DiskFull,
    /// There is data, but no keys (or not all).
    KeysMissing,
    /// There are keys, but no data.
    DataMissing,
    /// The keys are of another log.
    KeysOfAnotherLog,
    /// The keys cannot be used: damaged, readable by others, inside the data directory.
    KeysUnusable,
    /// The log has another origin.
    OtherOrigin,
    /// The journal is damaged where nothing may be cut.
    JournalDamaged,
    /// The journal ends before what sled has, or before what was signed.
    JournalLostItsTail,
    /// What was signed is not what the journal holds.
    SignedOtherwise,
    /// The medium failed.
    Io,
}

impl OpenError {
    pub(super) fn new(cause: Cause, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let message = Message::new(zh, en);
        Self { cause, found: message.clone(), message }
    }

    /// What was found, and behind it what to do.
    pub(super) fn with_remedy(cause: Cause, found: Message, zh: &str, en: &str) -> Self {
        Self { cause, message: Message::new(format!("{}{zh}", found.zh), format!("{} {en}", found.en)), found }
    }

    pub(crate) fn io(error: &impl ToString) -> Self {
        let why = error.to_string();
        Self::new(Cause::Io, format!("读写失败:{why}"), format!("input or output failed: {why}"))
    }

    pub(super) fn tail(zh: &str, en: &str) -> Self {
        Self::with_remedy(
            Cause::JournalLostItsTail,
            Message::new(
                format!("{zh}日志尾部缺失,不予打开。"),
                format!("{en} The journal has lost its end and is not opened."),
            ),
            "请运行 huiyin doctor 检查,并从备份恢复日志。",
            "Run `huiyin doctor`, and bring the journal back from a backup.",
        )
    }
}

impl From<Trouble> for OpenError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Io(why) => Self::io(&why),
            Trouble::Damaged(Message { zh, en }) => Self::with_remedy(
                Cause::JournalDamaged,
                Message::new(format!("{zh}。"), format!("{en}.")),
                "请运行 huiyin doctor。",
                "Run `huiyin doctor`.",
            ),
        }
    }
}

/// Of an error while the journal is applied to a fresh sled.
impl From<LogError> for OpenError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Damaged(why) => Trouble::Damaged(Message::new(why.clone(), why)).into(),
            LogError::Io(_) | LogError::Full | LogError::Closed => Self::io(&error),
        }
    }
}

impl From<KeyError> for OpenError {
    fn from(error: KeyError) -> Self {
        let cause = match &error {
            KeyError::Missing(_) => Cause::KeysMissing,
            KeyError::OtherLog(_) => Cause::KeysOfAnotherLog,
            KeyError::AlreadyThere(_)
            | KeyError::Damaged { .. }
            | KeyError::TooOpen { .. }
            | KeyError::Inside { .. }
            | KeyError::Origin(_) => Cause::KeysUnusable,
            KeyError::Io { .. } => Cause::Io,
        };
        Self::new(cause, format!("密钥目录不可用:{error}"), error.to_string())
    }
}
