//! The facts of the log itself, as stored (FORMAT §7).

use crate::event_type::events;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

events! {
    /// Facts in stream `log`.
    LogEvent {
        /// The first leaf of every log.
        Opened(Opened) = "log.opened"/1, "",
            "日志开启，载明其编号、来源名与验证密钥。", "The log was opened; it names its id, origin and verifier keys.";
        /// The security journal of a day is what it is.
        SecurityDaySealed(SecurityDaySealed) = "log.security_day_sealed"/1, "",
            "一日的安全日志封存，载明条数与摘要。", "The security journal of a day was sealed: its lines were counted and hashed.";
    }
}

/// `log.opened/1`: which log this is and which keys sign it (FORMAT §1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// The log's id.
    pub log_id: Uuid,
    /// Name under which checkpoints are signed.
    pub origin: String,
    /// Verifier keys in C2SP signed-note form.
    pub keys: Vec<String>,
    /// Program and version that opened it.
    pub software: String,
    /// True for a demonstration log; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

/// `log.security_day_sealed/1`: what the security journal of a day came to, after it was over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityDaySealed {
    /// The town's day.
    pub on: NaiveDate,
    /// Lines of its file.
    pub entries: u64,
    /// SHA-256 of its file, base64.
    pub sha256: String,
}
