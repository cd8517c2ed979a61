//! The facts of a quarterly meeting, as stored (FORMAT §7). Reasons and what was said are in a box of the meeting; what it
//! decided of a major issue is in the box of `major_issue.deliberated`, which is appended with the decision.

use crate::correction::{Corrected, CorrectionProposed, CorrectionRefused};
use crate::event_type::events;
use crate::hearing::OpinionsHeard;
use crate::ids::{AreaId, FileId, MajorIssueId};
use crate::reception::ReceivingDelegate;
use crate::vocabulary::{AttendanceClass, DeferralReason, MeetingKind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

events! {
    /// Facts in streams `meeting/<uuid>`.
    MeetingEvent {
        /// It is called, for a day ahead. The leaf's `occurred_at` is when.
        Convened(MeetingConvened) = "meeting.convened"/1, "C-4.3a",
            "召集季度例会或临时会议。", "A meeting was convened.";
        /// A major issue comes on its agenda.
        MajorIssueTabled(OnAgenda) = "meeting.major_issue_tabled"/1, "C-4.3a",
            "重大问题列入会议议程。", "A major issue was put on the agenda of a meeting.";
        /// It decided on a major issue; the same append holds `major_issue.deliberated`.
        MajorIssueDecided(OnAgenda) = "meeting.major_issue_decided"/1, "C-4.3a",
            "会议研究重大问题并作出决定。", "A meeting decided on a major issue.";
        /// It put a major issue off.
        MajorIssueDeferred(MajorIssueDeferred) = "meeting.major_issue_deferred"/1, "C-4.3a",
            "会议暂缓研究重大问题，说明理由。", "A meeting deferred a major issue, and it was said why.";
        /// It was held. The leaf's `occurred_at` is when.
        Closed(MeetingClosed) = "meeting.closed"/1, "C-4.3a",
            "会议召开完毕，记明到会情况。", "A meeting was held and closed, with who attended.";
        /// It is called off.
        Cancelled(MeetingCancelled) = "meeting.cancelled"/1, "C-4.3a",
            "取消会议，说明理由。", "A meeting was cancelled, and it was said why.";
        /// People were heard at it, in a reception of the form hearing.
        OpinionsHeard(OpinionsHeard) = "meeting.opinions_heard"/1, "C-4.3a",
            "在会议上听取意见。", "Opinions were heard at a meeting.";
        /// A correction that needs approval.
        CorrectionProposed(CorrectionProposed) = "meeting.correction_proposed"/1, "C-4.3a",
            "提出更正会议记录，须经批准。", "A correction of a meeting's record was proposed and needs approval.";
        /// A correction, refused.
        CorrectionRefused(CorrectionRefused) = "meeting.correction_refused"/1, "C-4.3a",
            "不准更正会议记录。", "A correction of a meeting's record was refused.";
        /// A correction, in effect.
        Corrected(Corrected) = "meeting.corrected"/1, "C-4.3a",
            "更正会议记录；原件保留。", "A meeting's record was corrected; the original stays.";
    }
}

/// `meeting.convened/1` (C-4.3a).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingConvened {
    /// The grid.
    pub grid_id: AreaId,
    /// The regular one of a quarter, or one between them.
    pub kind: MeetingKind,
    /// The day for which it is called.
    pub scheduled_on: NaiveDate,
    /// Whether it is held together with the work meeting of the grid. Where not, the box says why.
    pub with_work_meeting: bool,
}

/// `meeting.major_issue_tabled/1`, `meeting.major_issue_decided/1` (C-4.3a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnAgenda {
    /// Which major issue.
    pub major_issue_id: MajorIssueId,
}

/// `meeting.major_issue_deferred/1` (C-4.3a). The words to the reason are in the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MajorIssueDeferred {
    /// Which major issue.
    pub major_issue_id: MajorIssueId,
    /// Why.
    pub reason_code: DeferralReason,
}

/// `meeting.closed/1` (C-4.3a).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingClosed {
    /// The delegates who attended, each in one capacity. At least one.
    pub delegates: Vec<ReceivingDelegate>,
    /// How many others came, by class. A class of which nothing was said is not there.
    pub attendance: BTreeMap<AttendanceClass, u32>,
    /// Minutes, lists of those present, pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `meeting.cancelled/1` (C-4.3a). Why is in the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingCancelled {}
