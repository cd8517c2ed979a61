//! `GET /v1/sessions/{id}` and its history.

use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about;
use crate::http::response::one;
use crate::input::params::{AsOfParams, HistoryParams};
use crate::log::stream;
use crate::problem::Problem;
use crate::sessions::view::SessionView;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::ids::SessionId;
use domain::session::Session;
use event_store::StreamId;

/// Read a session
///
/// 一个场次，现在或过去某一时刻：安排、轮值、公示、到场、记录，以及由此推算的场次认定（C-4.1）。
///
/// A session, now or as of a position or an instant: its place in the plan, rota, notices, who was there, its record, and
/// the verdict that follows (C-4.1).
#[utoipa::path(get, path = "/v1/sessions/{id}", tag = "sessions", params(AsOfParams), responses(
    (status = 200, description = "场次。The session.", body = SessionView),
))]
pub(crate) async fn one_session(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let loaded = app.casework.load::<Session>(SessionId(id.0), snapshot.as_of).await?;
    let mut view = SessionView::of(&app, SessionId(id.0), &loaded, &snapshot).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of a session
///
/// 一个场次的全部事件，按版本排序。
///
/// The whole history of a session, in version order.
#[utoipa::path(get, path = "/v1/sessions/{id}/events", tag = "sessions", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn session_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("session", id.0), &question).await
}
