//! `GET /v1/public/notices`: the sessions to come whose rota is published, and the sheet of one of them.

use crate::http::context::RequestContext;
use crate::http::extract::{PathId, read_open};
use crate::http::format::Format;
use crate::http::tables;
use crate::input::filters;
use crate::input::query::{Page, Query};
use crate::limits::{PAGE_MAX, PUBLIC_DAYS_MAX};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::public::calendars::{self, of_notices};
use crate::public::view::{PublicNotice, PublicNoticePage};
use crate::public::{page, sheet, table};
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Days;
use domain::ids::SessionId;
use domain::language::text;
use domain::refusal::Code;
use read_models::{Listed, PageRequest, SessionQuery, SessionRow, names};

const FORMATS: [Format; 5] = [Format::Json, Format::Html, Format::Calendar, Format::Csv, Format::Xlsx];

/// List public notices
///
/// 无需令牌：已公布轮值的接待场次，只有代表的姓名与身份，没有其他人。默认自今日起，最多 92 天。网页的语言随 Accept-Language。
///
/// Without a token: the sessions whose rota is published, with names and capacities of delegates and nobody else's. From today
/// by default, 92 days at most. The page for people is in the language that `Accept-Language` asks for (C-5.2).
#[utoipa::path(get, path = "/v1/public/notices", tag = "public", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("unit_id" = Option<Uuid>, Query, description = "单位：所在网格的场次。Unit: the sessions of its grid."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "接待日期不早于，默认今日。Held on or after; today by default."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "接待日期不晚于，自 from 起最多 92 天（默认）。Held on or before; 92 days from `from` on at most, and by default."),
    ("limit" = Option<u64>, Query, description = "每页条数，1 至 1000（默认）。Notices a page, 1 to 1,000, which is the default."),
    ("cursor" = Option<String>, Query, description = "上一页的 next_cursor。The `next_cursor` of the page before."),
    ("format" = Option<String>, Query, pattern = r"^(json|html|ics|csv|xlsx)$", description = "json、html、ics、csv 或 xlsx。json, html, ics, csv or xlsx."),
), responses(
    (status = 200, description = "公示。The notices.", content(
        (PublicNoticePage = "application/json"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}场次编号,网格编号,网格,接待之日,开始,结束\r\n5c1e8a52-6f0d-8b3a-9e47-0d2f6a7b8c91,0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f,太平网格,2026-10-09,13:30,16:30\r\n"),
        (String = "text/calendar", example = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…"),
    )),
))]
pub(crate) async fn list_notices(app: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let snapshot = app.present();
    let ((wanted, paging), format) = read_open(&request, &FORMATS, |query| read_list(query, &snapshot))?;
    let listed = rows(&app, &wanted, &paging, &snapshot).await?;
    let mut answer = page::of_list(&request, format, listed.next_cursor.as_deref());
    if format == Format::Calendar {
        let calendar = of_notices(&app, "两代表联系服务群众接待", &listed.items, &snapshot);
        return Ok(answer.content_type(calendars::MEDIA_TYPE).body(calendar));
    }
    let notices = shown(listed, &snapshot);
    if format.is_table() {
        let rows = notices.items.iter().map(table::notice).collect();
        return tables::of_everybody(&request, answer, format, &table::NOTICES, rows);
    }
    if format == Format::Html {
        let language = RequestContext::of(&request)?.language();
        let next = notices.next_cursor.as_deref().map(|cursor| page::address(&request, cursor));
        return Ok(page::answer(answer, page::list(&notices, next.as_deref(), language)));
    }
    Ok(answer.json(notices))
}

/// The rows of a list that everybody may read.
///
/// # Errors
/// What keeps them from being read.
pub(super) async fn rows(
    app: &AppState,
    wanted: &SessionQuery,
    paging: &PageRequest,
    snapshot: &Snapshot,
) -> Result<Listed<SessionRow>, Problem> {
    app.reads_for_everybody(names::SESSION_LIST).await;
    let _page = app.one_page().await;
    Ok(app.read_models.sessions(wanted, snapshot.today, paging).await?)
}

/// The same as it is shown.
pub(super) fn shown(listed: Listed<SessionRow>, snapshot: &Snapshot) -> PublicNoticePage {
    let items = listed.items.iter().map(|row| PublicNotice::of(row, snapshot)).collect();
    PublicNoticePage { items, next_cursor: listed.next_cursor, as_of_position: listed.as_of_position.0 }
}

pub(super) fn read_list(query: &mut Query, snapshot: &Snapshot) -> Option<(SessionQuery, PageRequest)> {
    let grid_id = filters::grid_of_place(query, snapshot);
    let (from, to) = filters::days(query, ("from", "to"), snapshot);
    let from = from.unwrap_or(snapshot.today);
    let last = from.checked_add_days(Days::new(PUBLIC_DAYS_MAX - 1)).unwrap_or(from);
    let to = to.unwrap_or(last);
    if to < from || to > last {
        let detail = text(
            format!("应在 {from} 至 {last} 之间：最多 {PUBLIC_DAYS_MAX} 天，默认自今日起。"),
            format!("Must be between {from} and {last}: {PUBLIC_DAYS_MAX} days at most, from today by default."),
        );
        query.fault_because("to", HttpCode::BadParameter, detail);
    }
    let Page { limit, cursor, .. } = match query.page() {
        // Three months of a town are one page.
        page if page.whole => Page { limit: PAGE_MAX, ..page },
        page => page,
    };
    let page = Page { limit, cursor, whole: false };
    let wanted =
        SessionQuery { grid_id, from: Some(from), to: Some(to), published: Some(true), ..SessionQuery::default() };
    query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
    Some((wanted, page.request()))
}

/// Read the sheet of a session
///
/// 无需令牌：一个场次的公示单，供打印（A4）张贴。写明 `unit_id` 时为该单位的公示单。轮值未公布的为 404。
///
/// Without a token: the sheet of a session, to be printed (A4) and posted; with `unit_id` that of a unit. 404 while the rota
/// is not published. In Chinese, whatever `Accept-Language` says (C-5.2).
#[utoipa::path(get, path = "/v1/public/notices/{id}", tag = "public", params(
    ("unit_id" = Option<Uuid>, Query, description = "张贴的单位。The unit that hangs it out."),
), responses(
    (status = 200, description = "公示单。The sheet.", body = String, content_type = "text/html", example = "<!DOCTYPE html>…"),
))]
pub(crate) async fn one_sheet(
    app: web::Data<AppState>,
    request: HttpRequest,
    id: PathId,
) -> Result<HttpResponse, Problem> {
    let snapshot = app.present();
    let wanted = SessionQuery { id: Some(SessionId(id.0)), published: Some(true), ..SessionQuery::default() };
    app.reads_for_everybody(names::SESSION_LIST).await;
    let listed = app.read_models.sessions(&wanted, snapshot.today, &PageRequest::default()).await?;
    let row = listed.items.into_iter().next();
    let grid = row.as_ref().map(|row| row.session.grid_id);
    let (unit, _) = read_open(&request, &[Format::Html], |query| {
        let unit = filters::unit(query, &snapshot);
        let elsewhere = unit.zip(grid).is_some_and(|(unit, grid)| !snapshot.reference.areas.unit_in_grid(unit, grid));
        if elsewhere {
            query.fault("unit_id", Code::UnitNotInGrid);
        }
        Some(unit)
    })?;
    let row = row.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let position = listed.as_of_position;
    let root = app.casework.store.root_at(position.0).await.map_err(Problem::internal)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header(page::A_MINUTE);
    Ok(page::answer(answer, sheet::sheet(&row, unit, &snapshot, (position, root))))
}
