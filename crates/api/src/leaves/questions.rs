//! `GET /v1/delegates/{id}/leaves` and one of them.

use crate::http::context::PathParts;
use crate::http::extract::{PathId, Question};
use crate::http::format::Format;
use crate::http::reference::{asked_about, asked_about_as};
use crate::http::response::one;
use crate::http::tables;
use crate::input::params::{AsOfParams, TableParams};
use crate::leaves::commands::named;
use crate::leaves::table;
use crate::leaves::view::LeaveView;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::Failure;
use casework::loaded::Loaded;
use domain::ids::DelegateId;
use domain::leave::{LEAVES_MAX, Leaves};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// 一位代表的请假。The leaves of absence of a delegate.
#[derive(Serialize, ToSchema)]
pub struct LeaveList {
    /// 各次请假，依申请的先后。Leaves of absence, in the order in which they were asked for.
    #[schema(max_items = 1000)]
    items: Vec<LeaveView>,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    as_of_position: u64,
}

const _: () = assert!(LEAVES_MAX == 1000);

/// The leaves of a delegate at a moment, none where none were asked for.
async fn leaves_of(app: &AppState, delegate: DelegateId, snapshot: &Snapshot) -> Result<Arc<Loaded<Leaves>>, Problem> {
    snapshot.reference.delegates.get(delegate).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    match app.casework.leaves(delegate, snapshot.as_of).await {
        Err(Failure::NotFound) => Ok(Arc::default()),
        leaves => Ok(leaves?),
    }
}

/// List the leaves of absence of a delegate
///
/// 一位代表的全部请假，现在或过去某一时刻（C-5.1）。
///
/// Every leave of absence of a delegate, now or as of a position or an instant (C-5.1).
#[utoipa::path(get, path = "/v1/delegates/{id}/leaves", tag = "delegates", params(AsOfParams, TableParams), responses(
    (status = 200, description = "请假。Leaves of absence.", content(
        (LeaveList = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}请假编号,代表编号,代表,首日,末日\r\n0198f3c5-0000-7000-8000-00000000aa01,0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f,汪洁,2026-11-26,2026-11-26\r\n"),
    )),
))]
pub(crate) async fn list_leaves(
    app: web::Data<AppState>,
    id: PathId,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (snapshot, format) = asked_about_as(&app, &question, &Format::OF_LISTS).await?;
    let leaves = leaves_of(&app, DelegateId(id.0), &snapshot).await?;
    if format.is_table() {
        let rows = leaves.state.all.iter().map(|leave| table::row_of(leave, id.0, &snapshot)).collect();
        return tables::whole(&request, &question, format, &table::TABLE, (rows, snapshot.position));
    }
    let mut items = Vec::with_capacity(leaves.state.all.len());
    for leave in &leaves.state.all {
        items.push(LeaveView::of(&app, id.0, &leaves, leave, &snapshot).await?);
    }
    Ok(one(leaves.version.0, LeaveList { items, as_of_position: snapshot.position.0 }))
}

/// Read a leave
///
/// 一次请假，现在或过去某一时刻（C-5.1）。
///
/// One leave, now or as of a position or an instant (C-5.1).
#[utoipa::path(get, path = "/v1/delegates/{id}/leaves/{leave_id}", tag = "delegates", params(AsOfParams), responses(
    (status = 200, description = "请假。The leave.", body = LeaveView),
))]
pub(crate) async fn one_leave(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (delegate, id) = named(&parts)?;
    let snapshot = asked_about(&app, &question).await?;
    let leaves = leaves_of(&app, delegate, &snapshot).await?;
    let leave = leaves.state.get(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    Ok(one(leaves.version.0, LeaveView::of(&app, delegate.0, &leaves, leave, &snapshot).await?))
}
