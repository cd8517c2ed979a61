//! A reception in an answer.

use crate::http::response::absent;
use crate::http::response::business_time;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::receptions::visitors::VisitorView;
use crate::state::{AppState, Snapshot};
use casework::loaded::Loaded;
use domain::ids::ReceptionId;
use domain::reception::{Occasion, ReceivingDelegate, Reception};
use read_models::ReceptionRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A reception (联系记录).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Reception, example = json!({
    "id": "0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01", "form": "walk_in", "held_at": "2026-11-19T14:10:00+08:00",
    "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
    "delegates": [{"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "delegate_type": "party"}],
    "visitor_count": 1, "visitors": [{"name": "王小明", "phone": "13800001234"}],
    "issue_ids": ["0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10"], "recorded_late": true, "version": 1
}))]
pub struct ReceptionView {
    /// Its id.
    pub id: Uuid,
    /// Its form.
    #[schema(value_type = vocabulary::ReceptionForm)]
    pub form: &'static str,
    /// When it was held.
    pub held_at: String,
    /// The grid.
    pub grid_id: Uuid,
    /// The unit.
    #[serde(skip_serializing_if = "absent")]
    pub unit_id: Option<Uuid>,
    /// 所属的接待场次。The session that it belonged to.
    #[serde(skip_serializing_if = "absent")]
    pub session_id: Option<Uuid>,
    /// 所应的预约。The appointment that it kept.
    #[serde(skip_serializing_if = "absent")]
    pub appointment_id: Option<Uuid>,
    /// 在其中听取意见的活动。The activity at which people were heard.
    #[serde(skip_serializing_if = "absent")]
    pub activity_id: Option<Uuid>,
    /// 在其中听取意见的会议。The meeting at which people were heard.
    #[serde(skip_serializing_if = "absent")]
    pub meeting_id: Option<Uuid>,
    /// 为其听取意见的调研。The study for which people were heard.
    #[serde(skip_serializing_if = "absent")]
    pub study_id: Option<Uuid>,
    /// 在其中听取意见的实事。The deed at which people were heard.
    #[serde(skip_serializing_if = "absent")]
    pub deed_id: Option<Uuid>,
    /// Who received, each in one capacity.
    pub delegates: Vec<ReceivingDelegateView>,
    /// How many came, anonymous ones included.
    pub visitor_count: usize,
    /// Who came: what the caller may see of each; absent in lists.
    #[serde(skip_serializing_if = "absent")]
    pub visitors: Option<Vec<VisitorView>>,
    /// The issues raised, in order.
    pub issue_ids: Vec<Uuid>,
    /// Recorded later than the policy's limit after it was held (C-4.1).
    pub recorded_late: bool,
    /// Version, also the `ETag`.
    pub version: u64,
    /// Something of its record was corrected; its events say what. Absent in lists.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub corrected: bool,
    /// A correction of its record awaits a decision. Absent in lists.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub correction_pending: bool,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// A delegate in the capacity in which they received.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReceivingDelegate)]
pub struct ReceivingDelegateView {
    /// Who.
    pub delegate_id: Uuid,
    /// In which capacity.
    #[schema(value_type = vocabulary::DelegateType)]
    pub delegate_type: &'static str,
}

impl ReceptionView {
    /// A reception with the visitors that may be shown.
    pub async fn of(
        app: &AppState,
        id: ReceptionId,
        loaded: &Loaded<Reception>,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let corrections = &loaded.state.corrections;
        let sight = app.sight(snapshot, id, loaded).await?;
        let mut visitors = Vec::with_capacity(loaded.state.visitors.len());
        for visitor in &loaded.state.visitors {
            visitors.push(VisitorView::of(app, &sight, loaded, corrections, visitor).await?);
        }
        Ok(Self { visitors: Some(visitors), ..Self::facts(id, loaded, snapshot) })
    }

    /// A reception without its visitors' parts.
    pub fn facts(id: ReceptionId, loaded: &Loaded<Reception>, snapshot: &Snapshot) -> Self {
        let reception = &loaded.state;
        let zone = snapshot.reference.time_zone();
        Self {
            id: id.0,
            form: reception.form.as_str(),
            held_at: business_time(reception.held_at, zone),
            grid_id: reception.grid_id.0,
            unit_id: reception.unit_id.map(|unit| unit.0),
            session_id: belongs_to(reception.occasion, "session"),
            appointment_id: belongs_to(reception.occasion, "appointment"),
            activity_id: belongs_to(reception.occasion, "activity"),
            meeting_id: belongs_to(reception.occasion, "meeting"),
            study_id: belongs_to(reception.occasion, "study"),
            deed_id: belongs_to(reception.occasion, "deed"),
            delegates: delegates(&reception.delegates),
            visitor_count: reception.visitors.len(),
            visitors: None,
            issue_ids: reception.issue_ids.iter().map(|issue| issue.0).collect(),
            recorded_late: recorded_late(reception, snapshot),
            version: loaded.version.0,
            corrected: !reception.corrections.made().is_empty(),
            correction_pending: !reception.corrections.pending().is_empty(),
            as_of_position: None,
        }
    }
    /// A reception in a list, as its row has it.
    pub fn in_list(row: &ReceptionRow, snapshot: &Snapshot) -> Self {
        // The rule reads these of a reception, and a row has them.
        let reception = Reception {
            held_at: row.held_at,
            recorded_at: row.recorded_at,
            policy: row.policy,
            ..Reception::default()
        };
        Self {
            id: row.reception_id.0,
            form: row.form.as_str(),
            held_at: business_time(row.held_at, snapshot.reference.time_zone()),
            grid_id: row.grid_id.0,
            unit_id: row.unit_id.map(|unit| unit.0),
            session_id: belongs_to(row.occasion, "session"),
            appointment_id: belongs_to(row.occasion, "appointment"),
            activity_id: belongs_to(row.occasion, "activity"),
            meeting_id: belongs_to(row.occasion, "meeting"),
            study_id: belongs_to(row.occasion, "study"),
            deed_id: belongs_to(row.occasion, "deed"),
            delegates: delegates(&row.delegates),
            visitor_count: usize::try_from(row.visitor_count).unwrap_or(usize::MAX),
            visitors: None,
            issue_ids: row.issue_ids.iter().map(|issue| issue.0).collect(),
            recorded_late: recorded_late(&reception, snapshot),
            version: row.version.0,
            corrected: false,
            correction_pending: false,
            as_of_position: None,
        }
    }
}

/// The id of what it belongs to, where that is of the family.
fn belongs_to(occasion: Option<Occasion>, family: &str) -> Option<Uuid> {
    occasion.filter(|occasion| occasion.family() == family).map(Occasion::id)
}

/// Delegates who sat somewhere, each in one capacity.
pub(crate) fn delegates(received: &[ReceivingDelegate]) -> Vec<ReceivingDelegateView> {
    received
        .iter()
        .map(|one| ReceivingDelegateView { delegate_id: one.delegate_id.0, delegate_type: one.delegate_type.as_str() })
        .collect()
}

/// Recorded after the limit of the policy it was recorded under (C-4.1), by the calendars of the moment.
fn recorded_late(reception: &Reception, snapshot: &Snapshot) -> bool {
    let reference = &snapshot.reference;
    let policy = reception.policy.and_then(|position| reference.policies.at(position));
    policy.is_some_and(|policy| reception.recorded_late(policy, &reference.calendars))
}
