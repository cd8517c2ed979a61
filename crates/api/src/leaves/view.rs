//! A leave of absence in an answer.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use casework::access::sight::LookedAt;
use casework::access::things;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::correction::Corrections;
use domain::ids::DelegateId;
use domain::leave::{Leave, Leaves};
use read_models::LeaveRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 请假。A leave of absence.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Leave, example = json!({
    "id": "0198f3c5-2b3c-7d4e-9f50-6a7b8c9d0e44", "delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f",
    "from": "2026-11-26", "to": "2026-11-27", "reason_code": "work", "reason": "外出开会。", "state": "approved",
    "requested_at": "2026-11-20T09:00:00+08:00", "approved_at": "2026-11-20T10:00:00+08:00"
}))]
pub struct LeaveView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 代表。The delegate.
    pub delegate_id: Uuid,
    /// 首日。First day.
    pub from: NaiveDate,
    /// 末日。Last day.
    pub to: NaiveDate,
    /// 原因类别。Why.
    #[schema(value_type = vocabulary::LeaveReason)]
    pub reason_code: &'static str,
    /// 文字不显示，及其原因。Words are not shown, and why; absent where they are, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
    /// 原因说明。Why, in words.
    #[serde(skip_serializing_if = "absent")]
    pub reason: Option<String>,
    /// 状态。State.
    #[schema(value_type = vocabulary::LeaveState)]
    pub state: &'static str,
    /// 申请的时间。When it was asked for.
    #[schema(format = DateTime)]
    pub requested_at: String,
    /// 准假的时间。When it was approved.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub approved_at: Option<String>,
    /// 未准或撤回的时间。When it was refused or taken back.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// 决定的说明。What was said of the decision.
    #[serde(skip_serializing_if = "absent")]
    pub decision_reason: Option<String>,
}

impl LeaveView {
    /// A leave among those of its delegate, with its words.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn of(
        app: &AppState,
        delegate: Uuid,
        leaves: &Loaded<Leaves>,
        leave: &Leave,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let zone = snapshot.reference.time_zone();
        // Nothing of a leave is corrected.
        let none = Corrections::default();
        // A leave lies in the grids in which its delegate serves now.
        let reference = app.casework.reference();
        let today = reference.town_date(app.casework.now());
        let thing = async || Ok(things::of_delegate(&reference, DelegateId(delegate), today));
        let sight = app.casework.sight_of(&snapshot.reader, thing, &LookedAt::of(leaves)).await?;
        let said = async |version: u64| app.casework.text_of(&sight, leaves, &none, version, 0, "reason").await;
        // Who takes a leave back says nothing of it.
        let decided = leave.approved.or(leave.ended);
        let said_in = [Some(leave.requested.version), decided.map(|claim| claim.version)].into_iter().flatten();
        Ok(Self {
            id: leave.id.0,
            delegate_id: delegate,
            from: leave.from,
            to: leave.to,
            reason_code: leave.reason.as_str(),
            withheld: sight.withholds(said_in.into_iter().flat_map(|version| leaves.boxes_of(version))).map(Into::into),
            reason: said(leave.requested.version).await?,
            state: leave.state.as_str(),
            requested_at: business_time(leave.requested.at, zone),
            approved_at: leave.approved.map(|claim| business_time(claim.at, zone)),
            ended_at: leave.ended.map(|claim| business_time(claim.at, zone)),
            decision_reason: match decided {
                Some(claim) => said(claim.version).await?,
                None => None,
            },
        })
    }
}

/// A leave of absence in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LeaveItem, example = json!({
    "leave_id": "0198f3c5-0000-7000-8000-00000000aa01", "delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f",
    "from": "2026-11-26", "to": "2026-11-26", "reason_code": "work", "state": "approved",
    "requested_at": "2026-11-20T09:00:00+08:00"
}))]
pub struct LeaveItemView {
    /// The leave.
    pub leave_id: Uuid,
    /// Whose.
    pub delegate_id: Uuid,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    #[schema(value_type = vocabulary::LeaveReason)]
    pub reason_code: &'static str,
    /// State.
    #[schema(value_type = vocabulary::LeaveState)]
    pub state: &'static str,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub requested_at: String,
}

impl LeaveItemView {
    /// Of a row; `zone` is the town's.
    pub fn of(row: &LeaveRow, zone: Tz) -> Self {
        Self {
            leave_id: row.leave_id.0,
            delegate_id: row.delegate_id.0,
            from: row.from_on,
            to: row.to_on,
            reason_code: row.reason.as_str(),
            state: row.state.as_str(),
            requested_at: business_time(row.requested_at, zone),
        }
    }
}
