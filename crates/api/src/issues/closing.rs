//! The end of an issue, and its way back: closing, withdrawal, reopening.

use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::input::bodies::Plain;
use crate::input::body::{PastInstant, Text, body, given};
use crate::issues::changed::{IssueChanged, escalated, on_issue};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::ids::IssueId;
use domain::issue::reopening;
use domain::vocabulary::{Level, ReopeningGround};

/// Close an answered issue
///
/// 办结：评价至少为基本满意，或评价期已过。
///
/// Closes the issue: once feedback is at least basically satisfied, or its window is over (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/closing", tag = "issues", request_body = Plain, responses(
    (status = 200, description = "已办结。Closed.", body = IssueChanged),
))]
pub(crate) async fn close(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, Plain::read, async |call, id, body| {
        app.casework.close_issue(call, id, body.occurred_at).await
    })
    .await
}

body! {
    /// The visitor withdraws.
    #[example = {"reason": "问题已自行解决。"}]
    struct Withdraw {
        /// Why.
        reason: Text,
        /// The service goes on of its own motion: the issue stays open.
        on_own_motion: Option<bool>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Record that the visitor withdrew
///
/// 来访人撤回事项。依职权继续办理的，事项保持未办结。
///
/// The visitor withdraws the issue. Where the delegate continues on own motion, it stays open (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/withdrawal", tag = "issues", request_body = Withdraw, responses(
    (status = 200, description = "已撤回。Withdrawn.", body = IssueChanged),
))]
pub(crate) async fn withdraw(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, Withdraw::read, async |call, id, body| {
        let on_own_motion = body.on_own_motion.unwrap_or(false);
        app.casework.withdraw_issue(call, id, on_own_motion, &body.reason, body.occurred_at).await
    })
    .await
}

body! {
    /// A request to take an issue up again.
    #[example = {"ground": "dissatisfied", "reason": "灯修好两天又坏了。"}]
    struct RequestReopening {
        ground: ReopeningGround,
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Ask for an issue to be taken up again
///
/// 申请重办：作出决定之前状态不变。
///
/// Asks for a reopening: the state stays until it is decided (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/reopenings",
    tag = "issues", request_body = RequestReopening, responses(
    (status = 200, description = "已申请。Asked for.", body = IssueChanged),
))]
pub(crate) async fn request_reopening(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, RequestReopening::read, async |call, id, body| {
        app.casework.request_reopening(call, id, body.ground, &body.reason, body.occurred_at).await
    })
    .await
}

body! {
    /// A decision on taking an issue up again.
    #[example = {"accepted": true}]
    struct DecideReopening {
        /// Accepted, or refused.
        accepted: bool,
        /// For a second dissatisfaction: the level to which it is escalated at once.
        level: Option<Level> => |_| reopening::refused_without_level(!accepted? && given(&level)).err(),
        /// Why.
        reason: Option<Text>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Decide on taking an issue up again
///
/// 决定是否重办：受理即开始新一轮。再次不满意的，须指定层级并立即上报。
///
/// Decides on a reopening: granted, a new cycle begins. After a second dissatisfaction it names a level and
/// escalates at once (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/reopenings/decision",
    tag = "issues", request_body = DecideReopening, responses(
    (status = 200, description = "已决定。Decided.", body = IssueChanged),
    (status = 201, description = "已受理并上报，新建重大问题。Accepted and escalated; a major issue was made.", body = IssueChanged),
))]
pub(crate) async fn decide_reopening(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let id = IssueId(id.0);
    let ran = run(&app, &command, DecideReopening::read, async |call, body| {
        let reason = body.reason.as_deref();
        app.casework.decide_reopening(call, id, body.accepted, body.level, reason, body.occurred_at).await
    })
    .await?;
    escalated(&app, id, &command, ran).await
}
