//! A major issue in an answer.

use crate::http::response::absent;
use crate::http::response::{business_time, recorded_time};
use crate::openapi::vocabulary;
use crate::state::Snapshot;
use casework::loaded::Loaded;
use chrono::{Datelike as _, NaiveDate};
use domain::ids::MajorIssueId;
use domain::major_issue::MajorIssue;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A major issue (重大问题).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MajorIssue, example = json!({
    "id": "0198f3c2-8b20-7d21-9a10-6e2f1c7e3b21", "number": "2026-88130", "version": 4, "state": "assigned", "level": "L3",
    "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "issue_ids": ["0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10"],
    "lead_office_id": "0198f3c1-0000-7000-8000-000000000010", "support_office_ids": [], "due_on": "2027-01-08",
    "provisional": true, "deliberated_on": ["2026-11-24"], "refusal_pending": false,
    "submitted_at": "2026-11-20T10:00:00+08:00", "recorded_at": "2026-11-20T02:00:01.000Z", "as_of_position": 88140
}))]
pub struct MajorIssueView {
    /// Its id.
    pub id: Uuid,
    /// The town's year of its first leaf and that leaf's position.
    pub number: String,
    /// Version, also the `ETag`.
    pub version: u64,
    /// State.
    #[schema(value_type = vocabulary::MajorIssueState)]
    pub state: &'static str,
    /// The level it stands at.
    #[schema(value_type = vocabulary::Level)]
    pub level: &'static str,
    /// The grid.
    pub grid_id: Uuid,
    /// Issues that were ever linked; an issue that was returned says so itself.
    pub issue_ids: Vec<Uuid>,
    /// Who leads (主办).
    #[serde(skip_serializing_if = "absent")]
    pub lead_office_id: Option<Uuid>,
    /// Who supports (协办).
    pub support_office_ids: Vec<Uuid>,
    /// When the lead office must report.
    #[serde(skip_serializing_if = "absent")]
    pub due_on: Option<NaiveDate>,
    /// That date was counted through a year without a published calendar.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// Days on which it was deliberated.
    pub deliberated_on: Vec<NaiveDate>,
    /// A refused dispatch awaits a decision.
    pub refusal_pending: bool,
    /// The outcome reported last, or concluded.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::Outcome>)]
    pub outcome: Option<&'static str>,
    /// When the first issue was escalated.
    pub submitted_at: String,
    /// When that was recorded.
    pub recorded_at: String,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

impl MajorIssueView {
    /// A major issue at a moment.
    pub fn of(id: MajorIssueId, loaded: &Loaded<MajorIssue>, snapshot: &Snapshot) -> Self {
        let major = &loaded.state;
        let zone = snapshot.reference.time_zone();
        Self {
            id: id.0,
            number: format!("{}-{}", major.first_recorded_at.with_timezone(&zone).year(), major.first_position),
            version: loaded.version.0,
            state: major.state.as_str(),
            level: major.level.as_str(),
            grid_id: major.grid_id.0,
            issue_ids: major.issue_ids().map(|issue| issue.0).collect(),
            lead_office_id: major.lead_office_id.map(|office| office.0),
            support_office_ids: major.support_office_ids.iter().map(|office| office.0).collect(),
            due_on: major.due.as_ref().map(|due| due.on),
            provisional: major.due.as_ref().is_some_and(|due| due.provisional),
            deliberated_on: major.deliberations.iter().map(|one| one.held_on).collect(),
            refusal_pending: major.refusal_pending,
            outcome: major.outcome.map(domain::vocabulary::Outcome::as_str),
            submitted_at: business_time(major.submitted_at, zone),
            recorded_at: recorded_time(major.first_recorded_at),
            as_of_position: None,
        }
    }
}
