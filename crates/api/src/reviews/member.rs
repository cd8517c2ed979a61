//! The members behind an indicator: which issue, reception, session or undertaking, quarter or dispute, whether it counts,
//! and the days that decide it.

use crate::http::response::absent;
use crate::openapi::vocabulary as schema;
use crate::reviews::view::SplitView;
use casework::reviews::{Frame, Member, MemberOf};
use chrono::NaiveDate;
use domain::review::What;
use domain::vocabulary::Indicator;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One member of an indicator's population.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReviewMember, example = json!({
    "issue_id": "0198f3c0-0000-7000-8000-000000000302", "number": "2026-88122", "cycle": 1, "counted": true,
    "due_on": "2026-11-26", "original_due_on": "2026-11-26", "delivered_on": "2026-11-24"
}))]
pub struct ReviewMemberView {
    /// The issue; absent where the member is of something else.
    #[serde(skip_serializing_if = "absent")]
    pub(super) issue_id: Option<Uuid>,
    /// Its number.
    #[serde(skip_serializing_if = "absent")]
    pub(super) number: Option<String>,
    /// Its cycle, 1 before any reopening.
    #[serde(skip_serializing_if = "absent")]
    pub(super) cycle: Option<u32>,
    /// The reception; absent where the member is of something else.
    #[serde(skip_serializing_if = "absent")]
    pub(super) reception_id: Option<Uuid>,
    /// The session; absent where the member is of something else.
    #[serde(skip_serializing_if = "absent")]
    pub(super) session_id: Option<Uuid>,
    /// The study; absent where the member is of something else.
    #[serde(skip_serializing_if = "absent")]
    pub(super) study_id: Option<Uuid>,
    /// The deed; absent where the member is of something else.
    #[serde(skip_serializing_if = "absent")]
    pub(super) deed_id: Option<Uuid>,
    /// The typical case; absent where the member is of something else.
    #[serde(skip_serializing_if = "absent")]
    pub(super) typical_case_id: Option<Uuid>,
    /// The activity; of a grid's quarter or half-year the one by which it had enough, in time or not.
    #[serde(skip_serializing_if = "absent")]
    pub(super) activity_id: Option<Uuid>,
    /// The meeting, likewise.
    #[serde(skip_serializing_if = "absent")]
    pub(super) meeting_id: Option<Uuid>,
    /// The dispute; absent where the member is of something else.
    #[serde(skip_serializing_if = "absent")]
    pub(super) dispute_id: Option<Uuid>,
    /// The quarter or half-year: of a grid the member itself, of a delegate that of what was held.
    #[schema(pattern = "^[0-9]{4}-(Q[1-4]|H[12])$", example = "2026-Q1")]
    #[serde(skip_serializing_if = "absent")]
    pub(super) period: Option<String>,
    /// Whose duty it is.
    #[serde(skip_serializing_if = "absent")]
    pub(super) delegate_id: Option<Uuid>,
    /// The unit that owes the notice.
    #[serde(skip_serializing_if = "absent")]
    pub(super) unit_id: Option<Uuid>,
    /// Whether it is among the n. Of `median_wd` and `p90_wd` every member is; their days stand beside it.
    pub(super) counted: bool,
    /// Day of the reception, or of the session; day on which the activity or meeting was held.
    #[serde(skip_serializing_if = "absent")]
    pub(super) held_on: Option<NaiveDate>,
    /// Day it was recorded.
    #[serde(skip_serializing_if = "absent")]
    pub(super) recorded_on: Option<NaiveDate>,
    /// Last day for recording a reception.
    #[serde(skip_serializing_if = "absent")]
    pub(super) record_by: Option<NaiveDate>,
    /// Day from which the clock counts.
    #[serde(skip_serializing_if = "absent")]
    pub(super) clock_from: Option<NaiveDate>,
    /// Effective due date; of a notice, a study or a deed the day by which it is due; the last day of the quarter or half-year.
    #[serde(skip_serializing_if = "absent")]
    pub(super) due_on: Option<NaiveDate>,
    /// First due date of the cycle.
    #[serde(skip_serializing_if = "absent")]
    pub(super) original_due_on: Option<NaiveDate>,
    /// Day from which the answer counts.
    #[serde(skip_serializing_if = "absent")]
    pub(super) delivered_on: Option<NaiveDate>,
    /// An interim date.
    #[serde(skip_serializing_if = "absent")]
    pub(super) interim_on: Option<NaiveDate>,
    /// When it was to be done.
    #[serde(skip_serializing_if = "absent")]
    pub(super) commitment_on: Option<NaiveDate>,
    /// Last day for feedback.
    #[serde(skip_serializing_if = "absent")]
    pub(super) feedback_until: Option<NaiveDate>,
    /// Day of the escalation.
    #[serde(skip_serializing_if = "absent")]
    pub(super) escalated_on: Option<NaiveDate>,
    /// Day on which the outcome was reported back.
    #[serde(skip_serializing_if = "absent")]
    pub(super) reported_back_on: Option<NaiveDate>,
    /// By when the answer should have followed.
    #[serde(skip_serializing_if = "absent")]
    pub(super) answer_by: Option<NaiveDate>,
    /// Day from which a notice counts as posted; absent while there is none.
    #[serde(skip_serializing_if = "absent")]
    pub(super) posted_on: Option<NaiveDate>,
    /// Day on which a study was finished, or from which a deed counts as done.
    #[serde(skip_serializing_if = "absent")]
    pub(super) finished_on: Option<NaiveDate>,
    /// Day from which a study counts as with both offices, or a case as submitted.
    #[serde(skip_serializing_if = "absent")]
    pub(super) submitted_on: Option<NaiveDate>,
    /// Day from which it counts as decided whether a case is selected, or a dispute upheld.
    #[serde(skip_serializing_if = "absent")]
    pub(super) decided_on: Option<NaiveDate>,
    /// Whether an office referred to a study or took it up.
    #[serde(skip_serializing_if = "absent")]
    pub(super) referenced: Option<bool>,
    /// Working days from the clock's start to delivery.
    #[serde(skip_serializing_if = "absent")]
    pub(super) working_days: Option<u32>,
    /// Where they went.
    #[serde(skip_serializing_if = "absent")]
    pub(super) split: Option<SplitView>,
    /// Outcome of the answer.
    #[schema(value_type = Option<schema::Outcome>)]
    #[serde(skip_serializing_if = "absent")]
    pub(super) outcome: Option<&'static str>,
    /// What the visitor said; absent for silence.
    #[schema(value_type = Option<schema::Satisfaction>)]
    #[serde(skip_serializing_if = "absent")]
    pub(super) satisfaction: Option<&'static str>,
    /// Corrections among its leaves.
    #[serde(skip_serializing_if = "absent")]
    pub(super) n: Option<u32>,
    /// Its leaves recorded in the year.
    #[serde(skip_serializing_if = "absent")]
    pub(super) of: Option<u32>,
}

impl ReviewMemberView {
    /// A member as it stands behind an indicator; nothing where it does not.
    pub fn of(member: &Member, indicator: Indicator) -> Option<Self> {
        let counted = member.finding.what.counts_for(indicator)?;
        let dates = member.finding.dates;
        let mut view = Self {
            issue_id: None,
            number: None,
            cycle: None,
            reception_id: None,
            session_id: None,
            study_id: None,
            deed_id: None,
            typical_case_id: None,
            activity_id: None,
            meeting_id: None,
            dispute_id: None,
            period: None,
            delegate_id: None,
            unit_id: None,
            counted,
            held_on: dates.held_on,
            recorded_on: dates.recorded_on,
            record_by: dates.record_by,
            clock_from: dates.clock_from,
            due_on: dates.due_on,
            original_due_on: dates.original_due_on,
            delivered_on: dates.delivered_on,
            interim_on: dates.interim_on,
            commitment_on: dates.commitment_on,
            feedback_until: dates.feedback_until,
            escalated_on: dates.escalated_on,
            reported_back_on: dates.reported_back_on,
            answer_by: dates.answer_by,
            posted_on: dates.posted_on,
            finished_on: dates.finished_on,
            submitted_on: dates.submitted_on,
            decided_on: dates.decided_on,
            referenced: None,
            working_days: None,
            split: None,
            outcome: None,
            satisfaction: None,
            n: None,
            of: None,
        };
        match member.of {
            MemberOf::Issue { id, year } => {
                view.issue_id = Some(id.0);
                view.number = Some(format!("{year}-{}", member.first_position));
                view.cycle = Some(member.finding.cycle);
            }
            MemberOf::Reception(id) => view.reception_id = Some(id.0),
            MemberOf::Session(id) => view.session_id = Some(id.0),
            MemberOf::Study(id) => view.study_id = Some(id.0),
            MemberOf::Deed(id) => view.deed_id = Some(id.0),
            MemberOf::TypicalCase(id) => view.typical_case_id = Some(id.0),
            MemberOf::Activity(id) => view.activity_id = Some(id.0),
            MemberOf::Meeting(id) => view.meeting_id = Some(id.0),
            MemberOf::Dispute(id) => view.dispute_id = Some(id.0),
            // What the list is of.
            MemberOf::Grid(_) => {}
        }
        match member.finding.what {
            What::Delivered(split) => {
                view.working_days = Some(split.total);
                let (delegate, unit, suspended) = (split.delegate, split.unit, split.suspended);
                view.split = Some(SplitView { delegate, unit, suspended });
            }
            What::Answered { outcome, .. } => view.outcome = Some(outcome.as_str()),
            What::Feedback(said) => view.satisfaction = said.map(domain::vocabulary::Satisfaction::as_str),
            What::Leaves { corrections, of } => (view.n, view.of) = (Some(corrections), Some(of)),
            What::Duty { delegate_id, .. } => view.delegate_id = Some(delegate_id.0),
            What::Notice { unit_id, .. } => view.unit_id = Some(unit_id.0),
            What::Study { referenced, .. } => view.referenced = Some(referenced),
            What::Held { of, .. } | What::Attended { of, .. } => view.period = Some(of.to_string()),
            What::Due { .. }
            | What::Raised { .. }
            | What::InterimDate { .. }
            | What::Commitment { .. }
            | What::Escalated { .. }
            | What::ReportedBack { .. }
            | What::Received { .. }
            | What::Session { .. }
            | What::Deed { .. }
            | What::TypicalCase { .. }
            | What::Dispute { .. } => {}
        }
        Some(view)
    }
}

/// The members behind an indicator that the rules do not decide.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoMembersView {
    code: &'static str,
    available: bool,
    clause: &'static str,
    items: [ReviewMemberView; 0],
    as_of_position: u64,
}

impl NoMembersView {
    /// Nothing behind this one.
    pub fn of(indicator: Indicator, frame: &Frame) -> Self {
        let as_of_position = frame.position.0;
        Self { code: indicator.as_str(), available: false, clause: indicator.clause(), items: [], as_of_position }
    }
}
