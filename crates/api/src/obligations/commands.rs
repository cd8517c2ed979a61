//! `/v1/obligations/{id}/explanations`, `…/explanations/decision`: what people say of a breach.

use crate::http::commands::{CommandResult, changed, run, settle};
use crate::http::extract::{Command, PathId};
use crate::input::body::{Fields, List, PastInstant, Text, body};
use crate::obligations::questions::{about, owed, shown};
use crate::obligations::view::ObligationView;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::clock::explaining::{ExplanationDecision, NewExplanation};
use casework::transact::Outcome;
use casework::{CommandContext, Failure};
use domain::access::Action;
use domain::clock::Candidate;
use domain::ids::{FileId, ObligationId};
use domain::refusal::{Code, Refusal};
use domain::session::{FILES_MAX, files};
use event_store::{CommandRecord, Position};
use serde::Serialize;
use utoipa::ToSchema;

/// What a body says wrongly is told before it is known what is owed: by the clause of the calls.
const CLAUSE: &str = "C-0";

body! {
    /// An explanation of a breach.
    #[example = {"text": "代表住院治疗，已于出院当日答复。"}]
    struct Explain {
        /// Why it was late, or was not done.
        text: Text,
        /// Files that bear it out.
        file_ids: Option<List<FileId, { FILES_MAX }>> => |_| {
            files(file_ids.as_ref().and_then(Option::as_deref).unwrap_or_default()).map_err(|no| no.under(CLAUSE)).err()
        },
        /// When it is given; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A decision on the explanation that waits.
    #[example = {"accepted": true}]
    struct DecideExplanation {
        /// Whether it excuses.
        accepted: bool,
        /// Why; a refusal needs it.
        reason: Option<Text> = |fields| reason_of(fields, accepted),
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// A refusal needs a reason, which is told with what else is wrong with the body.
fn reason_of(fields: &mut Fields<'_>, accepted: Option<bool>) -> Option<Option<String>> {
    let reason = fields.field::<Option<Text>>("reason");
    if accepted == Some(false) && reason == Some(None) {
        let refusal = Refusal::new(Code::ReasonMissing).under(CLAUSE).at("/reason");
        fields.refuse([refusal.because("认定说明不成立须说明理由。", "Not accepting an explanation needs a reason.")]);
    }
    reason
}

/// An obligation after a command.
#[derive(Serialize, ToSchema)]
pub struct ObligationChanged {
    /// The obligation as it now stands.
    obligation: ObligationView,
    /// Position of the command's last event.
    position: u64,
}

/// Runs a command on an obligation and shows it after it.
async fn on_obligation<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, ObligationId, Option<&Candidate>, B) -> Result<Outcome<Position>, Failure>,
) -> Result<HttpResponse, Problem> {
    let id = ObligationId(id.0);
    let about = about(app, id).await?;
    let ran = run(app, command, read, async |call, body| act(call, id, about.as_ref(), body).await).await?;
    let now = |position: &Position| (*position, app.present());
    let load = async |record: &CommandRecord| {
        // Who owes it may be another by now than whoever sent the command might speak for.
        if app.casework.access_adopted() {
            let (asker, owed) = (command.caller.account.asker(command.role), owed(app, id, about.as_ref()).await?);
            app.casework.let_read(&asker, Action::ObligationRead, || owed).await?;
        }
        Ok::<_, Problem>(record.last)
    };
    let CommandResult { did: position, snapshot, replayed } = settle(app, command, ran, now, load).await?;
    let (version, obligation) = shown(app, id, about.as_ref(), &snapshot).await?;
    Ok(changed(version, replayed).answer(ObligationChanged { obligation, position: position.0 }))
}

/// Explain a breach
///
/// 对逾期或未履行作出说明。同时只有一份说明待认定，一项义务最多说明三次。
///
/// Explains why an obligation was late or is missing. One explanation waits at a time; an obligation has three at most (C-0).
#[utoipa::path(post, path = "/v1/obligations/{id}/explanations", tag = "obligations", request_body = Explain, responses(
    (status = 200, description = "已说明。Explained.", body = ObligationChanged),
))]
pub(crate) async fn explain(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_obligation(&app, id, &command, Explain::read, async |call, id, about, body| {
        let file_ids = body.file_ids.unwrap_or_default();
        let new = NewExplanation { text: body.text, file_ids, at: body.occurred_at };
        app.casework.explain_obligation(call, id, about, &new).await
    })
    .await
}

/// Decide on an explanation
///
/// 认定待决的说明是否成立。成立的，该义务免责；未按期履行的记录仍然保留。
///
/// Decides on the explanation that waits. Accepted it excuses the obligation; the breach stays on record (C-0).
#[utoipa::path(post, path = "/v1/obligations/{id}/explanations/decision", tag = "obligations",
    request_body = DecideExplanation, responses(
    (status = 200, description = "已认定。Decided.", body = ObligationChanged),
))]
pub(crate) async fn decide_explanation(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_obligation(&app, id, &command, DecideExplanation::read, async |call, id, about, body| {
        let decision = ExplanationDecision { accepted: body.accepted, reason: body.reason, at: body.occurred_at };
        app.casework.decide_explanation(call, id, about, &decision).await
    })
    .await
}
