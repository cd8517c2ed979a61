//! Reading an issue: as it is or was, its history, why it is due then. The list is `list.rs`.

use crate::http::extract::{PathId, Question};
use crate::http::response::one;
use crate::input::params::{AsOfParams, HistoryParams};
use crate::issues::deadline::DeadlineView;
use crate::issues::view::IssueView;
use crate::log::stream;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpResponse, web};
use casework::loaded::Loaded;
use domain::ids::IssueId;
use domain::issue::Issue;
use event_store::StreamId;
use std::sync::Arc;

/// Read an issue
///
/// 一个事项，现在或过去某一时刻。
///
/// An issue, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/issues/{id}", tag = "issues", params(AsOfParams), responses(
    (status = 200, description = "事项。The issue.", body = IssueView),
))]
pub(crate) async fn one_issue(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (loaded, snapshot) = asked_about(&app, id, &question).await?;
    let mut view = IssueView::of(&app, IssueId(id.0), &loaded, &snapshot).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of an issue
///
/// 一个事项的全部事件，按版本排序：每一步可逐条核对。
///
/// The whole history of an issue in version order, so that every step can be checked.
#[utoipa::path(get, path = "/v1/issues/{id}/events", tag = "issues", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn issue_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("issue", id.0), &question).await
}

/// Explain the due date of an issue
///
/// 为什么是这一天到期：起算日，逐日是否计入及原因，以及每次变更。
///
/// Why it is due on that day: where counting begins, every counted and skipped day with its reason, and every
/// change.
#[utoipa::path(get, path = "/v1/issues/{id}/deadline", tag = "issues", params(AsOfParams), responses(
    (status = 200, description = "期限说明。The explanation.", body = DeadlineView),
))]
pub(crate) async fn deadline(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (loaded, snapshot) = asked_about(&app, id, &question).await?;
    Ok(one(loaded.version.0, DeadlineView::of(&loaded, &snapshot)?))
}

async fn asked_about(
    app: &AppState,
    id: PathId,
    question: &Question,
) -> Result<(Arc<Loaded<Issue>>, Snapshot), Problem> {
    let (as_of, at_least) = question.read(|query| Some((query.as_of(), query.at_least())))?;
    app.log_covers(question, at_least).await?;
    let snapshot = app.snapshot(as_of).await?;
    let loaded = app.casework.issue(IssueId(id.0), snapshot.as_of).await?;
    Ok((loaded, snapshot))
}
