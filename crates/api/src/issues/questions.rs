//! Reading an issue: as it is or was, its history, why it is due then. The list is `list.rs`.

use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about as moment;
use crate::http::response::{one, one_text};
use crate::input::params::{AsOfParams, HistoryParams};
use crate::issues::deadline::DeadlineView;
use crate::issues::told::{Moment, Telling, Whose};
use crate::issues::view::IssueView;
use crate::log::stream;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpResponse, web};
use casework::Failure;
use casework::access::sight::Shown;
use casework::loaded::AsOf;
use domain::ids::IssueId;
use event_store::{StreamId, Version};

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
    let snapshot = moment(&app, &question).await?;
    let (version, mut text) = told(&app, IssueId(id.0), &snapshot).await?;
    // The last member, which is new in every answer.
    text.pop();
    text.extend_from_slice(format!(",\"as_of_position\":{}}}", snapshot.position).as_bytes());
    Ok(one_text(version.0, text))
}

/// An issue as JSON but for `as_of_position`: as it was told before, where nothing has changed since.
async fn told(app: &AppState, id: IssueId, snapshot: &Snapshot) -> Result<(Version, Vec<u8>), Problem> {
    let adopted = app.casework.access_adopted();
    let now = (snapshot.as_of == AsOf::Now).then(|| Moment::of(snapshot.today, &snapshot.reference));
    let known_at = app.casework.store.head().position;
    if let Some(moment) = &now
        && let Some(told) = app.answers.get(&app.casework.store, id).await.map_err(Failure::from)?
        && let Some(text) = told.text(moment)
        && (!adopted || shown_whole(app, snapshot, told.whose.as_deref()).await?)
    {
        return Ok((told.version, text));
    }
    let loaded = app.casework.issue(id, snapshot.as_of).await?;
    let view = IssueView::of(app, id, &loaded, snapshot).await?;
    let text = serde_json::to_vec(&view).map_err(Problem::internal)?;
    if let Some(moment) = now.filter(|_| view.withheld.is_none()) {
        let whose = adopted.then(|| Whose::of(id, &loaded));
        app.answers.put(id, Telling { version: loaded.version, whose, text: &text }, moment, known_at).await;
    }
    Ok((loaded.version, text))
}

/// Whether an issue is told with all its words to whoever asks, as it was told before; that they look is on record then.
async fn shown_whole(app: &AppState, snapshot: &Snapshot, whose: Option<&Whose>) -> Result<bool, Problem> {
    let Some(Whose { thing, looked_at }) = whose else { return Ok(false) };
    let sight = app.casework.sight_of(&snapshot.reader, async || Ok(thing), looked_at).await?;
    Ok(looked_at.classes.iter().all(|class| sight.shows(*class) != Shown::Withheld))
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
/// change (C-4.4).
#[utoipa::path(get, path = "/v1/issues/{id}/deadline", tag = "issues", params(AsOfParams), responses(
    (status = 200, description = "期限说明。The explanation.", body = DeadlineView),
))]
pub(crate) async fn deadline(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = moment(&app, &question).await?;
    let loaded = app.casework.issue(IssueId(id.0), snapshot.as_of).await?;
    Ok(one(loaded.version.0, DeadlineView::of(&loaded, &snapshot)?))
}
