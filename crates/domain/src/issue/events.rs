//! What can happen to an issue: its table, and what follows from a row beside what follows for every family.

use super::due::days;
use super::shapes::*;
use crate::correction::{CorrectionProposed, CorrectionRefused};
use crate::event_type::events;

/// Declares [`Reviewed`], and the days that facts name.
macro_rules! days_and_reviews {
    ($($table:tt)*) => {
        days! { $($table)* }
        reviewed! { $($table)* }
    };
}

/// Declares what a review is made of. A row says `reviewed`, or `unreviewed`: there can be no value of that one, so
/// that whoever looks at events for a review names those that it is made of, every one of them, and no others.
macro_rules! reviewed {
    ($(#[doc = $about:literal])+ $family:ident {
        $($(#[doc = $doc:literal])+ $fact:ident($shape:ty) = $name:literal / $schema:literal, $clause:literal,
            $reviewed:ident $(, [$($day:ident: $field:ident),+])?, $zh:literal, $en:literal;)+
    }) => {
        /// A fact that a review looks at.
        #[derive(Clone, Copy, Debug)]
        pub enum Reviewed<'a> {
            $($(#[doc = $doc])+ $fact(reviewed!(@$reviewed type 'a $shape)),)+
        }

        impl $family {
            /// The fact as a review sees it; nothing where it looks away.
            pub const fn reviewed(&self) -> Option<Reviewed<'_>> {
                match self { $(Self::$fact(_shape) => reviewed!(@$reviewed value $fact _shape)),+ }
            }
        }
    };
    (@reviewed type $a:lifetime $shape:ty) => { &$a $shape };
    (@unreviewed type $a:lifetime $shape:ty) => { std::convert::Infallible };
    (@reviewed value $fact:ident $shape:ident) => { Some(Reviewed::$fact($shape)) };
    (@unreviewed value $fact:ident $shape:ident) => { None };
}

events! {
    and days_and_reviews!;
    /// Facts in streams `issue/<uuid>`.
    IssueEvent {
        /// T1. Names the responsible delegate and the due date; `occurred_at` is when the reception was held.
        Raised(Raised) = "issue.raised"/1, "C-3.1", reviewed, [due: due],
            "来访人提出事项，明确首问责任人与答复期限。", "A visitor raised an issue; it names the responsible delegate and the due date.";
        /// T3.
        Taken(Taken) = "issue.taken"/1, "C-3.6", unreviewed,
            "受理事项。", "The issue was taken in hand.";
        /// T4.
        Referred(Referred) = "issue.referred"/1, "C-3.6", reviewed,
            "告知法定途径。", "The visitor was referred to a statutory channel.";
        /// T6.
        InterimReplyGiven(InterimReplyGiven) = "issue.interim_reply_given"/1, "C-3.6", reviewed, [counted_to: next_word_on],
            "作阶段性答复，并约定下次答复之日。", "An interim reply was given, with the day of the next word.";
        /// T7, asked.
        ExtensionRequested(ExtensionRequested) = "issue.extension_requested"/1, "C-4.4", unreviewed, [counted_to: new_due_on],
            "申请延期。", "More time was asked for.";
        /// T7, granted; takes effect when the visitor is told.
        ExtensionGranted(ExtensionGranted) = "issue.extension_granted"/1, "C-4.4", unreviewed,
            "准予延期，告知来访人后生效。", "More time was granted; in effect once the visitor is told.";
        /// T7, refused.
        ExtensionRefused(ExtensionRefused) = "issue.extension_refused"/1, "C-4.4", unreviewed,
            "不准延期。", "More time was refused.";
        /// T7, in effect.
        VisitorToldOfExtension(VisitorToldOfExtension) = "issue.visitor_told_of_extension"/1, "C-4.4", reviewed, [due: due],
            "已将延期告知来访人，新期限生效。", "The visitor was told of more time; the new due date is in effect.";
        /// T8.
        ClockSuspended(ClockSuspended) = "issue.clock_suspended"/1, "C-4.4", reviewed, [day: until_on],
            "中止计时。", "The clock was stopped.";
        /// T8.
        ClockResumed(ClockResumed) = "issue.clock_resumed"/1, "C-4.4", reviewed, [due: due],
            "恢复计时。", "The clock runs again.";
        /// T9.
        Escalated(Escalated) = "issue.escalated"/1, "C-3.6", reviewed, [due: due, counted_to: interim_due_on],
            "上报，进入网格重大问题处理流程。", "The issue was escalated into the grids' major-issue process.";
        /// T10.
        EscalationReturned(EscalationReturned) = "issue.escalation_returned"/1, "C-3.6", reviewed, [due: due],
            "上报退回，由本级答复。", "The escalation was returned; the delegate answers.";
        /// T11.
        OutcomeReportedBack(OutcomeReportedBack) = "issue.outcome_reported_back"/1, "C-3.6", reviewed, [due: due],
            "处理结果反馈至首问责任人。", "The outcome was reported back to the responsible delegate.";
        /// T2, T12.
        FinalAnswerGiven(FinalAnswerGiven) = "issue.final_answer_given"/1, "C-4.4", reviewed, [day: commitment_on],
            "正式答复来访人。", "The final answer was given to the visitor.";
        /// T13.
        FeedbackRecorded(FeedbackRecorded) = "issue.feedback_recorded"/1, "C-3.6", reviewed,
            "记录来访人的评价。", "The visitor's feedback was recorded.";
        /// T14.
        Closed(Closed) = "issue.closed"/1, "C-3.6", unreviewed,
            "办结。", "The issue was closed.";
        /// T15, asked.
        ReopeningRequested(ReopeningRequested) = "issue.reopening_requested"/1, "C-3.6", unreviewed,
            "申请重办。", "It was asked to take the issue up again.";
        /// T15, refused.
        ReopeningRefused(ReopeningRefused) = "issue.reopening_refused"/1, "C-3.6", unreviewed,
            "不予重办。", "Taking it up again was refused.";
        /// T15, accepted: a new cycle.
        Reopened(Reopened) = "issue.reopened"/1, "C-3.6", reviewed, [due: due],
            "重办，开始新的一轮。", "The issue was reopened; a new cycle begins.";
        /// T16.
        Withdrawn(Withdrawn) = "issue.withdrawn"/1, "C-3.6", reviewed,
            "来访人撤回；代表可主动继续办理。", "The visitor withdrew; the delegate may go on of their own motion.";
        /// T19.
        ResponsibilityHandedOver(ResponsibilityHandedOver) = "issue.responsibility_handed_over"/1, "C-4.4", reviewed,
            "责任移交另一名代表。", "Responsibility was handed over to another delegate.";
        /// A newly published calendar, or a change of level, moved an open due date.
        DeadlineRecomputed(DeadlineRecomputed) = "issue.deadline_recomputed"/2, "C-4.4", reviewed, [due: due],
            "新公布的日历或层级变更使未到期限后移。", "A newly published calendar, or another level of the major issue, moved an open due date.";
        /// The visitor was not reached (C-4.4).
        DeliveryAttempted(DeliveryAttempted) = "issue.delivery_attempted"/1, "C-4.4", unreviewed,
            "试图送达答复而未能送达。", "The visitor was to be told and could not be reached.";
        /// A planned answer's promise was looked at (O-17).
        CommitmentVerified(CommitmentVerified) = "issue.commitment_verified"/1, "C-3.6", reviewed, [day: verified_on],
            "核实列入计划的承诺是否兑现。", "It was looked at whether what a planned answer promised is done.";
        /// T17: handled together with another, answered for itself.
        Merged(Merged) = "issue.merged"/1, "C-3.6", unreviewed,
            "与另一事项并案办理，仍各自答复。", "The issue is handled together with another, and answered for itself.";
        /// T17, undone.
        Unmerged(Unmerged) = "issue.unmerged"/1, "C-3.6", unreviewed,
            "撤销并案。", "The merging was undone.";
        /// T18.
        Linked(Linked) = "issue.linked"/1, "C-3.6", unreviewed,
            "与另一事项关联。", "The issue was linked to another.";
        /// T5, asked.
        InputRequested(InputRequested) = "issue.input_requested"/1, "C-3.6", unreviewed,
            "向有关单位征询情况。", "An office was asked for information.";
        /// T5, told.
        InputGiven(InputGiven) = "issue.input_given"/1, "C-3.6", unreviewed,
            "有关单位回复征询。", "The information was given.";
        /// Something to show was attached, by the service or by the visitor.
        EvidenceAttached(EvidenceAttached) = "issue.evidence_attached"/1, "C-3.6", unreviewed,
            "为事项留存文件影像资料。", "Documents or pictures of the issue were attached.";
        /// The visitor was given another receipt code; the one before is good for nothing.
        ReceiptReissued(ReceiptReissued) = "issue.receipt_reissued"/1, "C-3.6", unreviewed,
            "补发查询码，原查询码失效。", "Another receipt code was given; the one before no longer holds.";
        /// T20, where approval is needed.
        CorrectionProposed(CorrectionProposed) = "issue.correction_proposed"/1, "C-3.6", reviewed,
            "提出更正，须经批准。", "A correction was proposed and needs approval.";
        /// T20, refused.
        CorrectionRefused(CorrectionRefused) = "issue.correction_refused"/1, "C-3.6", unreviewed,
            "不准更正。", "A correction was refused.";
        /// T20, in effect.
        Corrected(IssueCorrected) = "issue.corrected"/1, "C-3.6", reviewed, [due: due],
            "更正记录；原件保留，期限重新计算。", "The record was corrected; the original stays, and the due date follows.";
    }
}
