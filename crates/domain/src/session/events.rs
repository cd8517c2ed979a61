//! The facts of a session's life, as stored (FORMAT §7). Notices and objections are facts of the session that they speak
//! of; what is decided about them is in `notice/`.

use crate::correction::{Corrected, CorrectionProposed, CorrectionRefused};
use crate::event_type::events;
use crate::ids::{AreaId, DelegateId, FileId, ObjectionId, SessionId};
use crate::policy::ClockTime;
use crate::vocabulary::{DelegateType, NoticeBoard, ObjectionGround, SessionReason, SubstitutionReason};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `session/<uuid>`.
    SessionEvent {
        /// Planned for a service day, or an extra one.
        Planned(SessionPlanned) = "session.planned"/1, "C-2",
            "安排一场接待。", "A session was planned.";
        /// Moved to another day, other hours or another venue.
        Moved(SessionMoved) = "session.moved"/1, "C-2",
            "变更场次的日期、时间或地点。", "A session was moved to another day, other hours or another venue.";
        /// Not held.
        Cancelled(SessionCancelled) = "session.cancelled"/1, "C-2",
            "取消场次。", "A session was cancelled.";
        /// Who is to sit there.
        RotaAssigned(RotaAssigned) = "session.rota_assigned"/1, "C-4.1",
            "排定轮值代表。", "The rota of a session was assigned.";
        /// The rota is told; only substitutions change it from now on.
        RotaPublished(RotaPublished) = "session.rota_published"/1, "C-4.1",
            "公布轮值安排。", "The rota of a session was published.";
        /// Somebody else has the duty.
        DutySubstituted(DutySubstituted) = "session.duty_substituted"/1, "C-4.1",
            "由他人顶岗。", "A duty was taken over by a substitute.";
        /// It begins.
        Opened(SessionOpened) = "session.opened"/1, "C-4.1",
            "场次开始。", "A session was opened.";
        /// A delegate came.
        CheckedIn(Checked) = "session.checked_in"/1, "C-4.1",
            "代表签到。", "A delegate checked in.";
        /// A delegate left.
        CheckedOut(Checked) = "session.checked_out"/1, "C-4.1",
            "代表签退。", "A delegate checked out.";
        /// It ends.
        Closed(SessionClosed) = "session.closed"/1, "C-4.1",
            "场次结束，记来访人数。", "A session was closed, with the number of visitors.";
        /// Its record is filed.
        RecordFiled(RecordFiled) = "session.record_filed"/1, "C-4.1",
            "报送接待记录。", "The record of a session was filed.";
        /// A unit hung it out. The leaf's `occurred_at` is when.
        NoticePosted(NoticePosted) = "session.notice_posted"/1, "C-5.2",
            "单位张贴公示。", "A unit posted the notice of a session.";
        /// A unit changed what hangs there.
        NoticeAmended(NoticeAmended) = "session.notice_amended"/1, "C-5.2",
            "单位变更公示。", "A unit amended the notice of a session.";
        /// Somebody objects.
        ObjectionRecorded(ObjectionRecorded) = "session.objection_recorded"/1, "C-5.2",
            "记录群众异议。", "An objection was recorded.";
        /// The objection is answered.
        ObjectionAnswered(ObjectionAnswered) = "session.objection_answered"/1, "C-5.2",
            "答复异议。", "An objection was answered.";
        /// A correction that needs approval.
        CorrectionProposed(CorrectionProposed) = "session.correction_proposed"/1, "C-4.1",
            "提出更正场次记录，须经批准。", "A correction of a session's record was proposed and needs approval.";
        /// A correction, refused.
        CorrectionRefused(CorrectionRefused) = "session.correction_refused"/1, "C-4.1",
            "不准更正场次记录。", "A correction of a session's record was refused.";
        /// A correction, in effect.
        Corrected(Corrected) = "session.corrected"/1, "C-4.1",
            "更正场次记录；原件保留。", "A session's record was corrected; the original stays.";
    }
}

/// `session.planned/1` (C-2). Said again of a session that the calendar had cancelled and now allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPlanned {
    /// The grid.
    pub grid_id: AreaId,
    /// The service day that it stands for; never changes.
    pub ordinary_on: NaiveDate,
    /// The day that it is held on.
    pub held_on: NaiveDate,
    /// From this time of day.
    pub from: ClockTime,
    /// To this time of day.
    pub to: ClockTime,
    /// Where, an official record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// Other service days that are held together with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged_days: Vec<NaiveDate>,
    /// True where a year without a published calendar was looked at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// True where no service day asks for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extra: bool,
    /// The missed session that an extra one makes up for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub makes_up_session_id: Option<SessionId>,
}

/// `session.moved/1` (C-2): where it stands now. Why in words is in the narrative part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionMoved {
    /// The day that it is held on.
    pub held_on: NaiveDate,
    /// From this time of day.
    pub from: ClockTime,
    /// To this time of day.
    pub to: ClockTime,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// Other service days that are held together with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged_days: Vec<NaiveDate>,
    /// Why.
    pub reason_code: SessionReason,
}

/// `session.cancelled/1` (C-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionCancelled {
    /// Why.
    pub reason_code: SessionReason,
}

/// A slot of the rota: who is to sit there, in which capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignedSlot {
    /// Who.
    pub delegate_id: DelegateId,
    /// In which capacity.
    pub delegate_type: DelegateType,
}

/// `session.rota_assigned/1` (C-4.1): the whole list of slots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotaAssigned {
    /// Who is to sit there.
    pub slots: Vec<AssignedSlot>,
    /// Position of the log as of which the proposal was made that was followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal_position: Option<u64>,
}

/// `session.rota_published/1` (C-4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotaPublished {}

/// `session.duty_substituted/1` (C-4.1): the duty and its attendance are the substitute's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutySubstituted {
    /// Who had the duty.
    pub delegate_id: DelegateId,
    /// Who has it now.
    pub substitute_id: DelegateId,
    /// In which capacity.
    pub delegate_type: DelegateType,
    /// Why.
    pub reason_code: SubstitutionReason,
}

/// `session.opened/1` (C-4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionOpened {}

/// `session.checked_in/1`, `session.checked_out/1` (C-4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checked {
    /// Who.
    pub delegate_id: DelegateId,
    /// In which capacity.
    pub delegate_type: DelegateType,
}

/// `session.closed/1` (C-4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionClosed {
    /// How many came. Nobody is a number like any other.
    pub visitor_count: u32,
}

/// `session.record_filed/1` (C-4.1). The text is in the narrative part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFiled {
    /// Files of the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// What hangs on a board (C-5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeContent {
    /// The day.
    pub held_on: NaiveDate,
    /// From this time of day.
    pub from: ClockTime,
    /// To this time of day.
    pub to: ClockTime,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// Who sits there.
    pub delegate_ids: Vec<DelegateId>,
    /// Topic codes of the policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
}

/// `session.notice_posted/1` (C-5.2). Why it was late is in the narrative part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticePosted {
    /// Whose board.
    pub unit_id: AreaId,
    /// Which board.
    pub board: NoticeBoard,
    /// What hangs there.
    pub content: NoticeContent,
    /// Pictures of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `session.notice_amended/1` (C-5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeAmended {
    /// Whose board.
    pub unit_id: AreaId,
    /// Which board.
    pub board: NoticeBoard,
    /// What hangs there now.
    pub content: NoticeContent,
    /// Pictures of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `session.objection_recorded/1` (C-5.2). What was said is in the narrative part, who said it in boxes of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRecorded {
    /// Its id.
    pub objection_id: ObjectionId,
    /// The unit that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<AreaId>,
    /// What it is about.
    pub ground: ObjectionGround,
}

/// `session.objection_answered/1` (C-5.2). The answer is in the narrative part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswered {
    /// Which.
    pub objection_id: ObjectionId,
    /// Whether it was right.
    pub upheld: bool,
}
