//! The facts of an activity, as stored (FORMAT §7). Title, texts and reasons are in narrative parts.

use crate::correction::{Corrected, CorrectionProposed, CorrectionRefused};
use crate::event_type::events;
use crate::hearing::OpinionsHeard;
use crate::ids::{AreaId, FileId, ImprovementId, OfficeId};
use crate::reception::ReceivingDelegate;
use crate::vocabulary::{ActivityKind, ActivityMode, AttendanceClass, OutreachForm};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

events! {
    /// Facts in streams `activity/<uuid>`.
    ActivityEvent {
        /// It was held. The leaf's `occurred_at` is when.
        Held(ActivityHeld) = "activity.held"/1, "C-3.2, C-3.3, C-4.2, C-4.3b",
            "举行一次活动：政策宣讲、民主恳谈、季度主题活动或代表群众座谈会。", "An activity was held: outreach, a consultation, a theme activity or a symposium.";
        /// Documents, pictures and recordings are kept with it.
        EvidenceAttached(EvidenceAttached) = "activity.evidence_attached"/1, "C-4.2",
            "留存活动的文件影像资料。", "Documents, pictures or recordings of an activity were attached.";
        /// An office is told of it.
        Submitted(ActivitySubmitted) = "activity.submitted"/1, "C-4.2",
            "向办公室报送活动情况。", "An activity was reported to an office.";
        /// The office has the report.
        Acknowledged(ActivityAcknowledged) = "activity.acknowledged"/1, "C-4.2",
            "办公室确认收悉活动情况。", "An office acknowledged the report of an activity.";
        /// What a symposium means to improve.
        ImprovementAdopted(ImprovementAdopted) = "activity.improvement_adopted"/1, "C-4.3b",
            "座谈会提出一项改进措施。", "A symposium adopted an improvement.";
        /// It is improved.
        ImprovementCompleted(ImprovementCompleted) = "activity.improvement_completed"/1, "C-4.3b",
            "一项改进措施完成。", "An improvement that a symposium adopted was completed.";
        /// People were heard at it, in a reception of the form hearing.
        OpinionsHeard(OpinionsHeard) = "activity.opinions_heard"/1, "C-3.2, C-3.3, C-4.2, C-4.3b",
            "在活动中听取意见。", "Opinions were heard at an activity.";
        /// A correction that needs approval.
        CorrectionProposed(CorrectionProposed) = "activity.correction_proposed"/1, "C-3.2, C-3.3, C-4.2, C-4.3b",
            "提出更正活动记录，须经批准。", "A correction of an activity's record was proposed and needs approval.";
        /// A correction, refused.
        CorrectionRefused(CorrectionRefused) = "activity.correction_refused"/1, "C-3.2, C-3.3, C-4.2, C-4.3b",
            "不准更正活动记录。", "A correction of an activity's record was refused.";
        /// A correction, in effect.
        Corrected(Corrected) = "activity.corrected"/1, "C-3.2, C-3.3, C-4.2, C-4.3b",
            "更正活动记录；原件保留。", "An activity's record was corrected; the original stays.";
    }
}

/// `activity.held/1` (C-3.2, C-3.3, C-4.2, C-4.3b). Which of the fields after `file_ids` are there, `kind` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityHeld {
    /// Which kind of activity.
    pub kind: ActivityKind,
    /// The grids that it was held for, each of which has it. At least one.
    pub grid_ids: Vec<AreaId>,
    /// A unit of one of them, where it was held for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<AreaId>,
    /// Who took part for the delegates, each in one capacity. At least one.
    pub delegates: Vec<ReceivingDelegate>,
    /// How many of each class of people attended. A class that is not there was not counted.
    pub attendance: BTreeMap<AttendanceClass, u32>,
    /// Documents, pictures and recordings that were there from the beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
    /// Of an outreach: its form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outreach_form: Option<OutreachForm>,
    /// Of an outreach: the offices that came to explain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub office_ids: Vec<OfficeId>,
    /// Of an outreach: how many questions were asked and answered, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions: Option<Questions>,
    /// Of a consultation: how many briefings were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub briefings: Option<u32>,
    /// Of a theme activity: how it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ActivityMode>,
}

/// The questions of an outreach (C-3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// How many were asked.
    pub asked: u32,
    /// How many of them were answered there; no more than were asked.
    pub answered: u32,
}

/// `activity.evidence_attached/1` (C-4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAttached {
    /// The files. At least one.
    pub file_ids: Vec<FileId>,
}

/// `activity.submitted/1` (C-4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivitySubmitted {
    /// To which office.
    pub office_id: OfficeId,
    /// What goes with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `activity.acknowledged/1` (C-4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityAcknowledged {
    /// Which office.
    pub office_id: OfficeId,
    /// What it gave for it, such as a stamped slip.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `activity.improvement_adopted/1` (C-4.3b). What is to be improved is in the narrative part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImprovementAdopted {
    /// Its id.
    pub improvement_id: ImprovementId,
    /// The day by which it is meant to be done, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_on: Option<NaiveDate>,
}

/// `activity.improvement_completed/1` (C-4.3b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImprovementCompleted {
    /// Which improvement.
    pub improvement_id: ImprovementId,
}
