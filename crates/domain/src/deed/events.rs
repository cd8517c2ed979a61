//! The facts of a deed, as stored (FORMAT §7). Title, text and reasons are in a box of the deed; names and telephone numbers
//! of those it is for in boxes of their own.

use crate::correction::{Corrected, CorrectionProposed, CorrectionRefused};
use crate::event_type::events;
use crate::hearing::OpinionsHeard;
use crate::ids::{AreaId, DelegateId, FileId, IssueId};
use crate::vocabulary::DeedKind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `deed/<uuid>`.
    DeedEvent {
        /// A delegate takes it on. The leaf's `occurred_at` is when.
        Pledged(DeedPledged) = "deed.pledged"/1, "C-3.4",
            "代表认领一件实事，承诺完成日期。", "A delegate took on a deed and promised a day for it.";
        /// It is done.
        Completed(DeedCompleted) = "deed.completed"/1, "C-3.4",
            "实事完成，附有凭证。", "A deed was completed, with what shows it.";
        /// It is given up.
        Abandoned(DeedAbandoned) = "deed.abandoned"/1, "C-3.4",
            "放弃一件实事，说明理由。", "A deed was given up, and it was said why.";
        /// People were heard at it.
        OpinionsHeard(OpinionsHeard) = "deed.opinions_heard"/1, "C-3.4",
            "在为民服务中听取意见。", "Opinions were heard at a deed.";
        /// A correction that needs approval.
        CorrectionProposed(CorrectionProposed) = "deed.correction_proposed"/1, "C-3.4",
            "提出更正实事记录，须经批准。", "A correction of a deed's record was proposed and needs approval.";
        /// A correction, refused.
        CorrectionRefused(CorrectionRefused) = "deed.correction_refused"/1, "C-3.4",
            "不准更正实事记录。", "A correction of a deed's record was refused.";
        /// A correction, in effect.
        Corrected(Corrected) = "deed.corrected"/1, "C-3.4",
            "更正实事记录；原件保留。", "A deed's record was corrected; the original stays.";
    }
}

/// `deed.pledged/1` (C-3.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeedPledged {
    /// Which kind of service.
    pub kind: DeedKind,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<AreaId>,
    /// Who took it on and owes it.
    pub owner_delegate_id: DelegateId,
    /// The day by which it is promised.
    pub promised_on: NaiveDate,
    /// For whom it is, where that is somebody in particular. May be empty.
    pub beneficiaries: Vec<Beneficiary>,
    /// Issues that it goes back to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issue_ids: Vec<IssueId>,
}

/// Somebody for whom a deed is: a subject whose boxes hold name and contact, as those of a visitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beneficiary {
    /// The subject (`s/…`).
    pub subject: String,
}

/// `deed.completed/1` (C-3.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeedCompleted {
    /// What shows that it is done. At least one.
    pub file_ids: Vec<FileId>,
}

/// `deed.abandoned/1` (C-3.4). Why is in the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeedAbandoned {}
