//! Reading an issue: as it is or was, its history, why it is due then. The list is `list.rs`.

use crate::http::extract::{PathId, Question};
use crate::http::response::one;
use crate::input::params::{AsOfParams, HistoryParams};
use crate::issues::deadline::DeadlineView;
use crate::issues::view::IssueView;
use crate::log::stream;
use crate::problem::Problem;
use crate::state::{Moment, Office};
use actix_web::{HttpResponse, web};
use casework::files::File;
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
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (file, moment) = asked_about(&office, id, &question).await?;
    let mut view = IssueView::of(&office, IssueId(id.0), &file, &moment).await?;
    view.as_of_position = Some(moment.position.0);
    Ok(one(file.version.0, view))
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
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&office, &StreamId::of("issue", id.0), &question).await
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
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (file, moment) = asked_about(&office, id, &question).await?;
    Ok(one(file.version.0, DeadlineView::of(&file, &moment)?))
}

async fn asked_about(office: &Office, id: PathId, question: &Question) -> Result<(Arc<File<Issue>>, Moment), Problem> {
    let (as_of, at_least) = question.read(|query| Some((query.as_of(), query.at_least())))?;
    office.log_covers(question, at_least).await?;
    let moment = office.moment(as_of).await?;
    let file = office.casework.issue(IssueId(id.0), moment.as_of).await?;
    Ok((file, moment))
}
