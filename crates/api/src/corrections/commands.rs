//! Correcting the record of issues, receptions and sessions: `…/corrections`, `…/corrections/decision`.

use crate::http::commands::{CommandResult, changed, run, settle};
use crate::http::extract::{Command, PathId};
use crate::http::response::absent;
use crate::input::body::{Faults, Fields, Kind, Line, PastInstant, Place, Text, VersionNumber, body, scalar};
#[cfg(test)]
use crate::input::body::{Schemas, refer_to};
use crate::issues::changed::{IssueChanged, on_issue};
use crate::issues::view::IssueView;
use crate::problem::Problem;
use crate::receptions::view::ReceptionView;
use crate::sessions::changed::{SessionChanged, on_session};
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::corrections::{CorrectedReception, CorrectionDecision, NewCorrection};
use casework::transact::Outcome;
use domain::correction::{self, CorrectedValue, Field, Known};
use domain::ids::ReceptionId;
use domain::refusal;
use event_store::CommandRecord;
use serde::Serialize;
use serde_json::{Value, json};
#[cfg(test)]
use utoipa::PartialSchema;
use utoipa::ToSchema;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOf, Schema, SchemaFormat, Type};

/// Longest pointer, and longest code, id, date or instant.
const LINE_CHARS_MAX: usize = 200;

body! {
    /// A correction of one value of one event.
    #[example = {"event_version": 1, "pointer": "/public/topic", "value": "housing", "reason": "登记时选错了主题。"}]
    // The table says what of such a record may be corrected.
    struct Correct(table: &[Field]) {
        /// Version of the event to correct, as the history shows it.
        event_version: VersionNumber,
        /// What of it, as the history shows it: `/public/…`, `/personal/<box>/<member>` or `/occurred_at`. What may be
        /// corrected of an event is a closed list; another pointer is answered with that list.
        pointer: Line<LINE_CHARS_MAX>,
        value: CorrectionValue = |fields| value_at(fields, pointer.as_deref()) => |facts| {
            let facts = facts?;
            let known = Known { people: facts.people(), policies: &facts.reference.policies, now: facts.now };
            correction::possible(table, pointer.as_ref()?, value.as_ref()?, &known).err()
        },
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

impl Correct {
    /// What is corrected.
    pub(crate) fn correction(self) -> NewCorrection {
        NewCorrection {
            event_version: self.event_version,
            pointer: self.pointer,
            value: self.value,
            reason: self.reason,
            at: self.occurred_at,
        }
    }
}

/// Words may be long and have lines; everything else is a line.
fn value_at(fields: &mut Fields<'_>, pointer: Option<&str>) -> Option<CorrectedValue> {
    if pointer.is_some_and(|pointer| pointer.starts_with("/personal/")) {
        fields.field::<Text>("value").map(CorrectedValue::Text)
    } else {
        fields.field::<CorrectionValue>("value")
    }
}

/// A right value that is no words.
pub struct CorrectionValue;

impl Kind for CorrectionValue {
    type Value = CorrectedValue;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<CorrectedValue> {
        scalar(LINE_CHARS_MAX)(value, place, faults)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        refer_to::<Self>()
    }

    #[cfg(test)]
    fn schemas(schemas: &mut Schemas) {
        schemas.push((Self::name().into_owned(), <Self as PartialSchema>::schema()));
    }
}

#[cfg(test)]
impl ToSchema for CorrectionValue {}

#[cfg(test)]
impl PartialSchema for CorrectionValue {
    fn schema() -> RefOr<Schema> {
        let choice = |of: Type, said: &str| ObjectBuilder::new().schema_type(of).description(Some(said));
        let index = choice(Type::Integer, "A count, or an index from 0.").minimum(Some(0));
        let mut values = OneOf::new();
        values.description = Some(
            "The right value: a text, a code, an id, a date or an instant with its offset; a whole number; true or false."
                .to_owned(),
        );
        values.example = Some(json!("housing"));
        values.items = vec![
            choice(Type::String, "A text, a code, an id, a date or an instant.").into(),
            index.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64))).into(),
            choice(Type::Boolean, "Yes or no.").into(),
        ];
        Schema::OneOf(values).into()
    }
}

body! {
    /// A decision on a correction that waits.
    #[example = {"event_version": 3, "approved": true}]
    struct DecideCorrection {
        /// Version of the event whose correction waits; of each event at most one does.
        event_version: VersionNumber,
        /// Approved, or refused.
        approved: bool,
        /// Why; a refusal needs it.
        reason: Option<Text> = |fields| reason_of(fields, approved),
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

impl DecideCorrection {
    /// What was decided.
    pub(crate) fn decision(self) -> CorrectionDecision {
        CorrectionDecision {
            event_version: self.event_version,
            approved: self.approved,
            reason: self.reason,
            at: self.occurred_at,
        }
    }
}

/// A reason, which a refusal needs.
fn reason_of(fields: &mut Fields<'_>, approved: Option<bool>) -> Option<Option<String>> {
    if approved == Some(false) && !fields.holds("reason") {
        fields.fault("reason", refusal::Code::ReasonMissing);
    }
    fields.field::<Option<Text>>("reason")
}

/// Correct the record of an issue
///
/// 更正事项：不修改原记录，另记一条更正，原记录留在历史中；涉及日期、人员、结果的，须经批准后生效。
///
/// Corrects an issue: nothing is edited, a linked event says what is right, and the original stays in the history.
/// What changes a date, a person or an outcome waits for a decision (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/corrections", tag = "issues", request_body = Correct, responses(
    (status = 200, description = "已更正，或已提出待批准。Corrected, or proposed where approval is needed.", body = IssueChanged),
))]
pub(crate) async fn correct_issue(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let table = domain::issue::correcting::FIELDS;
    let read = |fields: &mut Fields<'_>| Some(Correct::read(fields, table)?.correction());
    on_issue(&app, id, &command, read, async |call, id, new| app.casework.correct_issue(call, id, &new).await).await
}

/// Decide on a correction of an issue
///
/// 决定更正：批准即生效，不准须说明理由。
///
/// Decides on a correction: approved, it takes effect; a refusal says why (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/corrections/decision",
    tag = "issues", request_body = DecideCorrection, responses(
    (status = 200, description = "已决定。Decided.", body = IssueChanged),
))]
pub(crate) async fn decide_issue_correction(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, DecideCorrection::read, async |call, id, body| {
        app.casework.decide_issue_correction(call, id, &body.decision()).await
    })
    .await
}

/// Correct the record of a session
///
/// 更正场次的记录（C-4.1）：不修改原记录，另记一条更正，原记录留在历史中；涉及时间、人员、人数的，须经批准后生效。场次的安排与轮值另有命令，不在此更正。
///
/// Corrects the record of a session: nothing is edited, a linked event says what is right, and the original stays in the
/// history. What changes a time, a person or a number waits for a decision. Plan and rota have commands of their own
/// (C-4.1).
#[utoipa::path(post, path = "/v1/sessions/{id}/corrections",
    tag = "sessions", request_body(content = Correct, example = json!({
    "event_version": 9, "pointer": "/public/visitor_count", "value": 3, "reason": "漏记一人。"
})), responses(
    (status = 200, description = "已更正，或已提出待批准。Corrected, or proposed where approval is needed.", body = SessionChanged),
))]
pub(crate) async fn correct_session(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let table = domain::session::correcting::FIELDS;
    let read = |fields: &mut Fields<'_>| Some(Correct::read(fields, table)?.correction());
    on_session(&app, id, &command, read, async |call, id, new| app.casework.correct_session(call, id, &new).await).await
}

/// Decide on a correction of a session
///
/// 决定场次记录的更正（C-4.1）：批准即生效，不准须说明理由。
///
/// Decides on the correction of a session: approved, it takes effect; a refusal says why (C-4.1).
#[utoipa::path(post, path = "/v1/sessions/{id}/corrections/decision",
    tag = "sessions", request_body = DecideCorrection, responses(
    (status = 200, description = "已决定。Decided.", body = SessionChanged),
))]
pub(crate) async fn decide_session_correction(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, DecideCorrection::read, async |call, id, body| {
        app.casework.decide_session_correction(call, id, &body.decision()).await
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
/// history. What changes a date or a person waits for a decision (C-3.1).
#[utoipa::path(post, path = "/v1/receptions/{id}/corrections",
    tag = "receptions", request_body(content = Correct, example = json!({
    "event_version": 1, "pointer": "/public/form", "value": "appointment", "reason": "登记时选错了方式。"
})), responses(
    (status = 200, description = "已更正，或已提出待批准。Corrected, or proposed where approval is needed.", body = ReceptionChanged),
))]
pub(crate) async fn correct_reception(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let id = ReceptionId(id.0);
    let table = domain::reception::correcting::FIELDS;
    let read = |fields: &mut Fields<'_>| Some(Correct::read(fields, table)?.correction());
    let ran = run(&app, &command, read, async |call, new| app.casework.correct_reception(call, id, &new).await).await?;
    shown(&app, id, &command, ran).await
}

/// Decide on a correction of a reception
///
/// 决定更正联系记录：批准即生效，不准须说明理由。
/// 更正接待时间的，同时更正其中提出的各事项，一次全部记录：首个期限未到期的随之重算，只延不缩。
///
/// Decides on the correction of a reception: approved, it takes effect; a refusal says why. A corrected `held_at`
/// is carried to every issue raised there, in one append: open first due dates move later where they count from it,
/// none becomes earlier (C-3.1).
#[utoipa::path(post, path = "/v1/receptions/{id}/corrections/decision",
    tag = "receptions", request_body = DecideCorrection, responses(
    (status = 200, description = "已决定。Decided.", body = ReceptionChanged),
))]
pub(crate) async fn decide_reception_correction(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let id = ReceptionId(id.0);
    let ran = run(&app, &command, DecideCorrection::read, async |call, body| {
        app.casework.decide_reception_correction(call, id, &body.decision()).await
    })
    .await?;
    shown(&app, id, &command, ran).await
}

async fn shown(
    app: &AppState,
    id: ReceptionId,
    command: &Command,
    ran: Outcome<CorrectedReception>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &CorrectedReception| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.corrected_reception(id, record.last).await;
    let CommandResult { did: corrected, snapshot, replayed } = settle(app, command, ran, now, load).await?;
    let mut issues = Vec::with_capacity(corrected.issues.len());
    for (id, loaded) in &corrected.issues {
        issues.push(IssueView::of(app, *id, loaded, &snapshot).await?);
    }
    let reception = ReceptionView::of(app, id, &corrected.reception, &snapshot).await?;
    let issues = (!issues.is_empty()).then_some(issues);
    let done = changed(corrected.reception.version.0, replayed);
    Ok(done.answer(ReceptionChanged { reception, issues, position: corrected.position.0 }))
}
