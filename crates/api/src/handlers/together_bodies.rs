//! The bodies of commands on what an issue has with others, and on the way to its visitor: attempts of delivery,
//! commitments, merging, linking, input.

use crate::body::{Fields, choice, claimed, flag, issue, office, past_day, text};
use crate::handlers::commands::occurred_at;
use crate::handlers::issue_bodies::At;
use crate::limits::TEXT_CHARS_MAX;
use crate::vocabulary as schema;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use domain::ids::{IssueId, OfficeId};
use domain::vocabulary::{LinkKind, WordChannel};
use utoipa::ToSchema;
use uuid::Uuid;

/// The visitor was not reached (C-4.4).
#[derive(ToSchema)]
#[schema(example = json!({"attempted_at": "2026-11-23T18:30:00+08:00", "channel": "in_person", "note": "家中无人，已留便条。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct AttemptDelivery {
    /// When it was tried; the same attempt is recorded once.
    attempted_at: DateTime<FixedOffset>,
    #[schema(value_type = schema::WordChannel)]
    channel: String,
    /// What was found.
    #[schema(max_length = 10000)]
    note: Option<String>,
}

pub(crate) struct Attempted {
    pub at: DateTime<Utc>,
    pub channel: WordChannel,
    pub note: Option<String>,
}

pub(crate) fn read_attempt(fields: &mut Fields<'_>) -> Option<Attempted> {
    let at = fields.required("attempted_at", claimed());
    let channel = fields.required("channel", choice(WordChannel::ALL, WordChannel::as_str));
    let note = fields.optional("note", text(TEXT_CHARS_MAX));
    Some(Attempted { at: at?, channel: channel?, note })
}

/// A look at the commitment of a planned answer.
#[derive(ToSchema)]
#[schema(example = json!({"kept": true, "verified_on": "2026-11-24", "note": "现场查看，新灯已亮。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct VerifyCommitment {
    /// Whether what was promised is done. `false` only after the day of the commitment.
    kept: bool,
    /// The day on which somebody looked: not before the answer, not in the future.
    verified_on: NaiveDate,
    /// What was found.
    #[schema(max_length = 10000)]
    note: Option<String>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct Verified {
    pub kept: bool,
    pub verified_on: NaiveDate,
    pub note: Option<String>,
    pub at: At,
}

pub(crate) fn read_verification(fields: &mut Fields<'_>) -> Option<Verified> {
    let kept = fields.required("kept", flag());
    let verified_on = fields.required("verified_on", past_day());
    let note = fields.optional("note", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some(Verified { kept: kept?, verified_on: verified_on?, note, at })
}

/// Merging an issue into another.
#[derive(ToSchema)]
#[schema(example = json!({"primary_issue_id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "reason": "同一楼道的同一盏灯。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Merge {
    /// The issue to be handled with: another open one of the same grid, not merged itself.
    primary_issue_id: Uuid,
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct MergeAsked {
    pub primary: IssueId,
    pub reason: String,
    pub at: At,
}

pub(crate) fn read_merge(fields: &mut Fields<'_>) -> Option<MergeAsked> {
    let primary = fields.required("primary_issue_id", issue());
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some(MergeAsked { primary: primary?, reason: reason?, at })
}

/// Linking an issue to another.
#[derive(ToSchema)]
#[schema(example = json!({"issue_id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "kind": "recurring"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct Link {
    /// The other issue, in whatever grid and state.
    issue_id: Uuid,
    #[schema(value_type = schema::LinkKind)]
    kind: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct LinkAsked {
    pub other: IssueId,
    pub kind: LinkKind,
    pub at: At,
}

pub(crate) fn read_link(fields: &mut Fields<'_>) -> Option<LinkAsked> {
    let other = fields.required("issue_id", issue());
    let kind = fields.required("kind", choice(LinkKind::ALL, LinkKind::as_str));
    let at = occurred_at(fields);
    Some(LinkAsked { other: other?, kind: kind?, at })
}

/// A question to an office.
#[derive(ToSchema)]
#[schema(example = json!({"to_office_id": "0198f3c1-0000-7000-8000-000000000010", "text": "3号楼楼道灯由谁维护？"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct RequestInput {
    /// Who is asked.
    to_office_id: Uuid,
    /// What is asked.
    #[schema(max_length = 10000)]
    text: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) struct InputAsked {
    pub to: OfficeId,
    pub text: String,
    pub at: At,
}

pub(crate) fn read_input_request(fields: &mut Fields<'_>) -> Option<InputAsked> {
    let to = fields.required("to_office_id", office());
    let said = fields.required("text", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some(InputAsked { to: to?, text: said?, at })
}

/// What an office says, in answer to the oldest open request.
#[derive(ToSchema)]
#[schema(example = json!({"text": "由小区物业维护，已转告。"}))]
#[expect(dead_code, reason = "it documents the body")]
pub struct GiveInput {
    /// What was said.
    #[schema(max_length = 10000)]
    text: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

pub(crate) fn read_input(fields: &mut Fields<'_>) -> Option<(String, At)> {
    let said = fields.required("text", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some((said?, at))
}
