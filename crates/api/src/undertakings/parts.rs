//! What several undertakings show: where people were heard at them.

use crate::http::response::business_time;
use chrono_tz::Tz;
use domain::claims::Claim;
use domain::ids::{IssueId, ReceptionId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 听取意见：一次联系，没有事项的即听取记录。People who were heard: a reception; one without issues is the listening record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Hearing)]
pub struct HearingView {
    /// 联系记录。The reception that it is.
    pub reception_id: Uuid,
    /// 登记的事项。The issues raised there.
    #[schema(max_items = 15)]
    pub issue_ids: Vec<Uuid>,
    /// 听取的时间。When it was held.
    pub held_at: String,
}

impl HearingView {
    /// As a state has it.
    pub(crate) fn of(reception: ReceptionId, issues: &[IssueId], held: Claim, zone: Tz) -> Self {
        Self {
            reception_id: reception.0,
            issue_ids: issues.iter().map(|issue| issue.0).collect(),
            held_at: business_time(held.at, zone),
        }
    }
}
