//! The facts of appraisals, as stored (FORMAT §7). What is said in words is in the narrative part; who cast a vote is in
//! none.

use super::Appraisee;
use crate::event_type::events;
use crate::ids::{AreaId, DelegateId, DisputeId, FileId};
use crate::vocabulary::{AppraisedBy, DisputedFamily, Grade, Indicator};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

events! {
    /// Facts in streams `appraisal/<id>`, whose id follows from the year and from whose it is.
    AppraisalEvent {
        /// The figures are fixed: the first event of a freeze is the review's, these follow it.
        IndicatorsFrozen(IndicatorsFrozen) = "appraisal.indicators_frozen"/1, "C-5.2",
            "冻结一名代表或一个网格的评议指标。", "The figures of a delegate or a grid were frozen.";
        /// The delegate reports.
        ReportSubmitted(ReportSubmitted) = "appraisal.report_submitted"/1, "C-5.2",
            "代表提交述职报告。", "A delegate submitted the yearly report.";
        /// The delegate was appraised.
        Appraised(Appraised) = "appraisal.appraised"/1, "C-5.2",
            "对代表进行测评，记录各等次票数。", "A delegate was appraised; the votes were counted.";
        /// The delegate says that an entry is wrong.
        EntryDisputed(EntryDisputed) = "appraisal.entry_disputed"/1, "C-5.2",
            "代表提出评议异议。", "A delegate disputed an entry of the review.";
        /// It is decided.
        DisputeDecided(DisputeDecided) = "appraisal.dispute_decided"/1, "C-5.2",
            "对评议异议作出认定。", "A dispute of a review was decided.";
        /// What a frozen figure is short of, or too much: said beside it.
        Adjusted(Adjusted) = "appraisal.adjusted"/1, "C-5.2",
            "在冻结的指标之外记录调整。", "A frozen figure was adjusted; the adjustment stands beside it.";
        /// The result.
        ResultSet(ResultSet) = "appraisal.result_set"/1, "C-5.2",
            "确定评议结果。", "The result of an appraisal was set.";
        /// Everybody may know it.
        ResultPublished(ResultPublished) = "appraisal.result_published"/1, "C-5.2",
            "公布评议结果。", "The result of an appraisal was published.";
    }
}

impl AppraisalEvent {
    /// The delegate whose appraisal it is, and the year; nothing of a grid's.
    pub const fn of_delegate(&self) -> Option<(DelegateId, i32)> {
        match self {
            Self::IndicatorsFrozen(IndicatorsFrozen { delegate_id: Some(who), year, .. })
            | Self::ReportSubmitted(ReportSubmitted { delegate_id: who, year, .. })
            | Self::Appraised(Appraised { delegate_id: who, year, .. })
            | Self::EntryDisputed(EntryDisputed { delegate_id: who, year, .. })
            | Self::DisputeDecided(DisputeDecided { delegate_id: who, year, .. })
            | Self::Adjusted(Adjusted { delegate_id: who, year, .. })
            | Self::ResultSet(ResultSet { delegate_id: who, year, .. })
            | Self::ResultPublished(ResultPublished { delegate_id: who, year }) => Some((*who, *year)),
            Self::IndicatorsFrozen(IndicatorsFrozen { delegate_id: None, .. }) => None,
        }
    }
}

/// `appraisal.indicators_frozen/1` (C-5.2). Either of a delegate or of a grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorsFrozen {
    /// Of which year.
    pub year: i32,
    /// The delegate; absent for a grid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate_id: Option<DelegateId>,
    /// The grid; absent for a delegate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid_id: Option<AreaId>,
    /// The figures are those of the leaves up to here.
    pub position: u64,
    /// SHA-256 (hex) of the figures: of the JSON as it is served, byte by byte.
    pub digest: String,
}

impl IndicatorsFrozen {
    /// Of somebody.
    pub(crate) fn of(year: i32, whose: Appraisee, position: u64, digest: String) -> Self {
        let (delegate_id, grid_id) = match whose {
            Appraisee::Delegate(id) => (Some(id), None),
            Appraisee::Grid(id) => (None, Some(id)),
        };
        Self { year, delegate_id, grid_id, position, digest }
    }
}

/// `appraisal.report_submitted/1` (C-5.2). What it says is in the narrative part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSubmitted {
    /// Of which year.
    pub year: i32,
    /// Who reports.
    pub delegate_id: DelegateId,
    /// Papers that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `appraisal.appraised/1` (C-5.2). Counts only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appraised {
    /// Of which year.
    pub year: i32,
    /// Who was appraised.
    pub delegate_id: DelegateId,
    /// By whom.
    pub by: AppraisedBy,
    /// On which day.
    pub held_on: NaiveDate,
    /// How many were for each grade.
    pub ballots: BTreeMap<Grade, u32>,
}

/// `appraisal.entry_disputed/1` (C-5.2). Why is in the narrative part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryDisputed {
    /// Of which year.
    pub year: i32,
    /// Whose review it is.
    pub delegate_id: DelegateId,
    /// Its id.
    pub dispute_id: DisputeId,
    /// Which figure.
    pub indicator: Indicator,
    /// The entry behind it, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Disputed>,
}

/// What a dispute is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disputed {
    /// Family of its stream.
    pub family: DisputedFamily,
    /// Its id.
    pub id: Uuid,
}

/// `appraisal.dispute_decided/1` (C-5.2). Why is in the narrative part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputeDecided {
    /// Of which year.
    pub year: i32,
    /// Whose review it is.
    pub delegate_id: DelegateId,
    /// Which dispute.
    pub dispute_id: DisputeId,
    /// Whether it was right.
    pub upheld: bool,
}

/// `appraisal.adjusted/1` (C-5.2). Differences, which stand beside the frozen figure. Why is in the narrative part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjusted {
    /// Of which year.
    pub year: i32,
    /// Whose review it is.
    pub delegate_id: DelegateId,
    /// Which figure.
    pub indicator: Indicator,
    /// By how much more or less its `n` would be.
    pub n: i64,
    /// By how much more or less its `of` would be.
    pub of: i64,
    /// The dispute that showed it, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute_id: Option<DisputeId>,
}

/// `appraisal.result_set/1` (C-5.2). What is said with it is in the narrative part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultSet {
    /// Of which year.
    pub year: i32,
    /// Whose.
    pub delegate_id: DelegateId,
    /// The grade.
    pub grade: Grade,
}

/// `appraisal.result_published/1` (C-5.2). The leaf's `occurred_at` is when it was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultPublished {
    /// Of which year.
    pub year: i32,
    /// Whose.
    pub delegate_id: DelegateId,
}
