//! The bodies of commands on issues: what they hold, and how they are read.

use crate::body::{Fields, choice, claimed, day_to_come, delegate, flag, major_issue, object, text};
use crate::handlers::commands::occurred_at;
use crate::limits::TEXT_CHARS_MAX;
use crate::vocabulary as schema;
use casework::change::{Words, words};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use domain::ids::{DelegateId, MajorIssueId};
use domain::issue::answering::{AnswerDraft, AnswerParts};
use domain::issue::feedback::FeedbackDraft;
use domain::issue::interim::{self, InterimDraft};
use domain::issue::{extension, reopening, suspension};
use domain::vocabulary::{
    AnswerChannel, EvidenceKind, ExtensionReason, FeedbackBy, HandoverReason, Level, Outcome, ReopeningGround,
    Satisfaction, StatutoryChannel, SuspensionReason, WordChannel,
};
use utoipa::ToSchema;
use uuid::Uuid;

/// A command that says nothing but that it happened.
#[derive(ToSchema)]
#[schema(example = json!({}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Plain {
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) type At = Option<DateTime<Utc>>;

pub(crate) fn read_plain(fields: &mut Fields<'_>) -> Option<At> {
    Some(occurred_at(fields))
}

/// A final answer.
#[derive(ToSchema)]
#[schema(example = json!({"outcome": "resolved", "channel": "oral", "text": "已联系物业，当天更换了楼道灯。",
    "delivered_at": "2026-11-19T14:20:00+08:00", "evidence": {"kind": "visitor_confirmation"}, "on_the_spot": true}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct GiveAnswer {
    #[schema(value_type = schema::Outcome)]
    outcome: String,
    #[schema(value_type = schema::AnswerChannel)]
    channel: String,
    /// What was said.
    #[schema(max_length = 10000)]
    text: String,
    /// When it was delivered.
    delivered_at: DateTime<FixedOffset>,
    /// What shows that it arrived: oral needs confirmation, witness or signature; written needs signature, receipt or
    /// posting, which needs the attempts that the policy names, or an issue carried on of its own motion.
    evidence: EvidenceBody,
    /// Given at the reception itself; only of a registered issue, on the day held.
    on_the_spot: Option<bool>,
    /// The delegate who spoke; by default the caller's own, else the responsible one.
    answered_by: Option<Uuid>,
    /// For `planned`: when it is to be done.
    commitment_on: Option<NaiveDate>,
    /// For `declined`: on which basis.
    #[schema(max_length = 10000)]
    basis: Option<String>,
}

/// Evidence of delivery.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the body")]
pub struct EvidenceBody {
    #[schema(value_type = schema::EvidenceKind)]
    kind: String,
    /// A note on it, such as who witnessed.
    #[schema(max_length = 10000)]
    note: Option<String>,
}

pub(crate) struct Answer {
    pub draft: AnswerDraft,
    pub said: Words,
}

pub(crate) fn read_answer(fields: &mut Fields<'_>) -> Option<Answer> {
    let outcome = fields.required("outcome", choice(Outcome::ALL, Outcome::as_str));
    let channel = fields.required("channel", choice(AnswerChannel::ALL, AnswerChannel::as_str));
    let said = fields.required("text", text(TEXT_CHARS_MAX));
    let delivered_at = fields.required("delivered_at", claimed());
    let evidence = fields.required(
        "evidence",
        object(|evidence| {
            let kind = evidence.required("kind", choice(EvidenceKind::ALL, EvidenceKind::as_str));
            let note = evidence.optional("note", text(TEXT_CHARS_MAX));
            Some((kind?, note))
        }),
    );
    let on_the_spot = fields.optional("on_the_spot", flag());
    let answered_by = fields.optional("answered_by", delegate());
    let (commitment_given, basis_given) = (fields.holds("commitment_on"), fields.holds("basis"));
    let commitment_on = fields.optional("commitment_on", day_to_come("C-3.6"));
    let basis = fields.optional("basis", text(TEXT_CHARS_MAX));
    let parts = AnswerParts {
        outcome,
        channel,
        delivered_on: delivered_at.zip(fields.facts()).map(|(at, facts)| facts.day_of(Some(at))),
        evidence: evidence.as_ref().map(|(kind, _)| *kind),
        commitment_given,
        commitment_on,
        basis_given,
    };
    fields.refuse(parts.faults());
    let (evidence, note) = evidence?;
    Some(Answer {
        draft: AnswerDraft {
            outcome: outcome?,
            channel: channel?,
            delivered_at: delivered_at?,
            evidence,
            on_the_spot: on_the_spot.unwrap_or(false),
            answered_by,
            commitment_on,
            basis_given: basis.is_some(),
        },
        said: words([("text", Some(&said?)), ("basis", basis.as_deref()), ("evidence_note", note.as_deref())]),
    })
}

/// An interim reply.
#[derive(ToSchema)]
#[schema(example = json!({"text": "已转镇建管办，预计两周内有初步方案。", "channel": "phone",
    "told_at": "2026-11-20T09:30:00+08:00", "next_word_on": "2026-12-04"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct ReplyMeanwhile {
    /// What was said.
    #[schema(max_length = 10000)]
    text: String,
    #[schema(value_type = schema::WordChannel)]
    channel: String,
    /// When the visitor was told.
    told_at: DateTime<FixedOffset>,
    /// When they will hear again, within the working days that the policy allows.
    next_word_on: NaiveDate,
}

pub(crate) fn read_interim(fields: &mut Fields<'_>) -> Option<(InterimDraft, String)> {
    let said = fields.required("text", text(TEXT_CHARS_MAX));
    let channel = fields.required("channel", choice(WordChannel::ALL, WordChannel::as_str));
    let told_at = fields.required("told_at", claimed());
    let next_word_on = fields.required("next_word_on", day_to_come("C-3.6"));
    if let (Some(facts), Some(told_at), Some(next)) = (fields.facts(), told_at, next_word_on) {
        fields.refuse(interim::next_word_fits(facts.day_of(Some(told_at)), next).err());
    }
    Some((InterimDraft { channel: channel?, told_at: told_at?, next_word_on: next_word_on? }, said?))
}

/// An escalation.
#[derive(ToSchema)]
#[schema(example = json!({"level": "L3", "reason": "需镇联席会议协调公交公司。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Escalate {
    #[schema(value_type = schema::Level)]
    level: String,
    /// Why it cannot be answered here.
    #[schema(max_length = 10000)]
    reason: String,
    /// The major issue to join: of the same grid, not concluded, at that level. Without it a new one is made.
    major_issue_id: Option<Uuid>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct Escalation {
    pub level: Level,
    pub reason: String,
    pub join: Option<MajorIssueId>,
    pub at: At,
}

pub(crate) fn read_escalation(fields: &mut Fields<'_>) -> Option<Escalation> {
    let level = fields.required("level", choice(Level::ALL, Level::as_str));
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let join = fields.optional("major_issue_id", major_issue());
    let at = occurred_at(fields);
    Some(Escalation { level: level?, reason: reason?, join, at })
}

/// A command with a reason that must be given.
#[derive(ToSchema)]
#[schema(example = json!({"reason": "本网格可以直接答复。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Reasoned {
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) fn read_reasoned(fields: &mut Fields<'_>) -> Option<(String, At)> {
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some((reason?, at))
}

/// A command with a reason that may be given.
#[derive(ToSchema)]
#[schema(example = json!({"reason": "来访人已补充材料。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct PerhapsReasoned {
    /// Why.
    #[schema(max_length = 10000)]
    reason: Option<String>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) fn read_perhaps_reasoned(fields: &mut Fields<'_>) -> Option<(Option<String>, At)> {
    let reason = fields.optional("reason", text(TEXT_CHARS_MAX));
    Some((reason, occurred_at(fields)))
}

/// A request for more time.
#[derive(ToSchema)]
#[schema(example = json!({"reason_code": "needs_site_visit", "reason": "需会同物业现场查看。", "new_due_on": "2026-12-10"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct RequestExtension {
    #[schema(value_type = schema::ExtensionReason)]
    reason_code: String,
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// The date asked for: later than the present one, within the working days in all that the policy allows.
    new_due_on: NaiveDate,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct ExtensionAsked {
    pub reason_code: ExtensionReason,
    pub reason: String,
    pub new_due_on: NaiveDate,
    pub at: At,
}

pub(crate) fn read_extension(fields: &mut Fields<'_>) -> Option<ExtensionAsked> {
    let reason_code = fields.required("reason_code", choice(ExtensionReason::ALL, ExtensionReason::as_str));
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let new_due_on = fields.required("new_due_on", day_to_come("C-4.4"));
    let claims_a_time = fields.holds("occurred_at");
    let at = occurred_at(fields);
    if let (Some(facts), Some(new_due_on)) = (fields.facts(), new_due_on)
        && claims_a_time == at.is_some()
    {
        fields.refuse(extension::new_day_fits(facts.day_of(at), new_due_on).err());
    }
    Some(ExtensionAsked { reason_code: reason_code?, reason: reason?, new_due_on: new_due_on?, at })
}

/// A decision on more time.
#[derive(ToSchema)]
#[schema(example = json!({"granted": true}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct DecideExtension {
    /// Granted, or refused.
    granted: bool,
    /// Why.
    #[schema(max_length = 10000)]
    reason: Option<String>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) fn read_extension_decision(fields: &mut Fields<'_>) -> Option<(bool, Option<String>, At)> {
    let granted = fields.required("granted", flag());
    let reason = fields.optional("reason", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some((granted?, reason, at))
}

/// Telling the visitor of more time.
#[derive(ToSchema)]
#[schema(example = json!({"told_at": "2026-11-24T10:00:00+08:00", "channel": "phone"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct TellOfExtension {
    /// When the visitor was told: by the old due date, else the extension has no effect.
    told_at: DateTime<FixedOffset>,
    #[schema(value_type = schema::WordChannel)]
    channel: String,
}

pub(crate) fn read_extension_told(fields: &mut Fields<'_>) -> Option<(DateTime<Utc>, WordChannel)> {
    let told_at = fields.required("told_at", claimed());
    let channel = fields.required("channel", choice(WordChannel::ALL, WordChannel::as_str));
    Some((told_at?, channel?))
}

/// Stopping the clock.
#[derive(ToSchema)]
#[schema(example = json!({"reason_code": "visitor_facts", "reason": "等待来访人提供门牌号。", "until_on": "2026-12-01"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Suspend {
    #[schema(value_type = schema::SuspensionReason)]
    reason_code: String,
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// Until when at the latest, within the days that the policy allows.
    until_on: NaiveDate,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct Suspended {
    pub reason_code: SuspensionReason,
    pub reason: String,
    pub until_on: NaiveDate,
    pub at: At,
}

pub(crate) fn read_suspension(fields: &mut Fields<'_>) -> Option<Suspended> {
    let reason_code = fields.required("reason_code", choice(SuspensionReason::ALL, SuspensionReason::as_str));
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let until_on = fields.required("until_on", day_to_come("C-4.4"));
    let claims_a_time = fields.holds("occurred_at");
    let at = occurred_at(fields);
    // Where the time it was sent with cannot be read, nothing is said of how the last day stands to it.
    if let (Some(facts), Some(until_on)) = (fields.facts(), until_on)
        && claims_a_time == at.is_some()
    {
        fields.refuse(suspension::last_day_fits(facts.day_of(at), facts.day_of(None), until_on).err());
    }
    Some(Suspended { reason_code: reason_code?, reason: reason?, until_on: until_on?, at })
}

/// A referral to a statutory channel.
#[derive(ToSchema)]
#[schema(example = json!({"statutory_channel": "arbitration", "reason": "属劳动争议。", "told_at": "2026-11-19T15:00:00+08:00"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Refer {
    #[schema(value_type = schema::StatutoryChannel)]
    statutory_channel: String,
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// When the visitor was told.
    told_at: DateTime<FixedOffset>,
}

pub(crate) fn read_referral(fields: &mut Fields<'_>) -> Option<(StatutoryChannel, String, DateTime<Utc>)> {
    let channel = fields.required("statutory_channel", choice(StatutoryChannel::ALL, StatutoryChannel::as_str));
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let told_at = fields.required("told_at", claimed());
    Some((channel?, reason?, told_at?))
}

/// Feedback on the answer.
#[derive(ToSchema)]
#[schema(example = json!({"satisfaction": "satisfied", "by": "call_back", "given_at": "2026-11-23T10:00:00+08:00"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct GiveFeedback {
    #[schema(value_type = schema::Satisfaction)]
    satisfaction: String,
    #[schema(value_type = schema::FeedbackBy)]
    by: String,
    /// When it was given: within the policy's window after the delivery.
    given_at: DateTime<FixedOffset>,
    /// What was said.
    #[schema(max_length = 10000)]
    comment: Option<String>,
}

pub(crate) fn read_feedback(fields: &mut Fields<'_>) -> Option<(FeedbackDraft, Option<String>)> {
    let satisfaction = fields.required("satisfaction", choice(Satisfaction::ALL, Satisfaction::as_str));
    let by = fields.required("by", choice(FeedbackBy::ALL, FeedbackBy::as_str));
    let given_at = fields.required("given_at", claimed());
    let comment = fields.optional("comment", text(TEXT_CHARS_MAX));
    Some((FeedbackDraft { satisfaction: satisfaction?, by: by?, given_at: given_at? }, comment))
}

/// A request to take an issue up again.
#[derive(ToSchema)]
#[schema(example = json!({"ground": "dissatisfied", "reason": "灯修好两天又坏了。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct RequestReopening {
    #[schema(value_type = schema::ReopeningGround)]
    ground: String,
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) fn read_reopening(fields: &mut Fields<'_>) -> Option<(ReopeningGround, String, At)> {
    let ground = fields.required("ground", choice(ReopeningGround::ALL, ReopeningGround::as_str));
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some((ground?, reason?, at))
}

/// A decision on taking an issue up again.
#[derive(ToSchema)]
#[schema(example = json!({"accepted": true}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct DecideReopening {
    /// Accepted, or refused.
    accepted: bool,
    /// For a second dissatisfaction: the level to which it is escalated at once.
    #[schema(value_type = Option<schema::Level>)]
    level: Option<String>,
    /// Why.
    #[schema(max_length = 10000)]
    reason: Option<String>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct ReopeningDecided {
    pub accepted: bool,
    pub level: Option<Level>,
    pub reason: Option<String>,
    pub at: At,
}

pub(crate) fn read_reopening_decision(fields: &mut Fields<'_>) -> Option<ReopeningDecided> {
    let accepted = fields.required("accepted", flag());
    let levelled = fields.holds("level");
    let level = fields.optional("level", choice(Level::ALL, Level::as_str));
    if accepted == Some(false) {
        fields.refuse(reopening::refused_without_level(levelled).err());
    }
    let reason = fields.optional("reason", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some(ReopeningDecided { accepted: accepted?, level, reason, at })
}

/// The visitor withdraws.
#[derive(ToSchema)]
#[schema(example = json!({"reason": "问题已自行解决。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Withdraw {
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// The service goes on of its own motion: the issue stays open.
    on_own_motion: Option<bool>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) fn read_withdrawal(fields: &mut Fields<'_>) -> Option<(String, bool, At)> {
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let on_own_motion = fields.optional("on_own_motion", flag()).unwrap_or(false);
    let at = occurred_at(fields);
    Some((reason?, on_own_motion, at))
}

/// Handing the duty to answer over.
#[derive(ToSchema)]
#[schema(example = json!({"to_delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "reason_code": "long_leave", "reason": "外出学习三个月。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct HandOver {
    /// To whom: any delegate with a mandate.
    to_delegate_id: Uuid,
    #[schema(value_type = schema::HandoverReason)]
    reason_code: String,
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct HandedOver {
    pub to: DelegateId,
    pub reason_code: HandoverReason,
    pub reason: String,
    pub at: At,
}

pub(crate) fn read_handover(fields: &mut Fields<'_>) -> Option<HandedOver> {
    let to = fields.required("to_delegate_id", delegate());
    let reason_code = fields.required("reason_code", choice(HandoverReason::ALL, HandoverReason::as_str));
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let claims_a_time = fields.holds("occurred_at");
    let at = occurred_at(fields);
    if let (Some(facts), Some(to)) = (fields.facts(), to)
        && claims_a_time == at.is_some()
    {
        let held = facts.reference.delegates.holding(to, facts.day_of(at));
        fields.refuse(held.err().map(|refusal| refusal.at("/to_delegate_id")));
    }
    Some(HandedOver { to: to?, reason_code: reason_code?, reason: reason?, at })
}
