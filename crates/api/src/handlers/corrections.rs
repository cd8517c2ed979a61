//! Correcting the record of issues and receptions: `…/corrections`, `…/corrections/decision`.

use crate::body::{Fields, flag, line, scalar, text, whole};
use crate::command::{Command, PathId};
use crate::handlers::commands::{CommandResult, changed, occurred_at, run, settle};
use crate::handlers::issues::{IssueChanged, on_issue};
use crate::limits::{POSITION_MAX, TEXT_CHARS_MAX};
use crate::office::Office;
use crate::problem::Problem;
use crate::views::absent;
use crate::views::issue::IssueView;
use crate::views::reception::ReceptionView;
use actix_web::{HttpResponse, web};
use casework::corrections::{CorrectedReception, CorrectionDecision, NewCorrection};
use casework::transact::Outcome;
use chrono::{DateTime, FixedOffset};
use domain::correction::{self, CorrectedValue, Field, Known};
use domain::ids::ReceptionId;
use domain::refusal;
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;

/// Longest pointer, and longest code, id, date or instant.
const LINE_CHARS_MAX: usize = 200;

/// A correction of one value of one event.
#[derive(ToSchema)]
#[schema(example = json!({"event_version": 1, "pointer": "/public/topic", "value": "housing", "reason": "登记时选错了主题。"}))]
#[expect(dead_code, reason = "it documents the body; NewCorrection is what is read")]
pub struct Correct {
    /// Version of the event to correct, as the history shows it.
    #[schema(minimum = 1)]
    event_version: u64,
    /// What of it, as the history shows it: `/public/…`, `/personal/<box>/<member>` or `/occurred_at`. What may be
    /// corrected of an event is a closed list; another pointer is answered with that list.
    #[schema(max_length = 200)]
    pointer: String,
    value: CorrectionValue,
    /// Why.
    #[schema(max_length = 10000)]
    reason: String,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

/// The right value: a text, a code, an id, a date or an instant with its offset; a whole number; true or false.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(example = json!("housing"))]
#[expect(dead_code, reason = "it documents the body")]
pub enum CorrectionValue {
    /// A text, a code, an id, a date or an instant.
    Text(String),
    /// An index from 0.
    Whole(u64),
    /// Yes or no.
    Flag(bool),
}

/// `table` says what of such a record may be corrected.
fn read_correction(fields: &mut Fields<'_>, table: &[Field]) -> Option<NewCorrection> {
    let event_version = fields.required("event_version", whole(1..=POSITION_MAX));
    let pointer = fields.required("pointer", line(LINE_CHARS_MAX));
    // Words may be long and have lines; everything else is a line.
    let value = if pointer.as_ref().is_some_and(|pointer| pointer.starts_with("/personal/")) {
        fields.required("value", text(TEXT_CHARS_MAX)).map(CorrectedValue::Text)
    } else {
        fields.required("value", scalar(LINE_CHARS_MAX))
    };
    if let (Some(facts), Some(pointer), Some(value)) = (fields.facts(), &pointer, &value) {
        let known = Known { people: facts.people(), policies: &facts.reference.policies, now: facts.now };
        fields.refuse(correction::possible(table, pointer, value, &known).err());
    }
    let reason = fields.required("reason", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some(NewCorrection { event_version: event_version?, pointer: pointer?, value: value?, reason: reason?, at })
}

/// A decision on a correction that waits.
#[derive(ToSchema)]
#[schema(example = json!({"event_version": 3, "approved": true}))]
#[expect(dead_code, reason = "it documents the body; CorrectionDecision is what is read")]
pub struct DecideCorrection {
    /// Version of the event whose correction waits; of each event at most one does.
    #[schema(minimum = 1)]
    event_version: u64,
    /// Approved, or refused.
    approved: bool,
    /// Why; a refusal needs it.
    #[schema(max_length = 10000)]
    reason: Option<String>,
    /// When it happened; by default now.
    occurred_at: Option<DateTime<FixedOffset>>,
}

fn read_decision(fields: &mut Fields<'_>) -> Option<CorrectionDecision> {
    let event_version = fields.required("event_version", whole(1..=POSITION_MAX));
    let approved = fields.required("approved", flag());
    if approved == Some(false) && !fields.holds("reason") {
        fields.fault("reason", refusal::Code::ReasonMissing);
    }
    let reason = fields.optional("reason", text(TEXT_CHARS_MAX));
    let at = occurred_at(fields);
    Some(CorrectionDecision { event_version: event_version?, approved: approved?, reason, at })
}

/// Correct the record of an issue
///
/// 更正事项：不修改原记录，另记一条更正，原记录留在历史中；涉及日期、人员、结果的，须经批准后生效。
///
/// Corrects an issue: nothing is edited, a linked event says what is right, and the original stays in the history.
/// What changes a date, a person or an outcome waits for a decision.
#[utoipa::path(post, path = "/v1/issues/{id}/corrections", tag = "issues", request_body = Correct, responses(
    (status = 200, description = "已更正，或已提出待批准。Corrected, or proposed where approval is needed.", body = IssueChanged),
))]
pub(crate) async fn correct_issue(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let read = |fields: &mut Fields<'_>| read_correction(fields, domain::issue::correcting::FIELDS);
    on_issue(&office, id, &command, read, async |call, id, new| office.casework.correct_issue(call, id, &new).await)
        .await
}

/// Decide on a correction of an issue
///
/// 决定更正：批准即生效，不准须说明理由。
///
/// Decides on a correction: approved, it takes effect; a refusal says why.
#[utoipa::path(post, path = "/v1/issues/{id}/corrections/decision",
    tag = "issues", request_body = DecideCorrection, responses(
    (status = 200, description = "已决定。Decided.", body = IssueChanged),
))]
pub(crate) async fn decide_issue_correction(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, read_decision, async |call, id, decision| {
        office.casework.decide_issue_correction(call, id, &decision).await
    })
    .await
}

/// A reception after a command.
#[derive(Serialize, ToSchema)]
pub struct ReceptionChanged {
    /// The reception as it now is.
    reception: ReceptionView,
    /// Its issues, where a corrected time was carried to them.
    #[serde(skip_serializing_if = "absent")]
    issues: Option<Vec<IssueView>>,
    /// Position of the command's last event.
    position: u64,
}

/// Correct the record of a reception
///
/// 更正联系记录：不修改原记录，另记一条更正，原记录留在历史中；涉及日期、人员的，须经批准后生效。
///
/// Corrects a reception: nothing is edited, a linked event says what is right, and the original stays in the
/// history. What changes a date or a person waits for a decision.
#[utoipa::path(post, path = "/v1/receptions/{id}/corrections",
    tag = "receptions", request_body(content = Correct, example = json!({
    "event_version": 1, "pointer": "/public/form", "value": "appointment", "reason": "登记时选错了方式。"
})), responses(
    (status = 200, description = "已更正，或已提出待批准。Corrected, or proposed where approval is needed.", body = ReceptionChanged),
))]
pub(crate) async fn correct_reception(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let id = ReceptionId(id.0);
    let read = |fields: &mut Fields<'_>| read_correction(fields, domain::reception::correcting::FIELDS);
    let ran =
        run(&office, &command, read, async |call, new| office.casework.correct_reception(call, id, &new).await).await?;
    shown(&office, id, &command, ran).await
}

/// Decide on a correction of a reception
///
/// 决定更正联系记录：批准即生效，不准须说明理由。
/// 更正接待时间的，同时更正其中提出的各事项，一次全部记录：首个期限未到期的随之重算，只延不缩。
///
/// Decides on the correction of a reception: approved, it takes effect; a refusal says why. A corrected `held_at`
/// is carried to every issue raised there, in one append: open first due dates move later where they count from it,
/// none becomes earlier.
#[utoipa::path(post, path = "/v1/receptions/{id}/corrections/decision",
    tag = "receptions", request_body = DecideCorrection, responses(
    (status = 200, description = "已决定。Decided.", body = ReceptionChanged),
))]
pub(crate) async fn decide_reception_correction(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let id = ReceptionId(id.0);
    let ran = run(&office, &command, read_decision, async |call, decision| {
        office.casework.decide_reception_correction(call, id, &decision).await
    })
    .await?;
    shown(&office, id, &command, ran).await
}

async fn shown(
    office: &Office,
    id: ReceptionId,
    command: &Command,
    ran: Outcome<CorrectedReception>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &CorrectedReception| (did.position, office.present());
    let load = async |record: &CommandRecord| office.casework.corrected_reception(id, record.last).await;
    let CommandResult { did: corrected, moment, replayed } = settle(office, command, ran, now, load).await?;
    let mut issues = Vec::with_capacity(corrected.issues.len());
    for (id, file) in &corrected.issues {
        issues.push(IssueView::of(office, *id, file, &moment).await?);
    }
    let reception = ReceptionView::of(office, id, &corrected.reception, &moment).await?;
    let issues = (!issues.is_empty()).then_some(issues);
    let done = changed(corrected.reception.version.0, replayed);
    Ok(done.answer(ReceptionChanged { reception, issues, position: corrected.position.0 }))
}
