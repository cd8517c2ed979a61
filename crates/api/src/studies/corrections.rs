//! Correcting the record of a study or an inspection (C-3.5).

use super::commands::{StudyChanged, on_study};
use crate::corrections::commands::{Correct, DecideCorrection};
use crate::http::extract::{Command, PathId};
use crate::input::body::Fields;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};

/// Correct the record of a study
///
/// 更正调研的记录：不修改原记录，另记一条更正，原记录留在历史中；涉及时间、人员、采用结果的，须经批准后生效（C-3.5）。
///
/// Corrects the record of a study: nothing is edited, a linked event says what is right, and the original stays in the history.
/// What changes a time, a person or an outcome waits for a decision (C-3.5).
#[utoipa::path(post, path = "/v1/studies/{id}/corrections",
    tag = "studies", request_body(content = Correct, example = json!({
    "event_version": 1, "pointer": "/personal/0/title", "value": "老旧小区楼道照明与门禁", "reason": "题目漏写。"
})), responses(
    (status = 200, description = "已更正，或已提出待批准。Corrected, or proposed where approval is needed.", body = StudyChanged),
))]
pub(crate) async fn correct(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let table = domain::study::correcting::FIELDS;
    let read = |fields: &mut Fields<'_>| Some(Correct::read(fields, table)?.correction());
    on_study(&app, id, &command, read, async |call, id, new| app.casework.correct_study(call, id, &new).await).await
}

/// Decide on a correction of a study
///
/// 决定调研记录的更正：批准即生效，不准须说明理由（C-3.5）。
///
/// Decides on the correction of a study: approved, it takes effect; a refusal says why (C-3.5).
#[utoipa::path(post, path = "/v1/studies/{id}/corrections/decision",
    tag = "studies", request_body = DecideCorrection, responses(
    (status = 200, description = "已决定。Decided.", body = StudyChanged),
))]
pub(crate) async fn decide(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_study(&app, id, &command, DecideCorrection::read, async |call, id, body| {
        app.casework.decide_study_correction(call, id, &body.decision()).await
    })
    .await
}
