//! A row of what waits.

use crate::engine::columns::Binds;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::ids::{AccountId, derived};
use event_store::StreamId;
use uuid::Uuid;

/// What waits for somebody's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A correction, for a decision.
    Correction,
    /// A request for more time.
    Extension,
    /// A request to reopen.
    Reopening,
    /// An explanation.
    Explanation,
    /// A dispute of a review.
    Dispute,
    /// An appraisal, for its result.
    Result,
    /// A report, for an office to acknowledge it.
    Acknowledgement,
    /// An improvement, to be made.
    Improvement,
}

impl What {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Extension => "extension",
            Self::Reopening => "reopening",
            Self::Explanation => "explanation",
            Self::Dispute => "dispute",
            Self::Result => "result",
            Self::Acknowledgement => "acknowledgement",
            Self::Improvement => "improvement",
        }
    }
}

/// One thing that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WaitingRow {
    /// What waits.
    pub what: What,
    /// The family of what it is about.
    pub family: String,
    /// What it is about.
    pub thing_id: Uuid,
    /// The day from which it waits.
    pub since_on: NaiveDate,
    /// The dispute, the office, the improvement.
    pub part_id: Option<Uuid>,
    /// The year of an appraisal.
    pub year: Option<i32>,
    /// By when it is meant to be done.
    pub due_on: Option<NaiveDate>,
    /// The account that asked.
    pub asked_by: Option<AccountId>,
}

/// Columns in the order of [`WaitingRow::bind`]; the first is the key.
pub(super) const COLUMNS: &[&str] =
    &["waiting_id", "what", "family", "thing_id", "part_id", "year", "since_on", "due_on", "asked_by"];

/// What a row is found by: it follows from what waits, its stream, and which of them it is.
pub(super) fn id(what: What, stream: &StreamId, which: &str) -> Uuid {
    derived("waiting", &format!("{} {} {which}", what.as_str(), stream.as_str()))
}

impl WaitingRow {
    /// Of a thing of a family, since it was recorded.
    pub fn of(what: What, family: &str, thing_id: Uuid, since: DateTime<Utc>, zone: Tz) -> Self {
        Self {
            what,
            family: family.to_owned(),
            thing_id,
            since_on: since.with_timezone(&zone).date_naive(),
            part_id: None,
            year: None,
            due_on: None,
            asked_by: None,
        }
    }

    pub fn bind<'r>(&'r self, binds: &mut Binds<'r>, id: Uuid) {
        binds
            .id(id)
            .push(self.what.as_str())
            .push(self.family.as_str())
            .id(self.thing_id)
            .id_optional(self.part_id)
            .push(self.year.map(i64::from))
            .date(self.since_on)
            .date_optional(self.due_on)
            .id_optional(self.asked_by.map(|account| account.0));
    }
}
