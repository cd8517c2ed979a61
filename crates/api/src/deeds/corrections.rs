//! Correcting the record of a deed (C-3.4).

use super::commands::{DeedChanged, on_deed};
use crate::corrections::commands::{Correct, DecideCorrection};
use crate::http::extract::{Command, PathId};
use crate::input::body::Fields;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};

/// Correct the record of a deed
///
/// 更正实事的记录：不修改原记录，另记一条更正，原记录留在历史中；涉及日期、人员的，须经批准后生效（C-3.4）。
///
/// Corrects the record of a deed: nothing is edited, a linked event says what is right, and the original stays in the history.
/// What changes a date or a person waits for a decision (C-3.4).
#[utoipa::path(post, path = "/v1/deeds/{id}/corrections",
    tag = "deeds", request_body(content = Correct, example = json!({
    "event_version": 1, "pointer": "/public/promised_on", "value": "2027-01-15", "reason": "登记时写错了日期。"
})), responses(
    (status = 200, description = "已更正，或已提出待批准。Corrected, or proposed where approval is needed.", body = DeedChanged),
))]
pub(crate) async fn correct(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let table = domain::deed::correcting::FIELDS;
    let read = |fields: &mut Fields<'_>| Some(Correct::read(fields, table)?.correction());
    on_deed(&app, id, &command, read, async |call, id, new| app.casework.correct_deed(call, id, &new).await).await
}

/// Decide on a correction of a deed
///
/// 决定实事记录的更正：批准即生效，不准须说明理由（C-3.4）。
///
/// Decides on the correction of a deed: approved, it takes effect; a refusal says why (C-3.4).
#[utoipa::path(post, path = "/v1/deeds/{id}/corrections/decision",
    tag = "deeds", request_body = DecideCorrection, responses(
    (status = 200, description = "已决定。Decided.", body = DeedChanged),
))]
pub(crate) async fn decide(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_deed(&app, id, &command, DecideCorrection::read, async |call, id, body| {
        app.casework.decide_deed_correction(call, id, &body.decision()).await
    })
    .await
}
