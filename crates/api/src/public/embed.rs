//! `/embed/…`: what everybody may know, as pages within those of others. Only pages of the origins that the operator names
//! (`--embed-origins`) may hold them; the middleware says so in each answer.

use crate::http::context::RequestContext;
use crate::http::extract::read_open;
use crate::http::format::Format;
use crate::input::query::Query;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::public::review_view::PublicReviews;
use crate::public::{cases, cases_page, notices, page, reviews};
use crate::reviews::reading::year_of;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Datelike as _;
use domain::language::Language;
use maud::Markup;

/// Embed the public notices
///
/// 无需令牌：接待公示，嵌入其他网站的页面（iframe）；只有 `--embed-origins` 所列来源的页面可以嵌入，默认没有。
///
/// Without a token: the public notices for an iframe, in pages of the origins that `--embed-origins` names; none by default (C-5.2).
#[utoipa::path(get, path = "/embed/notices", tag = "public", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("unit_id" = Option<Uuid>, Query, description = "单位：所在网格的场次。Unit: the sessions of its grid."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "接待日期不早于，默认今日。Held on or after; today by default."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "接待日期不晚于，自 from 起最多 92 天（默认）。Held on or before; 92 days from `from` on at most, and by default."),
    ("limit" = Option<u64>, Query, description = "每页条数，1 至 1000（默认）。Notices a page, 1 to 1,000, which is the default."),
    ("cursor" = Option<String>, Query, description = "上一页的 next_cursor。The `next_cursor` of the page before."),
    ("lang" = Option<String>, Query, pattern = "^(zh|en)$", description = "语言：zh 或 en。The language: zh or en."),
), responses(
    (status = 200, description = "公示。The notices.", body = String, content_type = "text/html", example = "<!DOCTYPE html>…"),
))]
pub(crate) async fn embed_notices(app: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (snapshot, language, (wanted, paging)) = asked(&app, &request, notices::read_list)?;
    let shown = notices::shown(notices::rows(&app, &wanted, &paging, &snapshot).await?, &snapshot);
    let next = shown.next_cursor.as_deref().map(|cursor| page::address(&request, cursor));
    Ok(answered(&request, shown.next_cursor.as_deref(), page::list(&shown, next.as_deref(), language)))
}

/// Embed the published typical cases
///
/// 无需令牌：已发布的典型案例，嵌入其他网站的页面（iframe）。
///
/// Without a token: the published typical cases for an iframe (C-5.3).
#[utoipa::path(get, path = "/embed/typical-cases", tag = "public", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "首次发布之日不早于。First published on this day or later."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "首次发布之日不晚于。First published on this day or before."),
    ("limit" = Option<u64>, Query, description = "每页条数，1 至 50（默认）。Cases a page, 1 to 50, which is the default."),
    ("cursor" = Option<String>, Query, description = "上一页的 next_cursor。The `next_cursor` of the page before."),
    ("lang" = Option<String>, Query, pattern = "^(zh|en)$", description = "语言：zh 或 en。The language: zh or en."),
), responses(
    (status = 200, description = "典型案例。The cases.", body = String, content_type = "text/html", example = "<!DOCTYPE html>…"),
))]
pub(crate) async fn embed_cases(app: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (snapshot, language, (wanted, paging)) = asked(&app, &request, cases::read_list)?;
    let shown = cases::page_of(&app, &wanted, &paging, &snapshot).await?;
    let next = shown.next_cursor.as_deref().map(|cursor| page::address(&request, cursor));
    Ok(answered(&request, shown.next_cursor.as_deref(), cases_page::list(&shown, next.as_deref(), language)))
}

/// Embed the published results of a review
///
/// 无需令牌：一个年度已公布的评议结果，嵌入其他网站的页面（iframe）；默认上一年度。尚未冻结的为 404。
///
/// Without a token: the published results of a year for an iframe; the year before by default. 404 before the freeze (C-5.2).
#[utoipa::path(get, path = "/embed/reviews", tag = "public", params(
    ("year" = Option<u64>, Query, minimum = 1000, maximum = 9999, description = "年度，默认上一年度。The year; by default the one before."),
    ("lang" = Option<String>, Query, pattern = "^(zh|en)$", description = "语言：zh 或 en。The language: zh or en."),
), responses(
    (status = 200, description = "公布的结果。The published results.", body = String, content_type = "text/html", example = "<!DOCTYPE html>…"),
))]
pub(crate) async fn embed_reviews(app: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (snapshot, language, year) = asked(&app, &request, |query, snapshot| {
        let before = u64::try_from(snapshot.today.year() - 1).unwrap_or_default();
        Some(query.whole("year", 1000..=9999).unwrap_or(before))
    })?;
    let year = year_of(&year.to_string()).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let _page = app.one_page().await;
    let shown = PublicReviews::read(&app, year, &snapshot).await?;
    Ok(answered(&request, None, reviews::as_page(&shown, language)))
}

/// What is asked for, and in which language.
fn asked<T>(
    app: &AppState,
    request: &HttpRequest,
    read: impl FnOnce(&mut Query, &Snapshot) -> Option<T>,
) -> Result<(Snapshot, Language, T), Problem> {
    let snapshot = app.present();
    let ((named, asked), _) = read_open(request, &[Format::Html], |query| {
        let named = page::language(query);
        Some((named, read(query, &snapshot)?))
    })?;
    let language = named.unwrap_or(RequestContext::of(request)?.language());
    Ok((snapshot, language, asked))
}

fn answered(request: &HttpRequest, next_cursor: Option<&str>, shown: Markup) -> HttpResponse {
    page::answer(page::of_list(request, Format::Html, next_cursor), page::embedded(shown))
}
