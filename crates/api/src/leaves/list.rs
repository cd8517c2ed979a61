//! `GET /v1/leaves`: the leaves of all delegates.

use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::{Items, page};
use crate::http::tables::{self, Making};
use crate::input::body::{choice, one_of};
use crate::input::filters;
use crate::input::params::ListParams;
use crate::input::query::{Page, Query};
use crate::leaves::table;
use crate::leaves::view::LeaveItemView;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{LeaveReason, LeaveState};
use read_models::{LeaveQuery, names};
use utoipa::ToSchema;

/// A page of leaves of absence.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct LeavePage {
    /// Leaves of absence, those that begin last first.
    items: Vec<LeaveItemView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List leaves of absence
///
/// 请假，开始日期最晚的在前。`from`、`to` 选取与该期间相交的请假，`grid_id` 为代表今日联系的网格。
///
/// Leaves of absence, those that begin last first (C-5.1). `from` and `to` choose those with a day in between, `grid_id`
/// those of delegates who are assigned there today.
#[utoipa::path(get, path = "/v1/leaves", tag = "delegates", params(
    ("grid_id" = Option<Uuid>, Query, description = "代表今日联系的网格。The grid that the delegate is assigned to today."),
    ("delegate_id" = Option<Uuid>, Query, description = "代表。Delegate."),
    ("reason_code" = Option<vocabulary::LeaveReason>, Query, description = "事由。Why."),
    ("state" = Option<String>, Query, pattern = r"^(requested|approved|refused|withdrawn)(,(requested|approved|refused|withdrawn))*$", description = "状态，可用逗号并列。States, several with commas.", example = "approved"),
    ("from" = Option<NaiveDate>, Query, description = "有不早于该日的日子。With a day on or after."),
    ("to" = Option<NaiveDate>, Query, description = "有不晚于该日的日子。With a day on or before."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (LeavePage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "请假编号,代表编号,代表,首日,末日\r\n0198f3c5-0000-7000-8000-00000000aa01,0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f,汪洁,2026-11-26,2026-11-26\r\n"),
    )),
))]
pub(crate) async fn list_leaves(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let ((mut wanted, at_least, paging), format) =
        question.read_as(&Format::OF_LISTS, |query| read_list(query, &known))?;
    let within = app.within(&question)?;
    wanted.delegate_ids = both(wanted.delegate_ids, app.delegates_within(&within, &known));
    app.reads_for(names::LEAVE_LIST, &question, at_least).await?;
    if format.is_table() {
        let snapshot = app.present();
        return tables::list(&app, &request, &question, (format, &paging), &table::TABLE, async |making, page| {
            let snapshot = snapshot.clone();
            let row = move |making: &mut Making, row| making.row(table::row(&row, &snapshot));
            app.read_models.each_leave(making, &wanted, &page, row).await
        })
        .await;
    }
    let _page = app.one_page().await;
    let listed = app.read_models.leaves(&wanted, &paging.request()).await?;
    let zone = app.present().reference.time_zone();
    let views: Vec<_> = listed.items.iter().map(|row| LeaveItemView::of(row, zone)).collect();
    let as_of_position = Some(listed.as_of_position.0);
    let items = Items { items: views, next_cursor: listed.next_cursor, as_of_position };
    Ok(page(&question.path, &question.query, &items))
}

fn read_list(query: &mut Query, known: &Snapshot) -> Option<(LeaveQuery, Option<u64>, Page)> {
    query.now_only();
    let states = || one_of(LeaveState::ALL.iter().map(|state| state.as_str()));
    let (from, to) = filters::days(query, ("from", "to"), known);
    let grid = filters::grid(query, known);
    let delegate = filters::delegate(query, known);
    let page = query.page();
    let wanted = LeaveQuery {
        delegate_ids: whose(grid, delegate, known),
        reason: query.optional("reason_code", choice(LeaveReason::ALL, LeaveReason::as_str)),
        states: query.choices("state", states, LeaveState::parse).unwrap_or_default(),
        from,
        to,
    };
    query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
    Some((wanted, query.at_least(), page))
}

/// The delegates whose leaves are meant, where not all are.
pub(crate) fn whose(
    grid: Option<AreaId>,
    delegate: Option<DelegateId>,
    snapshot: &Snapshot,
) -> Option<Vec<DelegateId>> {
    let Some(grid) = grid else { return delegate.map(|one| vec![one]) };
    let here = snapshot.reference.delegates.all().filter(|one| {
        one.assignments_on(snapshot.today).any(|assignment| assignment.grid_id == grid)
            && delegate.is_none_or(|wanted| wanted == one.id)
    });
    Some(here.map(|one| one.id).collect())
}

/// The delegates that are in both lists, of which either may be everybody.
fn both(one: Option<Vec<DelegateId>>, other: Option<Vec<DelegateId>>) -> Option<Vec<DelegateId>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.into_iter().filter(|id| other.contains(id)).collect()),
        (Some(some), None) | (None, Some(some)) => Some(some),
        (None, None) => None,
    }
}
