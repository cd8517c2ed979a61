//! `GET /v1/offices`: the list, and one of them.

use crate::http::extract::{PathId, Question};
use crate::http::format::Format;
use crate::http::reference::{asked_about, cut_or_named, goes_on};
use crate::http::response::{Items, one, page};
use crate::http::tables;
use crate::input::body::{choice, line};
use crate::input::filters;
use crate::input::params::{AsOfParams, ListParams};
use crate::limits::NAME_CHARS_MAX;
use crate::offices::table;
use crate::offices::view::OfficeView;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::ids::OfficeId;
use domain::text;
use domain::vocabulary::OfficeKind;
use read_models::Listed;
use utoipa::ToSchema;

/// A page of offices.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct OfficePage {
    /// The offices, in the order in which they became known.
    items: Vec<OfficeView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

#[derive(Debug)]
struct OfficeQuery {
    kind: Option<OfficeKind>,
    q: Option<String>,
}

/// List offices
///
/// 办公室和承办单位，按登记先后排序。
///
/// Offices and handling units, in the order in which they became known.
#[utoipa::path(get, path = "/v1/offices", tag = "offices", params(
    ("kind" = Option<schema::OfficeKind>, Query, description = "类别。Kind."),
    ("q" = Option<String>, Query, description = "名称包含，原来的名称也算；不分全角半角、大小写和空格。Part of the name, also of an earlier one; width, case and spaces do not count.", example = "办公室"),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格未写 limit 和 cursor 时为全部。json, csv or xlsx; a table without limit and cursor holds all rows."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (OfficePage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "办公室编号,名称,原来的名称,类别,版本\r\n0198f3c1-0000-7000-8000-000000000010,江桥镇城市建设管理办公室,,department,1\r\n"),
    )),
))]
pub(crate) async fn list_offices(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let ((wanted, mark, ids, at_least, asked), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let wanted = OfficeQuery {
            kind: query.optional("kind", choice(OfficeKind::ALL, OfficeKind::as_str)),
            q: query.optional("q", line(NAME_CHARS_MAX)),
        };
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("offices {wanted:?}");
        goes_on(query, &asked, &mark);
        Some((wanted, mark, ids, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let offices = snapshot.reference.offices.all().filter(|one| {
        wanted.kind.is_none_or(|kind| one.kind == kind)
            && wanted.q.as_ref().is_none_or(|q| one.names().any(|name| text::name_holds(name, q)))
    });
    let wanted_page = if format.is_table() { asked.for_table() } else { asked.clone() };
    let (kept, next_cursor) = cut_or_named(&wanted_page, &ids, &mark, offices, |one| one.id.0)?;
    if format.is_table() {
        let items = kept.into_iter().map(table::row).collect();
        let listed = Listed { items, next_cursor, as_of_position: snapshot.position };
        return tables::of_memory(&request, &question, (format, &asked), &table::TABLE, listed);
    }
    let items = kept.into_iter().map(OfficeView::of).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read an office
///
/// 一个办公室或承办单位，现在或过去某一时刻。
///
/// An office or handling unit, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/offices/{id}", tag = "offices", params(AsOfParams), responses(
    (status = 200, description = "办公室。The office.", body = OfficeView),
))]
pub(crate) async fn one_office(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let known = snapshot.reference.offices.get(OfficeId(id.0)).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let mut view = OfficeView::of(known);
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(known.version, view))
}
