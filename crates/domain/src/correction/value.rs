//! What a correcting event says, as stored (FORMAT §7).

use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `activity.corrected/1`, `deed.corrected/1`, `meeting.corrected/1`, `reception.corrected/1`, `session.corrected/1`,
/// `study.corrected/1` (T20). The corrected time of a reception is carried to the issues raised there, each by its own
/// `issue.corrected`. The reason, and a value below `/personal`, are in the box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// Version of the event that is corrected, in the same stream.
    pub event_version: u64,
    /// RFC 6901: `/public/…`, `/personal/<box>/<member>` or `/occurred_at`.
    pub pointer: String,
    /// The right value; absent where the pointer is below `/personal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<CorrectedValue>,
}

/// `issue.correction_proposed/1`, `reception.correction_proposed/1` (T20, C-3.6). Waits for a decision. The reason, and a
/// value below `/personal`, are in the narrative box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionProposed {
    /// Version of the event to correct, in the same stream.
    pub event_version: u64,
    /// RFC 6901: `/public/…`, `/personal/<box>/<member>` or `/occurred_at`.
    pub pointer: String,
    /// The right value; absent where the pointer is below `/personal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<CorrectedValue>,
}

/// `issue.correction_refused/1`, `reception.correction_refused/1` (T20). Ends the pending correction of that event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionRefused {
    /// Version of the event that stays as it is.
    pub event_version: u64,
    /// What was to be corrected.
    pub pointer: String,
}

/// A value in place of a recorded one: codes, ids and dates are texts, instants are milliseconds since 1970 UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CorrectedValue {
    /// Yes or no.
    Flag(bool),
    /// A count, an index, or an instant.
    Whole(i64),
    /// A code, an id or a date; never a text that somebody typed.
    Text(String),
}

impl CorrectedValue {
    /// A code, id or date as it is written.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Yes or no.
    pub const fn flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    /// An index, from 0.
    pub fn index(&self) -> Option<u32> {
        if let Self::Whole(whole) = self { u32::try_from(*whole).ok() } else { None }
    }

    /// An instant, in milliseconds since 1970 UTC.
    pub fn instant(&self) -> Option<DateTime<Utc>> {
        if let Self::Whole(ms) = self { Utc.timestamp_millis_opt(*ms).single() } else { None }
    }

    /// A day.
    pub fn day(&self) -> Option<NaiveDate> {
        self.text()?.parse().ok()
    }

    /// An id.
    pub fn uuid(&self) -> Option<Uuid> {
        Uuid::try_parse(self.text()?).ok()
    }
}
