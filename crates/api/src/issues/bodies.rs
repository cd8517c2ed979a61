//! The bodies of commands on issues.

use crate::input::body::{LastDay, PastInstant, PromisedDay, Text, body, given, nested};
use casework::change::{Words, words};
use domain::ids::{DelegateId, MajorIssueId};
use domain::issue::answering::{AnswerDraft, AnswerParts};
use domain::issue::feedback::FeedbackDraft;
use domain::issue::interim::{self, InterimDraft};
use domain::issue::{extension, reopening, suspension};
use domain::vocabulary::{
    AnswerChannel, EvidenceKind, ExtensionReason, FeedbackBy, HandoverReason, Level, Outcome, ReopeningGround,
    Satisfaction, StatutoryChannel, SuspensionReason, WordChannel,
};

body! {
    /// A command that says nothing but that it happened.
    #[example = {}]
    struct Plain {
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A final answer.
    #[example = {"outcome": "resolved", "channel": "oral", "text": "已联系物业，当天更换了楼道灯。",
        "delivered_at": "2026-11-19T14:20:00+08:00", "evidence": {"kind": "visitor_confirmation"}, "on_the_spot": true}]
    struct GiveAnswer {
        outcome: Outcome,
        channel: AnswerChannel,
        /// What was said.
        text: Text,
        /// When it was delivered.
        delivered_at: PastInstant,
        /// What shows that it arrived: oral needs confirmation, witness or signature; written needs signature, receipt or
        /// posting, which needs the policy's `answer.undeliverable_attempts` on `answer.undeliverable_days`, or an issue
        /// carried on of its own motion.
        evidence: EvidenceBody,
        /// Given at the reception itself; only of a registered issue, on the day held.
        on_the_spot: Option<bool>,
        /// The delegate who spoke; by default the caller's own, else the responsible one.
        answered_by: Option<DelegateId>,
        /// For `planned`: when it is to be done.
        commitment_on: Option<PromisedDay>,
        /// For `declined`: on which basis.
        basis: Option<Text> => |facts| {
            let parts = AnswerParts {
                outcome,
                channel,
                delivered_on: delivered_at.zip(facts).map(|(at, facts)| facts.day_of(Some(at))),
                evidence: evidence.as_ref().map(|evidence| evidence.kind),
                commitment_given: given(&commitment_on),
                commitment_on: commitment_on.flatten(),
                basis_given: given(&basis),
            };
            parts.faults()
        },
    }
}

body! {
    /// Evidence of delivery.
    struct EvidenceBody {
        kind: EvidenceKind,
        /// A note on it, such as who witnessed.
        note: Option<Text>,
    }
}

nested! { EvidenceBody }

impl GiveAnswer {
    /// What is decided on.
    pub fn draft(&self) -> AnswerDraft {
        AnswerDraft {
            outcome: self.outcome,
            channel: self.channel,
            delivered_at: self.delivered_at,
            evidence: self.evidence.kind,
            on_the_spot: self.on_the_spot.unwrap_or(false),
            answered_by: self.answered_by,
            commitment_on: self.commitment_on,
            basis_given: self.basis.is_some(),
        }
    }

    /// What is sealed.
    pub fn said(&self) -> Words {
        let note = self.evidence.note.as_deref();
        words([("text", Some(&self.text)), ("basis", self.basis.as_deref()), ("evidence_note", note)])
    }
}

body! {
    /// An interim reply.
    #[example = {"text": "已转镇建管办，预计两周内有初步方案。", "channel": "phone",
        "told_at": "2026-11-20T09:30:00+08:00", "next_word_on": "2026-12-04"}]
    struct ReplyMeanwhile {
        /// What was said.
        text: Text,
        channel: WordChannel,
        /// When the visitor was told.
        told_at: PastInstant,
        /// When they will hear again, within the policy's `escalation.interim_every_working_days`.
        next_word_on: PromisedDay
            => |facts| interim::next_word_fits(facts?.day_of(Some(told_at?)), next_word_on?).err(),
    }
}

impl ReplyMeanwhile {
    /// What is decided on.
    pub fn draft(&self) -> InterimDraft {
        InterimDraft { channel: self.channel, told_at: self.told_at, next_word_on: self.next_word_on }
    }
}

body! {
    /// An escalation.
    #[example = {"level": "L3", "reason": "需镇联席会议协调公交公司。"}]
    struct Escalate {
        level: Level,
        /// Why it cannot be answered here.
        reason: Text,
        /// The major issue to join: of the same grid, not concluded, at that level. Without it a new one is made.
        major_issue_id: Option<MajorIssueId>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A command with a reason that must be given.
    #[example = {"reason": "本网格可以直接答复。"}]
    struct Reasoned {
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A command with a reason that may be given.
    #[example = {"reason": "来访人已补充材料。"}]
    struct PerhapsReasoned {
        /// Why.
        reason: Option<Text>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A request for more time.
    #[example = {"reason_code": "needs_site_visit", "reason": "需会同物业现场查看。", "new_due_on": "2026-12-10"}]
    struct RequestExtension {
        reason_code: ExtensionReason,
        /// Why.
        reason: Text,
        /// The date asked for: later than the present one, within the policy's `answer.extension_total_working_days`.
        new_due_on: LastDay,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>
            => |facts| extension::new_day_fits(facts?.day_of(occurred_at?), new_due_on?).err(),
    }
}

body! {
    /// A decision on more time.
    #[example = {"granted": true}]
    struct DecideExtension {
        /// Granted, or refused.
        granted: bool,
        /// Why.
        reason: Option<Text>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// Telling the visitor of more time.
    #[example = {"told_at": "2026-11-24T10:00:00+08:00", "channel": "phone"}]
    struct TellOfExtension {
        /// When the visitor was told: by the old due date, else the extension has no effect.
        told_at: PastInstant,
        channel: WordChannel,
    }
}

body! {
    /// Stopping the clock.
    #[example = {"reason_code": "visitor_facts", "reason": "等待来访人提供门牌号。", "until_on": "2026-12-01"}]
    struct Suspend {
        reason_code: SuspensionReason,
        /// Why.
        reason: Text,
        /// Until when at the latest, within the policy's `suspension.days_max`.
        until_on: LastDay,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            let (facts, since) = (facts?, occurred_at?);
            suspension::last_day_fits(facts.day_of(since), facts.day_of(None), until_on?).err()
        },
    }
}

body! {
    /// A referral to a statutory channel.
    #[example = {"statutory_channel": "arbitration", "reason": "属劳动争议。", "told_at": "2026-11-19T15:00:00+08:00"}]
    struct Refer {
        statutory_channel: StatutoryChannel,
        /// Why.
        reason: Text,
        /// When the visitor was told.
        told_at: PastInstant,
    }
}

body! {
    /// Feedback on the answer.
    #[example = {"satisfaction": "satisfied", "by": "call_back", "given_at": "2026-11-23T10:00:00+08:00"}]
    struct GiveFeedback {
        satisfaction: Satisfaction,
        by: FeedbackBy,
        /// When it was given: within the policy's `feedback.window_working_days` after the delivery.
        given_at: PastInstant,
        /// What was said.
        comment: Option<Text>,
    }
}

impl GiveFeedback {
    /// What is decided on.
    pub fn draft(&self) -> FeedbackDraft {
        FeedbackDraft { satisfaction: self.satisfaction, by: self.by, given_at: self.given_at }
    }
}

body! {
    /// A request to take an issue up again.
    #[example = {"ground": "dissatisfied", "reason": "灯修好两天又坏了。"}]
    struct RequestReopening {
        ground: ReopeningGround,
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A decision on taking an issue up again.
    #[example = {"accepted": true}]
    struct DecideReopening {
        /// Accepted, or refused.
        accepted: bool,
        /// For a second dissatisfaction: the level to which it is escalated at once.
        level: Option<Level> => |_| reopening::refused_without_level(!accepted? && given(&level)).err(),
        /// Why.
        reason: Option<Text>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// The visitor withdraws.
    #[example = {"reason": "问题已自行解决。"}]
    struct Withdraw {
        /// Why.
        reason: Text,
        /// The service goes on of its own motion: the issue stays open.
        on_own_motion: Option<bool>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// Handing the duty to answer over.
    #[example = {"to_delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "reason_code": "long_leave",
        "reason": "外出学习三个月。"}]
    struct HandOver {
        /// To whom: any delegate with a mandate.
        to_delegate_id: DelegateId,
        reason_code: HandoverReason,
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            let (facts, at) = (facts?, occurred_at?);
            let held = facts.reference.delegates.holding(to_delegate_id?, facts.day_of(at));
            held.err().map(|refusal| refusal.at("/to_delegate_id"))
        },
    }
}
