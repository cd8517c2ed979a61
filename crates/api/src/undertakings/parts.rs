//! What several undertakings show: where people were heard at them, to which offices they went; and what is wrong with the files
//! that a body names.

use crate::http::response::{absent, business_time};
use chrono_tz::Tz;
use domain::claims::Claim;
use domain::filing::Submission;
use domain::ids::{FileId, IssueId, ReceptionId};
use domain::refusal::Refusal;
use domain::session::files;
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

/// 一次报送。What went to an office.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Submission)]
pub struct SubmissionView {
    /// 办公室。Which.
    pub office_id: Uuid,
    /// 报送的时间。When.
    pub submitted_at: String,
    /// 报送时的说明；表格中省略。What was said with it; absent in tables.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 收悉的时间。When the office acknowledged it.
    #[serde(skip_serializing_if = "absent")]
    pub acknowledged_at: Option<String>,
}

impl SubmissionView {
    /// As a state has it, without its words.
    pub(crate) fn of(one: &Submission, zone: Tz) -> Self {
        Self {
            office_id: one.office_id.0,
            submitted_at: business_time(one.claim.at, zone),
            text: None,
            acknowledged_at: one.acknowledged.map(|claim| business_time(claim.at, zone)),
        }
    }
}

/// What is wrong with the files that a body names, as far as it could be read and whatever its thing has named before.
pub(crate) fn file_faults(file_ids: Option<&[FileId]>, clause: &'static str) -> Option<Refusal> {
    files(file_ids.unwrap_or_default()).map_err(|refusal| refusal.under(clause)).err()
}
