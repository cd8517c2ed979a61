//! `GET /v1/public/typical-cases`: the typical cases that are published (C-5.3).

use crate::http::context::RequestContext;
use crate::http::extract::read_open;
use crate::http::format::Format;
use crate::http::tables;
use crate::input::filters;
use crate::input::query::Query;
use crate::limits::PUBLIC_CASES_MAX;
use crate::problem::Problem;
use crate::public::case_view::{PublicCase, PublicCasePage};
use crate::public::{cases_page, page, table};
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::loaded::AsOf;
use domain::ids::TypicalCaseId;
use domain::typical_case::TypicalCase;
use read_models::{PageRequest, PublicCaseQuery, names};

/// List published typical cases
///
/// 无需令牌：已发布的典型案例，只有可公开的文本与加注，没有推荐时的文字和来源。文本被新文本取代后不再公开，新文本发布后公开。网页的语言随 Accept-Language。
///
/// Without a token: the typical cases that are published, the text that may be published and the annotations alone. Where another
/// text has taken the place of the published one, nothing of the case is told until the new one is published. The page for people
/// is in the language that `Accept-Language` asks for (C-5.3).
#[utoipa::path(get, path = "/v1/public/typical-cases", tag = "public", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "首次发布之日不早于。First published on this day or later."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "首次发布之日不晚于。First published on this day or before."),
    ("limit" = Option<u64>, Query, description = "每页条数，1 至 50（默认）。Cases a page, 1 to 50, which is the default."),
    ("cursor" = Option<String>, Query, description = "上一页的 next_cursor。The `next_cursor` of the page before."),
    ("format" = Option<String>, Query, pattern = r"^(json|html|csv|xlsx)$", description = "json、html、csv 或 xlsx。json, html, csv or xlsx."),
), responses(
    (status = 200, description = "典型案例。The cases.", content(
        (PublicCasePage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}典型案例编号,网格编号,网格,首次发布之日\r\n0198f3c7-1a2b-7c3d-8e4f-5a6b7c8d9e0f,0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f,太平网格,2026-11-26\r\n"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )),
))]
pub(crate) async fn list_cases(app: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let snapshot = app.present();
    let ((wanted, paging), format) =
        read_open(&request, &[Format::Json, Format::Html, Format::Csv, Format::Xlsx], |query| {
            read_list(query, &snapshot)
        })?;
    let cases = page_of(&app, &wanted, &paging, &snapshot).await?;
    let mut answer = page::of_list(&request, format, cases.next_cursor.as_deref());
    if format.is_table() {
        let rows = cases.items.iter().map(table::case).collect();
        return tables::of_everybody(&request, answer, format, &table::CASES, rows);
    }
    if format == Format::Html {
        let language = RequestContext::of(&request)?.language();
        let next = cases.next_cursor.as_deref().map(|cursor| page::address(&request, cursor));
        return Ok(page::answer(answer, cases_page::list(&cases, next.as_deref(), language)));
    }
    Ok(answer.json(cases))
}

/// A page of the cases that everybody may read.
///
/// # Errors
/// What keeps them from being read.
pub(super) async fn page_of(
    app: &AppState,
    wanted: &PublicCaseQuery,
    paging: &PageRequest,
    snapshot: &Snapshot,
) -> Result<PublicCasePage, Problem> {
    app.reads_for_everybody(names::UNDERTAKING_LIST).await;
    let _page = app.one_page().await;
    let listed = app.read_models.public_cases(wanted, paging).await?;
    let mut items: Vec<PublicCase> = Vec::with_capacity(listed.items.len());
    for id in listed.items {
        // As it is now: what was found to say too much is told no longer, however far the rows are behind.
        let loaded = app.casework.load::<TypicalCase>(TypicalCaseId(id), AsOf::Now).await?;
        items.extend(PublicCase::of(app, id, &loaded, snapshot).await?);
    }
    Ok(PublicCasePage { items, next_cursor: listed.next_cursor, as_of_position: listed.as_of_position.0 })
}

pub(super) fn read_list(query: &mut Query, snapshot: &Snapshot) -> Option<(PublicCaseQuery, PageRequest)> {
    let (from, to) = filters::days(query, ("from", "to"), snapshot);
    let page = query.page_of(PUBLIC_CASES_MAX);
    let wanted = PublicCaseQuery { grid_id: filters::grid(query, snapshot), from, to };
    query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
    Some((wanted, page.request()))
}
