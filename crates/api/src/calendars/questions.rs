//! `GET /v1/calendars`: the working calendars that were published.

use crate::calendars::table;
use crate::calendars::view::CalendarView;
use crate::http::context::PathParts;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::reference::{asked_about, cut, goes_on};
use crate::http::response::{Items, one, page};
use crate::http::tables;
use crate::input::params::{AsOfParams, ListParams, TableParams};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use read_models::Listed;
use utoipa::ToSchema;

/// A page of calendars.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct CalendarPage {
    /// The calendars, earliest year first.
    items: Vec<CalendarView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List working calendars
///
/// 已公布的各年度工作日历，按年份排列。
///
/// The working calendars of every published year, earliest first.
#[utoipa::path(get, path = "/v1/calendars", tag = "calendars", params(ListParams, TableParams), responses(
    (status = 200, description = "一页。A page.", content(
        (CalendarPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}年度,依据,文号,公布之日\r\n2026,国务院办公厅关于2026年部分节假日安排的通知,国办发明电〔2025〕7号,2025-11-04\r\n"),
    )),
))]
pub(crate) async fn list_calendars(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let ((at_least, asked), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let page = query.page();
        goes_on(query, &page, "calendars");
        Some((query.at_least(), page))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let calendars = &snapshot.reference.calendars;
    let key = |year: &i32| u128::try_from(*year).unwrap_or(0);
    let wanted = if format.is_table() { asked.for_table() } else { asked.clone() };
    let (kept, next_cursor) = cut(&wanted, "calendars", calendars.years(), key)?;
    let items = kept.into_iter().filter_map(|year| CalendarView::of(calendars, year));
    if format.is_table() {
        let items = items.map(|view| table::row(&view)).collect();
        let listed = Listed { items, next_cursor, as_of_position: snapshot.position };
        return tables::of_memory(&request, &question, (format, &asked), &table::TABLE, listed);
    }
    let items = items.collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read a year's working calendar
///
/// 一年的节假日、调休上班日和本镇休息日，现在或过去某一时刻。尚未公布的年份为 404：其期限按星期推算，为暂定。
///
/// Public holidays, make-up working days and the town's own days off of a year, now or as of an earlier moment. A
/// year that is not published is 404: its days count by the weekday, and due dates counted through it are
/// provisional.
#[utoipa::path(get, path = "/v1/calendars/{year}", tag = "calendars", params(
    ("year" = i32, Path, description = "年份。The year.", example = 2026),
    AsOfParams,
), responses(
    (status = 200, description = "工作日历。The calendar.", body = CalendarView),
))]
pub(crate) async fn one_calendar(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let found = year_of(parts.get("year")).and_then(|year| CalendarView::of(&snapshot.reference.calendars, year));
    let mut view = found.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(view.version, view))
}

/// A year in the path: four digits; anything else names no calendar.
pub(super) fn year_of(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}
