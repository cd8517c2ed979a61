//! The facts of a reception, as stored (FORMAT §7).

use crate::correction::{Corrected, CorrectionProposed, CorrectionRefused};
use crate::event_type::events;
use crate::ids::{ActivityId, AppointmentId, AreaId, DeedId, DelegateId, IssueId, MeetingId, SessionId, StudyId};
use crate::vocabulary::{DelegateType, ReceptionForm};
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `reception/<uuid>`.
    ReceptionEvent {
        /// A reception was recorded. The leaf's `occurred_at` is when it was held.
        Recorded(ReceptionRecorded) = "reception.recorded"/2, "C-3.1",
            "记录一次接待：形式、地点、代表、来访人数与事项。", "A reception was recorded: form, place, delegates, visitors, issues.";
        /// T20, where approval is needed.
        CorrectionProposed(CorrectionProposed) = "reception.correction_proposed"/1, "C-3.1",
            "提出更正接待记录，须经批准。", "A correction of a reception's record was proposed and needs approval.";
        /// T20, refused.
        CorrectionRefused(CorrectionRefused) = "reception.correction_refused"/1, "C-3.1",
            "不准更正接待记录。", "A correction of a reception's record was refused.";
        /// T20, in effect.
        Corrected(Corrected) = "reception.corrected"/1, "C-3.1",
            "更正接待记录；原件保留。", "A reception's record was corrected; the original stays.";
    }
}

/// `reception.recorded/2` (C-3.1). Schema 1 had none of the ids of what it belongs to, of which one at most is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceptionRecorded {
    /// Its form.
    pub form: ReceptionForm,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<AreaId>,
    /// Who received, each in one capacity. At least one.
    pub delegates: Vec<ReceivingDelegate>,
    /// Who came. May be empty.
    pub visitors: Vec<Visitor>,
    /// The issues raised, in order. May be empty.
    pub issue_ids: Vec<IssueId>,
    /// The session in which it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The appointment that it kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_id: Option<AppointmentId>,
    /// The activity at which people were heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_id: Option<ActivityId>,
    /// The meeting at which people were heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting_id: Option<MeetingId>,
    /// The study for which people were heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study_id: Option<StudyId>,
    /// The deed at which people were heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deed_id: Option<DeedId>,
}

/// A delegate in the capacity in which they received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivingDelegate {
    /// Who.
    pub delegate_id: DelegateId,
    /// In which capacity.
    pub delegate_type: DelegateType,
}

/// A visitor: a subject whose boxes hold name and contact, or nobody in particular.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Visitor {
    /// Known by the boxes of this subject (`s/…`).
    Named {
        /// The subject.
        subject: String,
    },
    /// Gave no name.
    Anonymous {
        /// Always true.
        anonymous: bool,
    },
}
