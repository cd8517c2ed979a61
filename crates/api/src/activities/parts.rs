//! The parts of an activity as its answer shows them.

use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::activity::{Activity, Evidence, Improvement, open_questions};
use domain::filing::Submission;
use domain::ids::FileId;
use domain::vocabulary::FileKind;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// 政策宣讲中的提问。The questions of an outreach.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = ActivityQuestions)]
pub struct QuestionsView {
    /// 提问数。How many were asked.
    pub asked: u32,
    /// 其中当场答复的。How many of them were answered there.
    pub answered: u32,
    /// 未答复而尚未登记为事项的。How many stayed open, less the issues raised at its hearings.
    pub open: u32,
}

impl QuestionsView {
    /// As a state has it; nothing where no questions were counted.
    pub(super) fn of(activity: &Activity) -> Option<Self> {
        let questions = activity.questions?;
        Some(Self { asked: questions.asked, answered: questions.answered, open: open_questions(activity) })
    }
}

/// 留存的一个附件。A file that is kept with an activity.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ActivityEvidence)]
pub struct EvidenceView {
    /// 附件。The file.
    pub file_id: Uuid,
    /// 附件种类。Its kind.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::FileKind>)]
    pub kind: Option<&'static str>,
    /// 留存的时间。When it was kept.
    pub attached_at: String,
}

impl EvidenceView {
    /// As a state has it.
    pub(super) fn of(evidence: &Evidence, kinds: &BTreeMap<FileId, FileKind>, zone: Tz) -> Self {
        Self {
            file_id: evidence.file_id.0,
            kind: kinds.get(&evidence.file_id).map(|kind| kind.as_str()),
            attached_at: business_time(evidence.claim.at, zone),
        }
    }
}

/// 向一个办公室的报送。What went to an office.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Submission)]
pub struct SubmissionView {
    /// 办公室。The office.
    pub office_id: Uuid,
    /// 报送的时间。When it was submitted.
    pub submitted_at: String,
    /// 随附的说明；已删除的省略，表格中也省略。What was said with it; absent when erased, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 确认收悉的时间。When the office acknowledged it.
    #[serde(skip_serializing_if = "absent")]
    pub acknowledged_at: Option<String>,
}

impl SubmissionView {
    /// As a state has it, with what was said.
    pub(super) fn of(submission: &Submission, text: Option<String>, zone: Tz) -> Self {
        Self {
            office_id: submission.office_id.0,
            submitted_at: business_time(submission.claim.at, zone),
            text,
            acknowledged_at: submission.acknowledged.map(|at| business_time(at.at, zone)),
        }
    }
}

/// 座谈会提出的一项改进措施。What a symposium means to improve.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Improvement)]
pub struct ImprovementView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 改进什么；已删除的省略，表格中也省略。What is to be improved; absent when erased, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 计划完成之日。The day by which it is meant to be done.
    #[serde(skip_serializing_if = "absent")]
    pub by_on: Option<NaiveDate>,
    /// 提出的时间。When it was adopted.
    pub adopted_at: String,
    /// 完成的时间。When it was completed.
    #[serde(skip_serializing_if = "absent")]
    pub completed_at: Option<String>,
    /// 完成情况；同 `text`。What was said of that; absent as `text` is.
    #[serde(skip_serializing_if = "absent")]
    pub completion_text: Option<String>,
}

impl ImprovementView {
    /// As a state has it, with what was said.
    pub(super) fn of(
        improvement: &Improvement,
        text: Option<String>,
        completion_text: Option<String>,
        zone: Tz,
    ) -> Self {
        Self {
            id: improvement.id.0,
            text,
            by_on: improvement.by_on,
            adopted_at: business_time(improvement.adopted.at, zone),
            completed_at: improvement.completed.map(|at| business_time(at.at, zone)),
            completion_text,
        }
    }
}
