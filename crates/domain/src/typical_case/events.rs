//! The facts of a typical case, as stored (FORMAT §7). Title and texts are in narrative parts, also the text that may be
//! published.

use crate::event_type::events;
use crate::ids::{ActivityId, AreaId, DeedId, FileId, IssueId, OfficeId};
use crate::vocabulary::PublicationChannel;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `typical_case/<uuid>`.
    TypicalCaseEvent {
        /// A grid nominates what it did well.
        Nominated(CaseNominated) = "typical_case.nominated"/1, "C-5.3",
            "推荐一个典型案例。", "A typical case was nominated.";
        /// The text that may be published, or a better one.
        Deidentified(CaseDeidentified) = "typical_case.deidentified"/1, "C-5.3",
            "典型案例已去标识，形成可公开的文本。", "A typical case was de-identified; its text may be published.";
        /// It goes to an office.
        Submitted(CaseSubmitted) = "typical_case.submitted"/1, "C-5.3",
            "向办公室上报典型案例。", "A typical case was submitted to an office.";
        /// The office selects it.
        Selected(CaseDecided) = "typical_case.selected"/1, "C-5.3",
            "典型案例入选。", "A typical case was selected.";
        /// The office does not select it.
        Rejected(CaseDecided) = "typical_case.rejected"/1, "C-5.3",
            "典型案例未入选。", "A typical case was not selected.";
        /// It is published. The leaf's `occurred_at` is when it was posted.
        Published(CasePublished) = "typical_case.published"/1, "C-5.3",
            "发布典型案例。", "A typical case was published.";
        /// What is to be known beside it, such as that its matter was taken up again.
        Annotated(CaseAnnotated) = "typical_case.annotated"/1, "C-5.3",
            "为典型案例加注。", "A typical case was annotated.";
    }
}

/// `typical_case.nominated/1` (C-5.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseNominated {
    /// The grid that it is of.
    pub grid_id: AreaId,
    /// What it was made of; never published.
    pub sources: CaseSources,
}

/// What a typical case was made of: one id at least, 50 at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSources {
    /// Issues.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issue_ids: Vec<IssueId>,
    /// Activities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activity_ids: Vec<ActivityId>,
    /// Deeds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deed_ids: Vec<DeedId>,
}

/// `typical_case.deidentified/1` (C-5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseDeidentified {
    /// The consent of whoever can still be recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_file_id: Option<FileId>,
}

/// `typical_case.submitted/1` (C-5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSubmitted {
    /// To which office.
    pub office_id: OfficeId,
}

/// `typical_case.selected/1`, `typical_case.rejected/1` (C-5.3). Why is in the narrative part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseDecided {}

/// `typical_case.published/1` (C-5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CasePublished {
    /// Where.
    pub channel: PublicationChannel,
}

/// `typical_case.annotated/1` (C-5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseAnnotated {}
