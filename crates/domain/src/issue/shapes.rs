//! The facts of an issue's life, as stored (FORMAT §7).

use super::due::Due;
use crate::correction::CorrectedValue;
use crate::ids::{AreaId, DelegateId, FileId, IssueId, MajorIssueId, OfficeId, ReceptionId};
use crate::vocabulary::{
    AnswerChannel, EvidenceKind, ExtensionReason, FeedbackBy, HandoverReason, IssueKind, Level, LinkKind, Outcome,
    ReopeningGround, Satisfaction, StatutoryChannel, SuspensionReason, WordChannel,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// `issue.raised/1` (T1, C-3.1, C-4.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raised {
    /// The reception it was raised in.
    pub reception_id: ReceptionId,
    /// Who raised it: index into the reception's visitors; absent when nobody was listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<u32>,
    /// Opinion, suggestion or demand.
    pub kind: IssueKind,
    /// A topic code of the policy.
    pub topic: String,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<AreaId>,
    /// The one delegate who owes the answer (首问责任人).
    pub responsible_delegate_id: DelegateId,
    /// When the answer is due.
    pub due: Due,
}

/// `issue.taken/1` (T3).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {}

/// `issue.referred/1` (T4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referred {
    /// Where the visitor was sent.
    pub statutory_channel: StatutoryChannel,
}

/// `issue.interim_reply_given/1` (T6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterimReplyGiven {
    /// How.
    pub channel: WordChannel,
    /// When the visitor will hear again.
    pub next_word_on: NaiveDate,
}

/// `issue.extension_requested/1` (T7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRequested {
    /// Why.
    pub reason_code: ExtensionReason,
    /// The date asked for.
    pub new_due_on: NaiveDate,
}

/// `issue.extension_granted/1` (T7).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionGranted {}

/// `issue.extension_refused/1` (T7).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRefused {}

/// `issue.visitor_told_of_extension/1` (T7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitorToldOfExtension {
    /// How.
    pub channel: WordChannel,
    /// The due date now in force.
    pub due: Due,
}

/// `issue.clock_suspended/1` (T8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSuspended {
    /// Why.
    pub reason_code: SuspensionReason,
    /// Until when at the latest.
    pub until_on: NaiveDate,
    /// Working days left on the day of suspension.
    pub remaining_working_days: u32,
}

/// `issue.clock_resumed/1` (T8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockResumed {
    /// The due date now in force.
    pub due: Due,
}

/// `issue.escalated/1` (T9, C-3.6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalated {
    /// To which level.
    pub level: Level,
    /// The major issue made or joined.
    pub major_issue_id: MajorIssueId,
    /// The outer limit that holds while escalated.
    pub due: Due,
    /// When the visitor hears first.
    pub interim_due_on: NaiveDate,
}

/// `issue.escalation_returned/1` (T10).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationReturned {
    /// The due date now in force.
    pub due: Due,
}

/// `issue.outcome_reported_back/1` (T11).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeReportedBack {
    /// The major issue that was concluded.
    pub major_issue_id: MajorIssueId,
    /// Its outcome.
    pub outcome: Outcome,
    /// When the answer is due.
    pub due: Due,
}

/// `issue.final_answer_given/1` (T2, T12, C-3.6, C-4.4). `occurred_at` is when it was delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinalAnswerGiven {
    /// The outcome.
    pub outcome: Outcome,
    /// Orally or in writing.
    pub channel: AnswerChannel,
    /// Given at the reception itself.
    pub on_the_spot: bool,
    /// The delegate who answered.
    pub answered_by: DelegateId,
    /// What shows that it arrived.
    pub evidence: Evidence,
    /// For `planned`: when it is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment_on: Option<NaiveDate>,
}

/// Evidence of delivery; a note, if any, is in the narrative box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Its kind.
    pub kind: EvidenceKind,
}

/// `issue.feedback_recorded/1` (T13). `occurred_at` is when it was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackRecorded {
    /// What the visitor thinks.
    pub satisfaction: Satisfaction,
    /// Who passed it on.
    pub by: FeedbackBy,
}

/// `issue.closed/1` (T14).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {}

/// `issue.reopening_requested/1` (T15).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReopeningRequested {
    /// Why.
    pub ground: ReopeningGround,
}

/// `issue.reopening_refused/1` (T15).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReopeningRefused {}

/// `issue.reopened/1` (T15).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopened {
    /// Why.
    pub ground: ReopeningGround,
    /// 2 for the first reopening.
    pub cycle: u32,
    /// When the answer of the new cycle is due.
    pub due: Due,
}

/// `issue.withdrawn/1` (T16).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// True when the service goes on of its own motion.
    pub on_own_motion: bool,
}

/// `issue.responsibility_handed_over/1` (T19).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponsibilityHandedOver {
    /// From whom.
    pub from_delegate_id: DelegateId,
    /// To whom.
    pub to_delegate_id: DelegateId,
    /// Why.
    pub reason_code: HandoverReason,
}

/// `issue.deadline_recomputed/2`. The date promised before is the fold's. In schema 1 a calendar always moved
/// the date, and its year is always there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineRecomputed {
    /// The later of the promised and the recomputed date, with its inputs.
    pub due: Due,
    /// Year of the calendar that was published or amended; absent where another level of the major issue moved the date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar_year: Option<i32>,
}

/// `issue.delivery_attempted/1` (C-4.4). `occurred_at` is when it was tried; a note, if any, is in the narrative box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryAttempted {
    /// How it was tried.
    pub channel: WordChannel,
}

/// `issue.commitment_verified/1` (O-17, C-3.6), of the answer of the current cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitmentVerified {
    /// Whether what was promised is done.
    pub kept: bool,
    /// The day on which somebody looked.
    pub verified_on: NaiveDate,
}

/// `issue.merged/1` (T17, 并案办理).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// The issue that it is handled with.
    pub primary_issue_id: IssueId,
}

/// `issue.unmerged/1` (T17). The state before the merging holds again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmerged {}

/// `issue.linked/1` (T18). No effect on duty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linked {
    /// The other issue.
    pub issue_id: IssueId,
    /// How they belong together.
    pub kind: LinkKind,
}

/// `issue.input_requested/1` (T5). Information only: the clock runs on. The text is in the narrative box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputRequested {
    /// Who is asked.
    pub to_office_id: OfficeId,
}

/// `issue.input_given/1` (T5). Answers the oldest open request; the text is in the narrative box.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputGiven {}

/// `issue.corrected/1` (T20). The reason, and a value below `/personal`, are in the narrative box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueCorrected {
    /// Version of the event that is corrected, in the same stream.
    pub event_version: u64,
    /// RFC 6901: `/public/…`, `/personal/<box>/<member>` or `/occurred_at`.
    pub pointer: String,
    /// The right value; absent where the pointer is below `/personal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<CorrectedValue>,
    /// The due date now in force, where the correction moved it: the later of the promised and the recomputed date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
}

/// `issue.evidence_attached/1` (C-3.6). The files are stored before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAttached {
    /// The files, one at least.
    pub file_ids: Vec<FileId>,
    /// True where the visitor sent them by the receipt code; absent where the service attached them. How many a visitor may
    /// send turns on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_visitor: bool,
}

/// `issue.receipt_reissued/1` (C-3.6). The code follows from issue and version of this event, under the receipt key: it stands
/// in no leaf and in no box. Why is in the narrative box.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptReissued {}
