//! A legal hold in an answer.

use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::legal_hold::{HoldScope, LegalHold};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 依法保全。A legal hold.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LegalHold, example = json!({
    "id": "0198f3c1-0000-7000-8000-000000000031", "state": "in_force",
    "scope": {"issue_id": "0198f3c1-0000-7000-8000-000000000002"}, "until_on": "2027-06-30",
    "set_at": "2026-11-26T14:10:00+08:00", "version": 1
}))]
pub struct LegalHoldView {
    /// Its id.
    pub id: Uuid,
    /// State.
    #[schema(value_type = vocabulary::LegalHoldState)]
    pub state: &'static str,
    /// 保全的范围。What it covers.
    pub scope: HoldScopeView,
    /// 保全的末日。Last day on which it holds.
    pub until_on: String,
    /// When it was set.
    #[schema(format = DateTime)]
    pub set_at: String,
    /// When it was lifted.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub lifted_at: Option<String>,
    /// Version, also the `ETag`.
    pub version: u64,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// 保全的范围，所列各项之一。What a hold covers: one of these.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = HoldScope)]
pub struct HoldScopeView {
    /// 涉及几处。How many places of people.
    #[serde(skip_serializing_if = "absent")]
    pub subjects: Option<usize>,
    /// 事项。An issue.
    #[serde(skip_serializing_if = "absent")]
    pub issue_id: Option<Uuid>,
    /// 接待及其事项。A reception with its issues.
    #[serde(skip_serializing_if = "absent")]
    pub reception_id: Option<Uuid>,
    /// 网格内某段时间的接待及其事项。A grid's receptions of some days, with their issues.
    #[serde(skip_serializing_if = "absent")]
    pub grid_id: Option<Uuid>,
    /// 首日。First day.
    #[serde(skip_serializing_if = "absent")]
    pub from: Option<String>,
    /// 末日。Last day.
    #[serde(skip_serializing_if = "absent")]
    pub to: Option<String>,
}

impl From<&HoldScope> for HoldScopeView {
    fn from(scope: &HoldScope) -> Self {
        match scope {
            HoldScope::Subjects { subjects } => Self { subjects: Some(subjects.len()), ..Self::default() },
            HoldScope::Issue { issue_id } => Self { issue_id: Some(issue_id.0), ..Self::default() },
            HoldScope::Reception { reception_id } => Self { reception_id: Some(reception_id.0), ..Self::default() },
            HoldScope::Grid { grid_id, from, to } => Self {
                grid_id: Some(grid_id.0),
                from: Some(from.to_string()),
                to: Some(to.to_string()),
                ..Self::default()
            },
        }
    }
}

impl LegalHoldView {
    /// A hold as it stands on a day, in the town's time.
    pub fn of(hold: &LegalHold, today: NaiveDate, town: Tz) -> Self {
        let time = |at: DateTime<Utc>| business_time(at, town);
        Self {
            id: hold.id.0,
            state: hold.state(today).as_str(),
            scope: HoldScopeView::from(&hold.scope),
            until_on: hold.until_on.to_string(),
            set_at: time(hold.set_at),
            lifted_at: hold.lifted_at.map(time),
            version: hold.version,
            as_of_position: None,
        }
    }
}
