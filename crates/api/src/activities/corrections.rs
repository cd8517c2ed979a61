//! Correcting the record of an activity (C-3.2, C-3.3, C-4.2, C-4.3b).

use super::commands::{ActivityChanged, on_activity};
use crate::corrections::commands::{Correct, DecideCorrection};
use crate::http::extract::{Command, PathId};
use crate::input::body::Fields;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};

/// Correct the record of an activity
///
/// 更正活动的记录：不修改原记录，另记一条更正，原记录留在历史中；涉及日期、人员、人数的，须经批准后生效（C-3.2, C-3.3, C-4.2, C-4.3b）。
///
/// Corrects the record of an activity: nothing is edited, a linked event says what is right, and the original stays in the
/// history. What changes a date, a person or a count waits for a decision (C-3.2, C-3.3, C-4.2, C-4.3b).
#[utoipa::path(post, path = "/v1/activities/{id}/corrections",
    tag = "activities", request_body(content = Correct, example = json!({
    "event_version": 1, "pointer": "/public/attendance/mass_organisation", "value": 2, "reason": "漏计妇联代表2人。"
})), responses(
    (status = 200, description = "已更正，或已提出待批准。Corrected, or proposed where approval is needed.", body = ActivityChanged),
))]
pub(crate) async fn correct(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let table = domain::activity::correcting::FIELDS;
    let read = |fields: &mut Fields<'_>| Some(Correct::read(fields, table)?.correction());
    on_activity(&app, id, &command, read, async |call, id, new| app.casework.correct_activity(call, id, &new).await)
        .await
}

/// Decide on a correction of an activity
///
/// 决定活动记录的更正：批准即生效，不准须说明理由（C-3.2, C-3.3, C-4.2, C-4.3b）。
///
/// Decides on the correction of an activity: approved, it takes effect; a refusal says why (C-3.2, C-3.3, C-4.2, C-4.3b).
#[utoipa::path(post, path = "/v1/activities/{id}/corrections/decision",
    tag = "activities", request_body = DecideCorrection, responses(
    (status = 200, description = "已决定。Decided.", body = ActivityChanged),
))]
pub(crate) async fn decide(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_activity(&app, id, &command, DecideCorrection::read, async |call, id, body| {
        app.casework.decide_activity_correction(call, id, &body.decision()).await
    })
    .await
}
