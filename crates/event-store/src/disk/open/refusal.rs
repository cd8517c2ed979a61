//! Why a log is not opened, in words that name the remedy. The log was not changed in a way that could not be undone.

use super::medium;
use crate::disk::journal::scan::Trouble;
use crate::disk::keys::KeyError;
use crate::log::LogError;
use crate::message::Message;
use std::path::Path;

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
    /// Another process has the data directory, the keys, the journal or the memory of what was signed last.
    Locked,
    /// The data directory belongs to another user.
    NotOurs,
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
    /// What was signed last is lost, and no newest known checkpoint was named.
    SignedLost,
    /// The newest known checkpoint that was named cannot be read, or was not signed by this log.
    CheckpointUnusable,
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

    pub(super) fn locked(path: &Path) -> Self {
        let path = path.display();
        Self::new(
            Cause::Locked,
            format!("{path} 正被另一个 huiyin 进程使用。请先停止它，或另选 --data。"),
            format!("{path} is in use by another huiyin process. Stop that one first, or choose another --data."),
        )
    }

    /// The medium failed: where, why, and what to do. `place` is told where the error itself names none.
    pub(crate) fn io(place: &Path, error: &impl ToString) -> Self {
        let error = error.to_string();
        let found = medium::cause(&error);
        Self { cause: Cause::Io, message: medium::told(place, &error), found }
    }

    /// The writer of a log that was opened cannot begin.
    pub fn not_begun(place: &Path, error: &LogError) -> Self {
        match error {
            LogError::Io(why) | LogError::NotWritten(why) => Self::io(place, why),
            LogError::Full | LogError::Damaged(_) | LogError::Closed => Self::io(place, error),
        }
    }

    /// A store that cannot be opened or written just now. It is not damaged, so it is left where it is.
    pub(crate) fn sled(dir: &Path, error: &LogError) -> Self {
        match error {
            LogError::Io(why) | LogError::NotWritten(why) => {
                let Message { zh, en } = medium::told(dir, why);
                let found = medium::cause(why);
                let message = Message::new(
                    format!("sled 存储暂时无法使用，保持原样。{zh}若它再也读不出，可将其移开：它会由日志重建。"),
                    format!(
                        "the sled store cannot be used at the moment and is left as it is. {en} Should it never be readable again, move it away: it is rebuilt from the journal."
                    ),
                );
                Self { cause: Cause::Io, message, found }
            }
            LogError::Full | LogError::Closed | LogError::Damaged(_) => Self::io(dir, error),
        }
    }

    pub(super) fn tail(zh: &str, en: &str) -> Self {
        Self::with_remedy(
            Cause::JournalLostItsTail,
            Message::new(
                format!("{zh}日志尾部缺失，不予打开。"),
                format!("{en} The journal has lost its end and is not opened."),
            ),
            "请运行 huiyin doctor 检查，并从备份恢复日志。",
            "Run `huiyin doctor`, and bring the journal back from a backup.",
        )
    }
}

impl From<Trouble> for OpenError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Io(why) => Self::io(Path::new("journal"), &why),
            Trouble::Damaged(Message { zh, en }) => Self::with_remedy(
                Cause::JournalDamaged,
                Message::new(format!("{zh}。"), format!("{en}.")),
                "请运行 huiyin doctor。",
                "Run `huiyin doctor`.",
            ),
        }
    }
}

impl From<KeyError> for OpenError {
    fn from(error: KeyError) -> Self {
        if let KeyError::Io { file, source } = &error {
            return Self::io(file, source);
        }
        let cause = match &error {
            KeyError::Missing(_) => Cause::KeysMissing,
            KeyError::OtherLog(_) => Cause::KeysOfAnotherLog,
            KeyError::InUse(_) => Cause::Locked,
            KeyError::AlreadyThere(_)
            | KeyError::Damaged { .. }
            | KeyError::SignedDamaged(_)
            | KeyError::TooOpen { .. }
            | KeyError::NotOurs { .. }
            | KeyError::ParentOpen { .. }
            | KeyError::Inside { .. }
            | KeyError::Origin(_) => Cause::KeysUnusable,
            KeyError::Io { .. } => Cause::Io,
        };
        let Message { zh, en } = error.message();
        Self::new(cause, zh, en)
    }
}
