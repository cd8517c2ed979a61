//! Major issues come before a meeting: tabled, decided on, put off (C-4.3a).

use super::commands::{MeetingChanged, on_meeting};
use crate::http::extract::{Command, PathId};
use crate::input::body::{PastInstant, Text, body};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::ids::MajorIssueId;
use domain::vocabulary::DeferralReason;

body! {
    /// 要上会的重大问题。A major issue to be tabled.
    #[example = {"major_issue_id": "0198f3c2-8b20-7d21-9a10-6e2f1c7e3b21"}]
    struct TableMajorIssue {
        /// 本网格已受理、未终结的重大问题。A major issue of the grid that is accepted and not over.
        major_issue_id: MajorIssueId,
        /// 列入议程的时间，默认现在。When it was put on the agenda; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Table a major issue
///
/// 重大问题列入会议议程：须为本网格已受理、未终结的重大问题，每次会议一次（C-4.3a）。
///
/// Puts a major issue of the grid on the agenda of the meeting, once: one that is accepted and not over (C-4.3a).
#[utoipa::path(post, path = "/v1/meetings/{id}/agenda-items", tag = "meetings", request_body = TableMajorIssue, responses(
    (status = 200, description = "已上会。Tabled.", body = MeetingChanged),
))]
pub(crate) async fn table(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_meeting(&app, id, &command, TableMajorIssue::read, async |call, id, body| {
        app.casework.table_major_issue(call, id, body.major_issue_id, body.occurred_at).await
    })
    .await
}

body! {
    /// 会议对重大问题的决定。What a meeting decides on a major issue.
    #[example = {"major_issue_id": "0198f3c2-8b20-7d21-9a10-6e2f1c7e3b21", "decision": "由城建中心牵头，会同公交公司增设站点。"}]
    struct DecideMajorIssue {
        /// 本网格可以会商的重大问题。A major issue of the grid that may be deliberated on.
        major_issue_id: MajorIssueId,
        /// 决定的内容，密封保存在该重大问题的会商记录中。What was decided; sealed with the deliberation of the major issue.
        decision: Text,
        /// 作出决定的时间，默认现在；会商日期即为该日。When it was decided, which is also the day of the deliberation; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Record a decision of a meeting
///
/// 会议就重大问题作出决定，即为该重大问题的会商；未列入议程的同时列入（C-4.3a）。
///
/// The meeting decides on a major issue, which is its deliberation: `major_issue.deliberated` is recorded in the same append.
/// It needs not be tabled before. Allowed wherever a deliberation is (C-4.3a).
#[utoipa::path(post, path = "/v1/meetings/{id}/decisions", tag = "meetings", request_body = DecideMajorIssue, responses(
    (status = 200, description = "已作决定。Decided.", body = MeetingChanged),
))]
pub(crate) async fn decide(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_meeting(&app, id, &command, DecideMajorIssue::read, async |call, id, body| {
        app.casework.decide_in_meeting(call, id, body.major_issue_id, &body.decision, body.occurred_at).await
    })
    .await
}

body! {
    /// 会议暂缓研究的重大问题。A major issue that a meeting puts off.
    #[example = {"major_issue_id": "0198f3c2-8b20-7d21-9a10-6e2f1c7e3b21", "reason_code": "needs_facts",
        "reason": "待水务站提供检测报告。"}]
    struct DeferMajorIssue {
        /// 本网格已受理、未终结的重大问题。A major issue of the grid that is accepted and not over.
        major_issue_id: MajorIssueId,
        /// 理由。Why.
        reason_code: DeferralReason,
        /// 理由的说明，密封保存。The same in words; sealed.
        reason: Text,
        /// 决定暂缓的时间，默认现在。When it was put off; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Defer a major issue
///
/// 会议暂缓研究一个重大问题，须说明理由；之后在同一会议上作出的决定有效（C-4.3a）。
///
/// The meeting puts a major issue off, with a reason; a decision that follows in the same meeting stands (C-4.3a).
#[utoipa::path(post, path = "/v1/meetings/{id}/deferrals", tag = "meetings", request_body = DeferMajorIssue, responses(
    (status = 200, description = "已暂缓研究。Deferred.", body = MeetingChanged),
))]
pub(crate) async fn defer(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_meeting(&app, id, &command, DeferMajorIssue::read, async |call, id, body| {
        let (major, reason_code, at) = (body.major_issue_id, body.reason_code, body.occurred_at);
        app.casework.defer_major_issue(call, id, major, reason_code, &body.reason, at).await
    })
    .await
}
