//! `GET /v1/grids`, `/v1/units`: the lists, and one of them.

use crate::clauses::ledger::is_without;
use crate::http::extract::{PathId, Question};
use crate::http::format::Format;
use crate::http::reference::{asked_about, cut_or_named, goes_on};
use crate::http::response::{Items, one, page};
use crate::http::tables;
use crate::input::body::{choice, line};
use crate::input::filters;
use crate::input::params::{AsOfParams, ListParams};
use crate::limits::NAME_CHARS_MAX;
use crate::openapi::vocabulary as schema;
use crate::places::table;
use crate::places::view::{GridView, UnitView};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::area::Grid;
use domain::ids::AreaId;
use domain::text;
use domain::vocabulary::{DelegateType, UnitKind};
use read_models::Listed;
use utoipa::ToSchema;

/// A page of grids.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct GridPage {
    /// The grids, in the order in which they became known.
    items: Vec<GridView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List grids
///
/// 一级网格，按登记先后；含单位数、代表数、召集人和联络员，均以今日为准。
///
/// First-level grids in the order in which they became known, with the number of units and delegates, convener and
/// liaison as of today.
#[utoipa::path(get, path = "/v1/grids", tag = "places", params(
    ("q" = Option<String>, Query, description = "名称包含，原来的名称也算；不分全角半角、大小写和空格。Part of the name, also of an earlier one; width, case and spaces do not count.", example = "太平"),
    ("without" = Option<schema::DelegateType>, Query, description = "今日没有该类代表的。Without a delegate of this type today."),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格未写 limit 和 cursor 时为全部。json, csv or xlsx; a table without limit and cursor holds all rows."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (GridPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "网格编号,名称,原来的名称,版本,单位数\r\n0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f,太平网格,,3,4\r\n"),
    )),
))]
pub(crate) async fn list_grids(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let ((q, without, mark, ids, at_least, asked), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let q = query.optional("q", line(NAME_CHARS_MAX));
        let without = query.optional("without", choice(DelegateType::ALL, DelegateType::as_str));
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("grids {q:?} {without:?}");
        goes_on(query, &asked, &mark);
        Some((q, without, mark, ids, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let named = |grid: &&Grid| q.as_ref().is_none_or(|q| grid.names().any(|name| text::name_holds(name, q)));
    let lacking = |grid: &&Grid| without.is_none_or(|kind| is_without(grid.id, kind, &snapshot));
    let grids = snapshot.reference.areas.grids().filter(named).filter(lacking);
    let wanted_page = if format.is_table() { asked.for_table() } else { asked.clone() };
    let (kept, next_cursor) = cut_or_named(&wanted_page, &ids, &mark, grids, |grid| grid.id.0)?;
    if format.is_table() {
        let items = kept.into_iter().map(|grid| table::grid(grid, &snapshot)).collect();
        let listed = Listed { items, next_cursor, as_of_position: snapshot.position };
        return tables::of_memory(&request, &question, (format, &asked), &table::GRIDS, listed);
    }
    let items = kept.into_iter().map(|grid| GridView::of(grid, &snapshot)).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read a grid
///
/// 一个一级网格，现在或过去某一时刻。
///
/// A first-level grid, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/grids/{id}", tag = "places", params(AsOfParams), responses(
    (status = 200, description = "网格。The grid.", body = GridView),
))]
pub(crate) async fn one_grid(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let grid = snapshot.reference.areas.grid(AreaId(id.0)).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let mut view = GridView::of(grid, &snapshot);
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(grid.version, view))
}

/// A page of units.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct UnitPage {
    /// The units, in the order in which they became known.
    items: Vec<UnitView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

#[derive(Debug)]
struct UnitQuery {
    grid_id: Option<AreaId>,
    kind: Option<UnitKind>,
    q: Option<String>,
}

/// List units
///
/// 村、社区、机关企事业单位，可按网格、类别筛选，按登记先后排序。
///
/// Villages, communities, institutions and companies, by grid and kind, in the order in which they became known.
#[utoipa::path(get, path = "/v1/units", tag = "places", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("kind" = Option<schema::UnitKind>, Query, description = "类别。Kind."),
    ("q" = Option<String>, Query, description = "名称包含，原来的名称也算；不分全角半角、大小写和空格。Part of the name, also of an earlier one; width, case and spaces do not count.", example = "太平"),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格未写 limit 和 cursor 时为全部。json, csv or xlsx; a table without limit and cursor holds all rows."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (UnitPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "单位编号,名称,原来的名称,版本,类别\r\n0198f3c0-1c2d-7e3f-8a40-5b6c7d8e9f0a,太平村,,1,village\r\n"),
    )),
))]
pub(crate) async fn list_units(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = app.known_to(&question).await;
    let ((wanted, mark, ids, at_least, asked), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let wanted = UnitQuery {
            grid_id: filters::grid(query, &snapshot),
            kind: query.optional("kind", choice(UnitKind::ALL, UnitKind::as_str)),
            q: query.optional("q", line(NAME_CHARS_MAX)),
        };
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("units {wanted:?}");
        goes_on(query, &asked, &mark);
        Some((wanted, mark, ids, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let units = snapshot.reference.areas.units().filter(|unit| {
        wanted.grid_id.is_none_or(|grid| unit.grid_id == grid)
            && wanted.kind.is_none_or(|kind| unit.kind == kind)
            && wanted.q.as_ref().is_none_or(|q| unit.names().any(|name| text::name_holds(name, q)))
    });
    let wanted_page = if format.is_table() { asked.for_table() } else { asked.clone() };
    let (kept, next_cursor) = cut_or_named(&wanted_page, &ids, &mark, units, |unit| unit.id.0)?;
    if format.is_table() {
        let items = kept.into_iter().map(|unit| table::unit(unit, &snapshot)).collect();
        let listed = Listed { items, next_cursor, as_of_position: snapshot.position };
        return tables::of_memory(&request, &question, (format, &asked), &table::UNITS, listed);
    }
    let items = kept.into_iter().map(UnitView::of).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read a unit
///
/// 一个单位，现在或过去某一时刻。
///
/// A unit, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/units/{id}", tag = "places", params(AsOfParams), responses(
    (status = 200, description = "单位。The unit.", body = UnitView),
))]
pub(crate) async fn one_unit(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let unit = snapshot.reference.areas.unit(AreaId(id.0)).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let mut view = UnitView::of(unit);
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(unit.version, view))
}
