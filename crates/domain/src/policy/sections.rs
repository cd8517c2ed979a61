//! The sections that schema 2 added: the rota, sessions, what delegates do beside receiving, and the clock.

use super::forms::ClockTime;
use crate::vocabulary::{AttendanceClass, Duty, Finding, NarrativeRetention, SessionReason};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The fair proposal of a rota (C-4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rota {
    /// Calendar days back over which duties are counted.
    pub window_days: u32,
    /// By how much a load may be above the least for a pair that sat together less often.
    pub load_slack: u32,
    /// A leave of more calendar days than this ends the comparison with those who served meanwhile.
    pub long_leave_days: u32,
}

/// How a session is judged (C-4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Findings that make it invalid; the others are remarks.
    pub invalidated_by: Vec<Finding>,
    /// Reasons that excuse a cancelled session.
    pub excusing_reasons: Vec<SessionReason>,
}

/// Democratic consultation (C-3.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consultation {
    /// Briefings, at least.
    pub briefings_min: u32,
    /// Listening records, at least.
    pub hearings_min: u32,
}

/// Evidence of a theme activity (C-4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeActivity {
    /// Documents, at least.
    pub documents_min: u32,
    /// Images, sound or video, at least.
    pub recordings_min: u32,
}

/// Symposia (C-4.3b).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symposium {
    /// Classes of people of whom somebody must attend.
    pub classes: Vec<AttendanceClass>,
}

/// Commitments of planned answers (C-3.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// Working days after the promised day within which somebody looks.
    pub check_working_days: u32,
}

/// How long personal data is kept once its issue is over, which schema 4 added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Calendar days after which ways to reach people are erased.
    pub contact_days_after_close: u32,
    /// Calendar days after which names are erased.
    pub identity_days_after_close: u32,
    /// Calendar days after which files are erased.
    pub files_days_after_close: u32,
    /// What becomes of words.
    pub narrative: NarrativeRetention,
    /// Working days within which an erasure is decided on.
    pub decision_working_days: u32,
}

/// Exactly the members that schema 4 has and schema 3 had not.
pub(super) const SINCE_4: &str = include_str!("../../../../data/policy-since-4.json");

impl Default for Retention {
    fn default() -> Self {
        /// The file.
        #[derive(Deserialize)]
        struct Since4 {
            retention: Retention,
        }
        #[expect(clippy::expect_used, reason = "it is part of the program, and a test reads it")]
        let since: Since4 = serde_json::from_str(SINCE_4).expect("the values that schema 4 added can be read");
        since.retention
    }
}

/// The clock over obligations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// What was due before this day does not count; without it, the day on which the first policy with a clock was
    /// recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Working days within which a fact must be recorded to count from the day that it is claimed for.
    pub claim_working_days: u32,
    /// Time of day at which tiers are reached.
    pub notices_at: ClockTime,
    /// Working days before the due date of the advance notice.
    pub advance_working_days: u32,
    /// What is announced in advance.
    pub advance: Vec<Duty>,
    /// What has reminder, supervision and circular.
    pub tiered: Vec<Duty>,
    /// What is derived and never breached.
    pub silent: Vec<Duty>,
}
