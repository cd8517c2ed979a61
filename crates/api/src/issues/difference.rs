//! `/v1/issues/{id}/difference`: what became of an issue between two positions of the log.

use crate::http::extract::{PathId, Question};
use crate::input::query::AsOf;
use crate::issues::difference_view::{DifferenceView, EventBrief, SideView, changes};
use crate::issues::view::IssueView;
use crate::limits::PAGE_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpResponse, web};
use casework::Failure;
use casework::loaded::Loaded;
use domain::ids::IssueId;
use domain::issue::Issue;
use event_store::{StreamId, Version};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Compare an issue at two positions
///
/// 一个事项在两个位置之间的差别：期间的事件，以及 `GET /v1/issues/{id}` 中前后不同的每一处。
/// 逾期等情况各以该位置记录之日为准；在 `from` 时尚未登记的事项，全部内容都是新增。
///
/// What happened to an issue between two positions: the events between, and every place of `GET /v1/issues/{id}`
/// that differs. Lateness refers to the day that each position was recorded on. An issue not yet raised at `from`
/// has everything added.
#[utoipa::path(get, path = "/v1/issues/{id}/difference", tag = "issues", params(
    ("from" = u64, Query, description = "较早的位置。The earlier position.", minimum = 1, example = 88122),
    ("to" = u64, Query, description = "较晚的位置，不早于 from。The later position, not before `from`.", minimum = 1, example = 88140),
    ("at_least" = Option<u64>, Query, description = "答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s."),
), responses(
    (status = 200, description = "差别。The difference.", body = DifferenceView),
))]
pub(crate) async fn difference(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (from, to, at_least) = question.read(|query| {
        let (span, at_least) = (query.span(), query.at_least());
        let (from, to) = span?;
        Some((from, to, at_least))
    })?;
    app.log_covers(&question, at_least).await?;

    let id = IssueId(id.0);
    let (later, now) = side(&app, &question, id, to).await?.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let earlier = side(&app, &question, id, from).await?;
    let zone = now.reference.time_zone();
    let shown = shown(&app, id, &later, &now).await?;
    let (version, shown_before) = match &earlier {
        Some((loaded, then)) => (loaded.version, self::shown(&app, id, loaded, then).await?),
        None => (Version(0), Map::new()),
    };

    let stream = StreamId::of("issue", id.0);
    let limit = usize::try_from(PAGE_MAX).unwrap_or(usize::MAX);
    let wanted = usize::try_from(later.version.0.saturating_sub(version.0)).unwrap_or(usize::MAX);
    let mut events = Vec::new();
    if wanted > 0 {
        let recorded = app.casework.store.read_stream(&stream, version, wanted.min(limit)).await;
        for recorded in recorded.map_err(Failure::from)? {
            let leaf = recorded.leaf().map_err(Failure::from)?;
            events.push(EventBrief::of(recorded.position, leaf, zone));
        }
    }
    let more_events = events
        .last()
        .filter(|last| last.version < later.version.0)
        .map(|last| format!("/v1/issues/{id}/events?after_version={}", last.version));
    Ok(HttpResponse::Ok().json(DifferenceView {
        issue_id: id.0,
        from: SideView { as_of_position: from, version: earlier.map(|(loaded, _)| loaded.version.0) },
        to: SideView { as_of_position: to, version: Some(later.version.0) },
        events,
        more_events,
        changes: changes(&shown_before, &shown),
    }))
}

/// The issue and the moment of a position; none where it was not raised yet.
async fn side(
    app: &AppState,
    question: &Question,
    id: IssueId,
    position: u64,
) -> Result<Option<(Arc<Loaded<Issue>>, Snapshot)>, Problem> {
    let reader = question.reader(app.casework.access_adopted())?;
    let snapshot = Snapshot { reader, ..app.snapshot(AsOf::Position(position)).await? };
    match app.casework.issue(id, snapshot.as_of).await {
        Ok(loaded) => Ok(Some((loaded, snapshot))),
        Err(Failure::NotFound) => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

/// The issue as `GET /v1/issues/{id}` shows it, without the position that it is shown at.
async fn shown(
    app: &AppState,
    id: IssueId,
    loaded: &Loaded<Issue>,
    at: &Snapshot,
) -> Result<Map<String, Value>, Problem> {
    let view = IssueView::of(app, id, loaded, at).await?;
    match serde_json::to_value(&view) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Problem::internal("an issue is not shown as an object")),
        Err(error) => Err(Problem::internal(error)),
    }
}
