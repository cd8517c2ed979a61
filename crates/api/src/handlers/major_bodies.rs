//! The bodies of commands on major issues: what they hold, and how they are read.

use crate::body::{Faults, Fields, Place, choice, day_to_come, flag, id, list, office, past_day, text};
use crate::handlers::commands::occurred_at;
use crate::handlers::issue_bodies::At;
use crate::limits::{SUPPORT_OFFICES_MAX, TEXT_CHARS_MAX};
use crate::vocabulary as schema;
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::ids::{MeetingId, OfficeId};
use domain::major_issue::{assignment, triage};
use domain::vocabulary::{Level, Outcome, StatutoryChannel, TriageDecision};
use utoipa::ToSchema;
use uuid::Uuid;

/// A triage (研判).
#[derive(ToSchema)]
#[schema(example = json!({"decision": "accept", "level": "L3"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Triage {
    #[schema(value_type = schema::TriageDecision)]
    decision: String,
    /// The level it is accepted at, where it is another than the one asked for.
    #[schema(value_type = Option<schema::Level>)]
    level: Option<String>,
    /// Why; a return and a referral need it.
    #[schema(max_length = 10000)]
    reason: Option<String>,
    /// For a referral: where to.
    #[schema(value_type = Option<schema::StatutoryChannel>)]
    statutory_channel: Option<String>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct Triaged {
    pub decision: TriageDecision,
    pub level: Option<Level>,
    pub reason: Option<String>,
    pub statutory_channel: Option<StatutoryChannel>,
    pub at: At,
}

pub(crate) fn read_triage(fields: &mut Fields<'_>) -> Option<Triaged> {
    let decision = fields.required("decision", choice(TriageDecision::ALL, TriageDecision::as_str));
    let sent = |name| fields.holds(name);
    let faults =
        decision.map(|decision| triage::faults(decision, sent("reason"), sent("level"), sent("statutory_channel")));
    let level = fields.optional("level", choice(Level::ALL, Level::as_str));
    let reason = fields.optional("reason", text(TEXT_CHARS_MAX));
    let channel = fields.optional("statutory_channel", choice(StatutoryChannel::ALL, StatutoryChannel::as_str));
    fields.refuse(faults.unwrap_or_default());
    let at = occurred_at(fields);
    Some(Triaged { decision: decision?, level, reason, statutory_channel: channel, at })
}

/// A deliberation (会商).
#[derive(ToSchema)]
#[schema(example = json!({"held_on": "2026-11-24", "decision": "由城建中心牵头，会同公交公司增设站点。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Deliberate {
    /// The day of the meeting.
    held_on: NaiveDate,
    /// The meeting, where it has a record of its own.
    meeting_id: Option<Uuid>,
    /// What was decided.
    #[schema(max_length = 10000)]
    decision: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct Deliberated {
    pub held_on: NaiveDate,
    pub meeting_id: Option<MeetingId>,
    pub decision: String,
    pub at: At,
}

pub(crate) fn read_deliberation(fields: &mut Fields<'_>) -> Option<Deliberated> {
    let held_on = fields.required("held_on", past_day());
    let meeting_id = fields.optional("meeting_id", id());
    let decision = fields.required("decision", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some(Deliberated { held_on: held_on?, meeting_id: meeting_id.map(MeetingId), decision: decision?, at })
}

/// An assignment (交办).
#[derive(ToSchema)]
#[schema(example = json!({"lead_office_id": "0198f3c1-0000-7000-8000-000000000010",
    "support_office_ids": ["0198f3c1-0000-7000-8000-000000000011"], "due_on": "2027-01-08"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Assign {
    /// Who leads (主办).
    lead_office_id: Uuid,
    /// Who supports (协办); not the lead office.
    #[schema(max_items = 20)]
    support_office_ids: Option<Vec<Uuid>>,
    /// When the lead office must report; by default, and at most, what the policy allows at this level.
    due_on: Option<NaiveDate>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct Assigned {
    pub lead: OfficeId,
    pub supports: Vec<OfficeId>,
    pub due_on: Option<NaiveDate>,
    pub at: At,
}

pub(crate) fn read_assignment(fields: &mut Fields<'_>) -> Option<Assigned> {
    let lead = fields.required("lead_office_id", office());
    // An entry that cannot be read keeps its place, so that the pointers of the others are right.
    let one = || |value, place: &Place<'_>, faults: &mut Faults| Some(office()(value, place, faults));
    let supports = fields.optional("support_office_ids", list(SUPPORT_OFFICES_MAX, one)).unwrap_or_default();
    fields.refuse(assignment::not_distinct(lead, &supports));
    let due_on = fields.optional("due_on", day_to_come("C-4.4"));
    let claims_a_time = fields.holds("occurred_at");
    let at = occurred_at(fields);
    if let (Some(facts), Some(due_on)) = (fields.facts(), due_on)
        && claims_a_time == at.is_some()
    {
        fields.refuse(assignment::due_day_fits(facts.day_of(at), due_on).err());
    }
    Some(Assigned { lead: lead?, supports: supports.into_iter().flatten().collect(), due_on, at })
}

/// A decision on a refused dispatch.
#[derive(ToSchema)]
#[schema(example = json!({"upheld": true, "reason": "确属水务站职责。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct DecideRefusal {
    /// The refusal stands, and the matter is deliberated anew; else the office handles it.
    upheld: bool,
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) fn read_refusal_decision(fields: &mut Fields<'_>) -> Option<(bool, String, At)> {
    let upheld = fields.required("upheld", flag());
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some((upheld?, reason?, at))
}

/// The lead office's report (反馈).
#[derive(ToSchema)]
#[schema(example = json!({"outcome": "resolved", "basis": "《上海市公共汽车和电车客运管理条例》", "text": "已增设站点，12月1日起停靠。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct ReportOutcome {
    #[schema(value_type = schema::Outcome)]
    outcome: String,
    /// On which basis.
    #[schema(max_length = 10000)]
    basis: String,
    /// What was done.
    #[schema(max_length = 10000)]
    text: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct Reported {
    pub outcome: Outcome,
    pub basis: String,
    pub text: String,
    pub at: At,
}

pub(crate) fn read_report(fields: &mut Fields<'_>) -> Option<Reported> {
    let outcome = fields.required("outcome", choice(Outcome::ALL, Outcome::as_str));
    let basis = fields.required("basis", text(TEXT_CHARS_MAX));
    let said = fields.required("text", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some(Reported { outcome: outcome?, basis: basis?, text: said?, at })
}

/// A verification (核查) by another office than the lead.
#[derive(ToSchema)]
#[schema(example = json!({"confirmed": true, "by_office_id": "0198f3c1-0000-7000-8000-000000000012", "note": "现场查看，站牌已立。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct VerifyOutcome {
    /// Confirmed; else it goes back for rework.
    confirmed: bool,
    /// Who verified; not the lead office.
    by_office_id: Uuid,
    /// What was found.
    #[schema(max_length = 10000)]
    note: Option<String>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct Verified {
    pub confirmed: bool,
    pub by: OfficeId,
    pub note: Option<String>,
    pub at: At,
}

pub(crate) fn read_verification(fields: &mut Fields<'_>) -> Option<Verified> {
    let confirmed = fields.required("confirmed", flag());
    let by = fields.required("by_office_id", office());
    let note = fields.optional("note", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some(Verified { confirmed: confirmed?, by: by?, note, at })
}

/// A change of level.
#[derive(ToSchema)]
#[schema(example = json!({"to": "L4", "reason": "涉及区级规划，镇级无权决定。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct ChangeLevel {
    /// The level it then stands at.
    #[schema(value_type = schema::Level)]
    to: String,
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) fn read_level_change(fields: &mut Fields<'_>) -> Option<(Level, String, At)> {
    let to = fields.required("to", choice(Level::ALL, Level::as_str));
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some((to?, reason?, at))
}

/// The conclusion (终结).
#[derive(ToSchema)]
#[schema(example = json!({"outcome": "resolved", "text": "已增设公交站点，请各首问责任人分别答复。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Conclude {
    #[schema(value_type = schema::Outcome)]
    outcome: String,
    /// What came of it.
    #[schema(max_length = 10000)]
    text: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) fn read_conclusion(fields: &mut Fields<'_>) -> Option<(Outcome, String, At)> {
    let outcome = fields.required("outcome", choice(Outcome::ALL, Outcome::as_str));
    let said = fields.required("text", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some((outcome?, said?, at))
}
