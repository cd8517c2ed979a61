//! `GET /v1/clock`: how far the clock over obligations has come.

use crate::clock::running;
use crate::http::extract::Question;
use crate::http::response::business_time;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use read_models::names;
use serde::Serialize;
use utoipa::ToSchema;

/// 履职时钟。The clock over obligations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Clock, example = json!({"running": true, "ran_until": "2026-12-03T09:00:00+08:00", "next_at": "2026-12-04T00:00:00+08:00", "waiting": 0, "as_of_position": 88141}))]
pub struct ClockView {
    /// Whether a policy with a clock over obligations was adopted: without one it records nothing.
    running: bool,
    /// Everything up to here is recorded; absent until the server has run it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ran_until: Option<String>,
    /// The instant of what comes next, as long as nothing more is recorded; in the past while it waits to be recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<String>,
    /// Of so many things, sessions, issues, deeds and others, something happened that is not recorded yet.
    waiting: u64,
    /// Why the server's own runs come to nothing, while they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// The log up to here is in this answer.
    as_of_position: u64,
}

/// Read the clock over obligations
///
/// 履职时钟的进度：已运行到何时，下一次何时，有多少等待记录。
///
/// How far the clock over obligations has come, when it has something to record next, and how much waits.
#[utoipa::path(get, path = "/v1/clock", tag = "obligations", params(
    ("at_least" = Option<u64>, Query, description = "答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s."),
), responses(
    (status = 200, description = "进度。How far it is.", body = ClockView),
))]
pub(crate) async fn clock(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let at_least = question.read(|query| {
        query.now_only();
        Some(query.at_least())
    })?;
    app.reads_for(names::OBLIGATIONS, &question, at_least).await?;
    let state = app.read_models.clock(app.casework.now()).await?;
    let town = app.casework.reference().time_zone();
    Ok(HttpResponse::Ok().json(ClockView {
        running: running::has_clock(&app),
        ran_until: app.clock_runs.ran_until().map(|at| business_time(at, town)),
        next_at: state.next_at.map(|at| business_time(at, town)),
        waiting: state.waiting,
        why: app.clock_runs.failing(),
        as_of_position: state.as_of_position.0,
    }))
}
