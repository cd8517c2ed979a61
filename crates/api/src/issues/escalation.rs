//! Into the major-issue process of the grid, and back out of it.

use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::input::bodies::Reasoned;
use crate::input::body::{PastInstant, Text, body};
use crate::issues::changed::{IssueChanged, escalated, on_issue};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::ids::{IssueId, MajorIssueId};
use domain::vocabulary::Level;

body! {
    /// An escalation.
    #[example = {"level": "L3", "reason": "需镇联席会议协调公交公司。"}]
    struct Escalate {
        level: Level,
        /// Why it cannot be answered here.
        reason: Text,
        /// The major issue to join: of the same grid, not concluded, at that level. Without it a new one is made.
        major_issue_id: Option<MajorIssueId>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Escalate an issue
///
/// 上报，进入网格重大问题处理流程：新建重大问题为 201，并入已有的为 200。答复的责任不变。
///
/// Escalates the issue into the grid's major-issue process: 201 when that made a major issue, 200 when it joined
/// one. The duty to answer stays (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/escalations", tag = "issues", request_body = Escalate, responses(
    (status = 201, description = "已上报，新建重大问题。Escalated; a major issue was made.", body = IssueChanged),
    (status = 200, description = "已上报，并入已有重大问题。Escalated; it joined one.", body = IssueChanged),
))]
pub(crate) async fn escalate(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let id = IssueId(id.0);
    let ran = run(&app, &command, Escalate::read, async |call, body| {
        let join = body.major_issue_id;
        app.casework.escalate_issue(call, id, body.level, join, &body.reason, body.occurred_at).await
    })
    .await?;
    escalated(&app, id, &command, ran).await
}

/// Return an escalated issue to its delegate
///
/// 退回上报的事项：本级可以答复。由此有新的期限，不早于先前承诺的。
///
/// Returns an escalated issue that this level can answer. It has a new due date, never earlier than the one
/// promised before (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/escalation-returns",
    tag = "issues", request_body = Reasoned, responses(
    (status = 200, description = "已退回。Returned.", body = IssueChanged),
))]
pub(crate) async fn return_escalation(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, Reasoned::read, async |call, id, body| {
        app.casework.return_escalation(call, id, &body.reason, body.occurred_at).await
    })
    .await
}
