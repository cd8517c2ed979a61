//! `/v1/reviews/{year}/…/indicators/{code}`: the issues and other things behind an indicator (C-5.2).

use crate::http::context::PathParts;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::reference::{cut, goes_on};
use crate::http::response::{Items, page};
use crate::http::tables;
use crate::input::params::{PageParams, TableParams};
use crate::input::query::Query;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::member::{NoMembersView, ReviewMemberView};
use crate::reviews::member_table::{TABLE, row};
use crate::reviews::questions::{named, review_of};
use crate::reviews::reading::{Asked, ReviewParams, ReviewRequest, asked, streams};
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::review::{RuleSet, Subject};
use domain::vocabulary::Indicator;
use read_models::Listed;
use utoipa::ToSchema;

/// A page of the members behind an indicator.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct ReviewMemberPage {
    /// The members, in the order in which what they are of was begun.
    items: Vec<ReviewMemberView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// Made from the leaves up to here.
    as_of_position: u64,
    /// The indicator, where no recorded fact decides it yet; then there are no items.
    code: Option<String>,
    /// False there.
    available: Option<bool>,
    /// Its clause.
    clause: Option<String>,
}

async fn members(
    app: &AppState,
    request: &HttpRequest,
    question: &Question,
    subject: Subject,
    parts: &PathParts,
) -> Result<HttpResponse, Problem> {
    let nowhere = || Problem::new(HttpCode::NotFound);
    let indicator = Indicator::parse(parts.get("code")).ok_or_else(nowhere)?;
    let says = |set: RuleSet| set.indicators(subject).any(|one| one == indicator);
    if !RuleSet::ALL.iter().copied().any(says) {
        return Err(nowhere());
    }
    let (year, id) = (parts.get("year"), parts.get("id"));
    // What a page of `review/1` begins with is told as it always was.
    let mark = |Asked { rule_set, as_of }| match rule_set {
        RuleSet::One => format!("review {year} {id} {indicator} {as_of:?}"),
        RuleSet::Two => format!("{rule_set} {year} {id} {indicator} {as_of:?}"),
    };
    let read = |query: &mut Query, asked, _: &Snapshot| {
        let paging = query.page();
        goes_on(query, &paging, &mark(asked));
        paging
    };
    let ReviewRequest { frame, asked, format, more: paging } =
        asked(app, year, question, &Format::OF_LISTS, read).await?;
    if !says(asked.rule_set) {
        return Err(nowhere());
    }
    let named = named(&frame, subject, id)?;
    if !asked.rule_set.decides(indicator) {
        if format.is_table() {
            return tables::whole(request, question, format, &TABLE, (Vec::new(), frame.position));
        }
        return Ok(HttpResponse::Ok().json(NoMembersView::of(indicator, &frame)));
    }
    let (index, reviewed) = review_of(&named);
    let streams = streams(app, question, &frame, index).await?;
    let found = app.casework.review_members(&frame, streams, reviewed).await?;
    let mut before = (0, 0u32);
    let behind = found.iter().filter_map(|member| {
        let view = ReviewMemberView::of(member, indicator)?;
        // Several of one issue, cycles or interim dates, keep their order.
        let again = if before.0 == member.first_position { before.1 + 1 } else { 0 };
        before = (member.first_position, again);
        Some((u128::from(member.first_position) << 32 | u128::from(again), view))
    });
    let wanted = if format.is_table() { paging.for_table() } else { paging.clone() };
    let (kept, next_cursor) = cut(&wanted, &mark(asked), behind, |(key, _)| *key)?;
    if format.is_table() {
        let items = kept.iter().map(|(_, view)| row(view, &frame)).collect();
        let listed = Listed { items, next_cursor, as_of_position: frame.position };
        return tables::of_memory(request, question, (format, &paging), &TABLE, listed);
    }
    let items = kept.into_iter().map(|(_, view)| view).collect();
    let items = Items { items, next_cursor, as_of_position: Some(frame.position.0) };
    Ok(page(&question.path, &question.query, &items))
}

/// List what is behind an indicator of a delegate
///
/// 指标背后的事项、联系记录、场次、调研、实事、活动、会议或异议：各是否计入分子，以及据以判断的日期。所用算法不判断的指标，`available` 为 `false`。
///
/// Which issues, receptions, sessions, studies, deeds, activities, meetings or disputes are behind an indicator, whether
/// each counts, and the days that decide it. Of an indicator that the rules asked for do not decide, `available` is
/// `false` (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/delegates/{id}/indicators/{code}", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    ("code" = schema::Indicator, Path, description = "指标代码。The indicator.", example = "on_time"),
    ReviewParams, PageParams, TableParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (ReviewMemberPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}事项标识,事项编号,轮次,计入\r\n0198f3c0-0000-7000-8000-000000000302,2026-88122,1,true\r\n"),
    )),
))]
pub(crate) async fn behind_delegate(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    members(&app, &request, &question, Subject::Delegate, &parts).await
}

/// List what is behind an indicator of a grid
///
/// 网格指标背后的事项、联系记录、场次、调研、实事、案例，以及各季度、各半年：同代表的指标，按所在网格统计。
///
/// What is behind a grid's indicator: as for a delegate, by the grid of each; of what a grid holds again and again each
/// quarter or half-year that is over, with the activity or meeting by which it had enough (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/grids/{id}/indicators/{code}", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    ("code" = schema::Indicator, Path, description = "指标代码。The indicator.", example = "late_records"),
    ReviewParams, PageParams, TableParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (ReviewMemberPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}事项标识,事项编号,轮次,计入\r\n0198f3c0-0000-7000-8000-000000000302,2026-88122,1,true\r\n"),
    )),
))]
pub(crate) async fn behind_grid(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    members(&app, &request, &question, Subject::Grid, &parts).await
}
