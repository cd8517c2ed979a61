//! What is wrong with a key directory, and why a checkpoint is not signed.

use crate::message::Message;
use std::io;
use std::path::PathBuf;

/// Why there is no key directory to work with. [`KeyError::message`] says it to a person, with the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().en)]
pub enum KeyError {
    /// A file is not there.
    Missing(PathBuf),
    /// A file is not as it was written.
    Damaged {
        /// The file.
        file: PathBuf,
        /// In what.
        why: Flaw,
    },
    /// The memory of what was signed last is not as it was written.
    SignedDamaged(PathBuf),
    /// A file belongs to another log.
    OtherLog(PathBuf),
    /// Others than the owner may read it.
    TooOpen {
        /// The file or the directory.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It belongs to another user, who could exchange it.
    NotOurs {
        /// The file or the directory.
        file: PathBuf,
        /// The user id of its owner.
        owner: u32,
    },
    /// Everybody may rename what lies beside it, and so exchange it.
    ParentOpen {
        /// The directory in which it lies.
        dir: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Another process has it.
    InUse(PathBuf),
    /// There is something where a new directory should be made.
    AlreadyThere(PathBuf),
    /// Of two directories one lies inside the other.
    Inside {
        /// The inner one, or either when they are the same.
        inner: PathBuf,
        /// The outer one.
        outer: PathBuf,
    },
    /// The origin cannot name a log.
    Origin(String),
    /// Reading or writing failed.
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// In what a file of the key directory is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is no file of this kind.
    Form,
    /// Its digest is not that of its contents.
    Digest,
    /// It names no key-encryption key.
    NoEpoch,
    /// It is not what the signing key gives.
    OtherSigningKey,
    /// It is longer than such a file can be.
    Length,
    /// It is no UTF-8.
    Text,
}

impl Flaw {
    fn message(self) -> Message {
        let (zh, en) = match self {
            Self::Form => ("格式不对", "it is out of form"),
            Self::Digest => ("摘要不符", "its digest does not fit"),
            Self::NoEpoch => ("没有列出密钥期次", "it names no epoch"),
            Self::OtherSigningKey => ("与签名密钥不符", "it does not fit the signing key"),
            Self::Length => ("过长", "it is too long"),
            Self::Text => ("不是文本", "it is no text"),
        };
        Message::new(zh, en)
    }
}

impl KeyError {
    /// What a person reads: the path, the cause and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Missing(file) => {
                let file = file.display();
                Message::new(
                    format!("缺少 {file}。已有的记录不会配新的密钥：请从备份恢复密钥目录。"),
                    format!(
                        "{file} is missing. Keys are never made anew for a log that exists: bring the key directory back from its backup."
                    ),
                )
            }
            Self::Damaged { file, why } => {
                let (file, why) = (file.display(), why.message());
                Message::new(
                    format!("{file} 已损坏（{}）。请从备份恢复密钥目录。", why.zh),
                    format!("{file} is damaged ({}). Bring the key directory back from its backup.", why.en),
                )
            }
            Self::SignedDamaged(file) => {
                let file = file.display();
                Message::new(
                    format!(
                        "{file} 已损坏：两份签署记录都不完整。请将它移开，再用 --newest-checkpoint 指明已知的最新检查点。"
                    ),
                    format!(
                        "{file} is damaged: neither of its two records is whole. Move it away, and name the newest known checkpoint by --newest-checkpoint."
                    ),
                )
            }
            Self::OtherLog(file) => {
                let file = file.display();
                Message::new(
                    format!("{file} 属于另一份记录。请换回与数据相配的目录。"),
                    format!("{file} belongs to another log. Bring the right directory back."),
                )
            }
            Self::TooOpen { file, mode } => {
                let file = file.display();
                Message::new(
                    format!("{file} 可被他人访问（权限 {mode:03o}）。请收回：chmod go-rwx {file}"),
                    format!(
                        "{file} can be reached by others (mode {mode:03o}). Take it from them: chmod go-rwx {file}"
                    ),
                )
            }
            Self::NotOurs { file, owner } => {
                let file = file.display();
                Message::new(
                    format!(
                        "{file} 属于另一个用户（编号 {owner}）。请用 chown 改归运行 huiyin 的用户，或以该用户运行。"
                    ),
                    format!(
                        "{file} belongs to another user (id {owner}). Give it to the user who runs huiyin with chown, or run as that user."
                    ),
                )
            }
            Self::ParentOpen { dir, mode } => {
                let dir = dir.display();
                Message::new(
                    format!(
                        "任何人都可以在 {dir} 中改名（权限 {mode:03o}），从而换掉密钥目录。请收回：chmod o-w {dir}"
                    ),
                    format!(
                        "anybody can rename what lies in {dir} (mode {mode:03o}), and so exchange the key directory. Take that from them: chmod o-w {dir}"
                    ),
                )
            }
            Self::InUse(path) => {
                let path = path.display();
                Message::new(
                    format!("{path} 正被另一个 huiyin 进程使用。请先停止它，或另选目录。"),
                    format!(
                        "{path} is in use by another huiyin process. Stop that one first, or choose another directory."
                    ),
                )
            }
            Self::AlreadyThere(dir) => {
                let dir = dir.display();
                Message::new(
                    format!("{dir} 已存在且不为空；新的密钥只放在新的位置。请另选目录。"),
                    format!(
                        "{dir} exists and is not empty; new keys are only made in a new place. Choose another directory."
                    ),
                )
            }
            Self::Inside { inner, outer } if inner == outer => {
                let dir = inner.display();
                Message::new(
                    format!(
                        "{dir} 被用于两处：数据、密钥和最后一次签署的记录须各有自己的目录，备份其一不应带走另一个。请用 --data、--keys、--signed 分别指明。"
                    ),
                    format!(
                        "{dir} is named twice: data, keys and what was signed last each have a directory of their own, for a copy of the one must not carry the other along. Name them apart by --data, --keys and --signed."
                    ),
                )
            }
            Self::Inside { inner, outer } => {
                let (inner, outer) = (inner.display(), outer.display());
                Message::new(
                    format!("{inner} 不得在 {outer} 之内：备份其一不应带走另一个。请另选目录。"),
                    format!(
                        "{inner} must not lie inside {outer}: a copy of the one must not carry the other along. Choose another directory."
                    ),
                )
            }
            Self::Origin(origin) => Message::new(
                format!("{origin:?} 不能用作来源名：须为 1 至 200 字节，不含空白、控制字符和 `+`。"),
                format!("{origin:?} cannot be an origin: 1-200 bytes without white space, control characters and `+`."),
            ),
            Self::Io { file, source } => crate::disk::open::told(file, &source.to_string()),
        }
    }
}

/// Why a checkpoint was not signed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignError {
    /// The proof starts at another size than that which was signed last. Make it again from there.
    #[error("the proof starts at {from} leaves, but {signed} were signed before")]
    OtherStart {
        /// Size at which the proof starts.
        from: u64,
        /// Size signed before.
        signed: u64,
    },
    /// The log is shorter than what was signed: an older copy, or leaves were lost.
    #[error("the log has {size} leaves, but a checkpoint over {signed} was signed before")]
    Behind {
        /// Size to sign.
        size: u64,
        /// Size signed before.
        signed: u64,
    },
    /// The log does not begin with the leaves that were signed: history was changed.
    #[error("the log of {size} leaves does not extend the {signed} leaves signed before")]
    Fork {
        /// Size to sign.
        size: u64,
        /// Size signed before.
        signed: u64,
    },
    /// What was signed could not be noted down, so the signature was not given away. The next call tries again.
    #[error("what was signed cannot be noted down: {0}")]
    Io(String),
}
