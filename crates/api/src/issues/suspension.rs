//! The clock, stopped and started.

use crate::http::extract::{Command, PathId};
use crate::input::bodies::PerhapsReasoned;
use crate::input::body::{LastDay, PastInstant, Text, body};
use crate::issues::changed::{IssueChanged, on_issue};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::issue::suspension;
use domain::vocabulary::SuspensionReason;

body! {
    /// Stopping the clock.
    #[example = {"reason_code": "visitor_facts", "reason": "等待来访人提供门牌号。", "until_on": "2026-12-01"}]
    struct Suspend {
        reason_code: SuspensionReason,
        /// Why.
        reason: Text,
        /// Until when at the latest, within the policy's `suspension.days_max`.
        until_on: LastDay,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            let (facts, since) = (facts?, occurred_at?);
            suspension::last_day_fits(facts.day_of(since), facts.day_of(None), until_on?).err()
        },
    }
}

/// Stop the clock
///
/// 中止计时：仅限等待来访人提供情况或不可抗力，一轮内合计不超过规则的 `suspension.days_max` 天。
/// 剩余天数保留，到 `until_on` 之后自动恢复计时。
///
/// Suspends the clock: only while waiting for the visitor or for force majeure, and for `suspension.days_max` days
/// of the policy at most, all suspensions of a cycle together. The days that are left are kept, and the clock runs
/// again by itself after `until_on` (C-4.4).
#[utoipa::path(post, path = "/v1/issues/{id}/suspensions", tag = "issues", request_body = Suspend, responses(
    (status = 200, description = "已中止。Suspended.", body = IssueChanged),
))]
pub(crate) async fn suspend(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, Suspend::read, async |call, id, body| {
        let (code, until) = (body.reason_code, body.until_on);
        app.casework.suspend_issue(call, id, code, until, &body.reason, body.occurred_at).await
    })
    .await
}

/// Let the clock run again
///
/// 恢复计时：剩余天数自此起算。
///
/// Resumes the clock: the remaining days count from then (C-4.4).
#[utoipa::path(post, path = "/v1/issues/{id}/resumptions",
    tag = "issues", request_body = PerhapsReasoned, responses(
    (status = 200, description = "已恢复。Resumed.", body = IssueChanged),
))]
pub(crate) async fn resume(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, PerhapsReasoned::read, async |call, id, body| {
        app.casework.resume_issue(call, id, body.reason.as_deref(), body.occurred_at).await
    })
    .await
}
