//! The facts of studies and inspections, as stored (FORMAT §7). Title, texts and reasons are in narrative parts.

use crate::correction::{Corrected, CorrectionProposed, CorrectionRefused};
use crate::event_type::events;
use crate::hearing::OpinionsHeard;
use crate::ids::{AreaId, DelegateId, FileId, OfficeId};
use crate::vocabulary::StudyUse;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `study/<uuid>`.
    StudyEvent {
        /// A study begins. The leaf's `occurred_at` is when.
        Started(StudyBegun) = "study.started"/1, "C-3.5",
            "开展一项调查研究。", "A study was started.";
        /// An inspection was made; it is done when it is recorded. The leaf's `occurred_at` is when it was held.
        Inspected(StudyBegun) = "study.inspected"/1, "C-3.5",
            "开展一次巡查监督。", "An inspection was made.";
        /// A study has its written material.
        Finished(StudyFinished) = "study.finished"/1, "C-3.5",
            "调查研究完成，形成书面材料。", "A study was finished, with its written material.";
        /// It goes to an office.
        Submitted(StudySubmitted) = "study.submitted"/1, "C-3.5",
            "向办公室报送调研材料或监督情况。", "A study or an inspection was submitted to an office.";
        /// The office has it.
        Acknowledged(StudyAcknowledged) = "study.acknowledged"/1, "C-3.5",
            "办公室确认收悉。", "An office acknowledged a study or an inspection.";
        /// An office made something of it.
        Used(StudyUsed) = "study.used"/1, "C-3.5",
            "调研成果被参考或采纳。", "A study or an inspection was referenced or adopted.";
        /// People were heard for it, in a reception of the form hearing.
        OpinionsHeard(OpinionsHeard) = "study.opinions_heard"/1, "C-3.5",
            "调研中听取意见。", "Opinions were heard for a study or an inspection.";
        /// A correction that needs approval.
        CorrectionProposed(CorrectionProposed) = "study.correction_proposed"/1, "C-3.5",
            "提出更正调研记录，须经批准。", "A correction of a study's record was proposed and needs approval.";
        /// A correction, refused.
        CorrectionRefused(CorrectionRefused) = "study.correction_refused"/1, "C-3.5",
            "不准更正调研记录。", "A correction of a study's record was refused.";
        /// A correction, in effect.
        Corrected(Corrected) = "study.corrected"/1, "C-3.5",
            "更正调研记录；原件保留。", "A study's record was corrected; the original stays.";
    }
}

/// `study.started/1`, `study.inspected/1` (C-3.5). Which of the two kinds it is, the type says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyBegun {
    /// The grid; absent where it is of the whole town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid_id: Option<AreaId>,
    /// Topic codes of the policy. At least one.
    pub topics: Vec<String>,
    /// Who leads it, and owes what comes of it.
    pub lead_delegate_id: DelegateId,
    /// Who else takes part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegate_ids: Vec<DelegateId>,
    /// Papers, pictures and recordings of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `study.finished/1` (C-3.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyFinished {
    /// Its written material: a document at least.
    pub file_ids: Vec<FileId>,
}

/// `study.submitted/1` (C-3.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudySubmitted {
    /// To which office.
    pub office_id: OfficeId,
    /// What goes with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `study.acknowledged/1` (C-3.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyAcknowledged {
    /// Which office.
    pub office_id: OfficeId,
    /// What it gave for it, such as a stamped slip.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `study.used/1` (C-3.5). How is in the narrative part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyUsed {
    /// Which office.
    pub office_id: OfficeId,
    /// What it made of it.
    #[serde(rename = "use")]
    pub used_as: StudyUse,
}
