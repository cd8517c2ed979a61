//! Correcting the record of a meeting (C-4.3a).

use super::commands::{MeetingChanged, on_meeting};
use crate::corrections::commands::{Correct, DecideCorrection};
use crate::http::extract::{Command, PathId};
use crate::input::body::Fields;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};

/// Correct the record of a meeting
///
/// 更正会议的记录：不修改原记录，另记一条更正，原记录留在历史中；涉及日期、人员、会议种类和人数的，须经批准后生效（C-4.3a）。
///
/// Corrects the record of a meeting: nothing is edited, a linked event says what is right, and the original stays in the history.
/// What changes a date, a person, the kind of meeting or a number waits for a decision (C-4.3a).
#[utoipa::path(post, path = "/v1/meetings/{id}/corrections",
    tag = "meetings", request_body(content = Correct, example = json!({
    "event_version": 1, "pointer": "/public/scheduled_on", "value": "2027-01-15", "reason": "登记时写错了日期。"
})), responses(
    (status = 200, description = "已更正，或已提出待批准。Corrected, or proposed where approval is needed.", body = MeetingChanged),
))]
pub(crate) async fn correct(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let table = domain::meeting::correcting::FIELDS;
    let read = |fields: &mut Fields<'_>| Some(Correct::read(fields, table)?.correction());
    on_meeting(&app, id, &command, read, async |call, id, new| app.casework.correct_meeting(call, id, &new).await).await
}

/// Decide on a correction of a meeting
///
/// 决定会议记录的更正：批准即生效，不准须说明理由（C-4.3a）。
///
/// Decides on the correction of a meeting: approved, it takes effect; a refusal says why (C-4.3a).
#[utoipa::path(post, path = "/v1/meetings/{id}/corrections/decision",
    tag = "meetings", request_body = DecideCorrection, responses(
    (status = 200, description = "已决定。Decided.", body = MeetingChanged),
))]
pub(crate) async fn decide(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_meeting(&app, id, &command, DecideCorrection::read, async |call, id, body| {
        app.casework.decide_meeting_correction(call, id, &body.decision()).await
    })
    .await
}
