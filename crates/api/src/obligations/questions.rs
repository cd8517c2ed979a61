//! `GET /v1/obligations/{id}`: one obligation, now or then, and the history of its own stream.

use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about;
use crate::http::response::one;
use crate::input::params::{AsOfParams, HistoryParams};
use crate::log::stream;
use crate::obligations::view::ObligationView;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpResponse, web};
use casework::loaded::AsOf;
use domain::access::Thing;
use domain::clock::Candidate;
use domain::ids::ObligationId;
use event_store::StreamId;
use read_models::names;
use std::time::Duration;

/// How long an answer waits for the rows that say what counts for a year or a major issue.
const PATIENCE: Duration = Duration::from_secs(2);

/// What an obligation is about, with all that may count for it: what the clock wrote of it says it, else its row.
pub(crate) async fn about(app: &AppState, id: ObligationId) -> Result<Option<Candidate>, Problem> {
    let said = app.casework.obligation_about(id).await?;
    let subject = match said {
        Some(about) => Some(about),
        None => app.read_models.obligation(id).await?.map(|row| row.subject),
    };
    let Some(subject) = subject else { return Ok(None) };
    if subject.has_members() {
        // What the log holds by now counts: rows that are behind would name too little.
        let head = app.casework.store.head().position;
        let waited = app.read_models.wait_for_model(names::OBLIGATIONS, head, PATIENCE).await;
        waited.map_err(|behind| Problem::new(HttpCode::ReadModelBehind).caused_by(behind))?;
    }
    Ok(Some(app.read_models.counting_for(subject).await?))
}

/// What access turns on of an obligation: who owes it now, and in which grid.
pub(crate) async fn owed(app: &AppState, id: ObligationId, about: Option<&Candidate>) -> Result<Thing, Problem> {
    let today = app.casework.reference().town_date(app.casework.clock_now());
    let standing = app.casework.obligation(id, about, AsOf::Now, today).await?;
    Ok(app.casework.thing_owed(&standing.entry).await?)
}

/// An obligation as it stood at a moment, and the version of its stream.
pub(crate) async fn shown(
    app: &AppState,
    id: ObligationId,
    about: Option<&Candidate>,
    snapshot: &Snapshot,
) -> Result<(u64, ObligationView), Problem> {
    let standing = app.casework.obligation(id, about, snapshot.as_of, snapshot.today).await?;
    let version = standing.version.0;
    let view = ObligationView::whole(app, standing, snapshot).await?;
    Ok((version, view.ok_or_else(|| Problem::internal("an obligation is about nothing"))?))
}

/// Read an obligation
///
/// 一项义务，现在或过去某一时刻：义务人、期限、履行情况及所依据的记录。每次都从记录推算得出。
///
/// An obligation, now or as of a position or an instant: who owes it, by when, how it stands, and the records that say so. It is
/// derived from the log each time.
#[utoipa::path(get, path = "/v1/obligations/{id}", tag = "obligations", params(AsOfParams), responses(
    (status = 200, description = "义务。The obligation.", body = ObligationView),
))]
pub(crate) async fn one_obligation(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let id = ObligationId(id.0);
    let about = about(&app, id).await?;
    let (version, mut view) = shown(&app, id, about.as_ref(), &snapshot).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(version, view))
}

/// Read the events of an obligation
///
/// 一项义务自身的事件：履职时钟的认定、情况说明及其认定。尚无事件时为 404。
///
/// The events of an obligation's own stream: what the clock over obligations found, and what was said of it. 404 where
/// there is none yet.
#[utoipa::path(get, path = "/v1/obligations/{id}/events", tag = "obligations", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn obligation_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let id = ObligationId(id.0);
    let about = about(&app, id).await?;
    let stream = StreamId::of("obligation", id.0);
    let thing = match owed(&app, id, about.as_ref()).await {
        // It is not owed any more, and so nobody's in particular.
        Err(problem) if problem.code == HttpCode::NotFound.into() => Thing::default(),
        thing => thing?,
    };
    stream::history_of(&app, &stream, &question, thing).await
}
