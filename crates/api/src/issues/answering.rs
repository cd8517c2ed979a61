//! What a visitor is told, and says of it: taking, interim replies, the final answer, feedback (谁接待、谁答复).

use crate::http::extract::{Command, PathId};
use crate::input::bodies::Plain;
use crate::input::body::{PastInstant, PromisedDay, Text, body, given, nested};
use crate::issues::changed::{IssueChanged, on_issue};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::change::{Words, words};
use domain::ids::DelegateId;
use domain::issue::answering::{AnswerDraft, AnswerParts};
use domain::issue::feedback::FeedbackDraft;
use domain::issue::interim;
use domain::issue::interim::InterimDraft;
use domain::vocabulary::{AnswerChannel, EvidenceKind, FeedbackBy, Outcome, Satisfaction, WordChannel};

/// Take an issue in hand
///
/// 受理：已登记的事项转为办理中。
///
/// Takes the issue in hand: from registered (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/taking", tag = "issues", request_body = Plain, responses(
    (status = 200, description = "办理中。In hand.", body = IssueChanged),
))]
pub(crate) async fn take(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, Plain::read, async |call, id, body| {
        app.casework.take_issue(call, id, body.occurred_at).await
    })
    .await
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
    /// Evidence of delivery.
    struct EvidenceBody {
        kind: EvidenceKind,
        /// A note on it, such as who witnessed.
        note: Option<Text>,
    }
}

nested! { EvidenceBody }

/// Give the final answer
///
/// 正式答复：谁接待、谁答复，只有首问责任人可以答复。对已登记而未受理的事项，答复即受理。
///
/// The final answer: only the responsible delegate answers. On a registered issue it implies taking (C-3.6, C-4.4).
#[utoipa::path(post, path = "/v1/issues/{id}/answers", tag = "issues", request_body = GiveAnswer, responses(
    (status = 200, description = "已答复。Answered.", body = IssueChanged),
))]
pub(crate) async fn give_answer(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, GiveAnswer::read, async |call, id, body| {
        app.casework.answer_issue(call, id, &body.draft(), &body.said()).await
    })
    .await
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

/// Give an interim reply
///
/// 阶段性答复：告知来访人进展；正式答复的计时不停。
///
/// An interim reply: tells the visitor how far it is. It never stops the clock of the answer (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/interim-replies",
    tag = "issues", request_body = ReplyMeanwhile, responses(
    (status = 200, description = "已告知。Told.", body = IssueChanged),
))]
pub(crate) async fn reply_meanwhile(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, ReplyMeanwhile::read, async |call, id, body| {
        app.casework.reply_meanwhile(call, id, &body.draft(), &body.text).await
    })
    .await
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

/// Record feedback on the answer
///
/// 记录来访人评价：送达后规则的 `feedback.window_working_days` 个工作日内有效，后来的取代先前的。
/// 没有评价不等于满意。
///
/// Records the visitor's feedback: it counts within `feedback.window_working_days` working days of the policy after
/// delivery, and a later one replaces an earlier one. No feedback never means satisfied (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/feedback", tag = "issues", request_body = GiveFeedback, responses(
    (status = 200, description = "已记录。Recorded.", body = IssueChanged),
))]
pub(crate) async fn feedback(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, GiveFeedback::read, async |call, id, body| {
        app.casework.record_feedback(call, id, &body.draft(), body.comment.as_deref()).await
    })
    .await
}
