//! `GET /v1/legal-holds`: the list.

use super::table;
use super::view::LegalHoldView;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::reference::{cut, goes_on};
use crate::http::response::{Items, page};
use crate::http::tables;
use crate::input::body::choice;
use crate::input::params::ListParams;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::vocabulary::LegalHoldState;
use read_models::Listed;
use utoipa::ToSchema;

/// A page of legal holds.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct LegalHoldPage {
    /// The holds, in the order in which they were set.
    items: Vec<LegalHoldView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List legal holds
///
/// 依法保全，按设定先后排序。
///
/// Legal holds, in the order in which they were set.
#[utoipa::path(get, path = "/v1/legal-holds", tag = "personal data", params(
    ("state" = Option<schema::LegalHoldState>, Query, description = "状态。State."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格未写 limit 和 cursor 时为全部。json, csv or xlsx; a table without limit and cursor holds all rows."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (LegalHoldPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "保全编号,状态,涉及处数,事项编号,接待编号,网格编号,首日,末日,保全末日,设定时间,解除时间,版本\r\n0198f3c1-0000-7000-8000-000000000031,in_force,,0198f3c1-0000-7000-8000-000000000002,,,,,2027-06-30,2026-11-26T06:10:00.000Z,,1\r\n"),
    )),
))]
pub(crate) async fn list_legal_holds(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let ((state, mark, at_least, asked), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let state = query.optional("state", choice(LegalHoldState::ALL, LegalHoldState::as_str));
        let asked = query.page();
        let mark = format!("legal holds {state:?}");
        goes_on(query, &asked, &mark);
        Some((state, mark, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let today = snapshot.today;
    let holds = snapshot.reference.legal_holds.all();
    let wanted = holds.filter(|one| state.is_none_or(|state| one.state(today) == state));
    let wanted_page = if format.is_table() { asked.for_table() } else { asked.clone() };
    let (kept, next_cursor) = cut(&wanted_page, &mark, wanted, |one| one.id.0.as_u128())?;
    let town = snapshot.reference.time_zone();
    let items: Vec<_> = kept.into_iter().map(|one| LegalHoldView::of(one, today, town)).collect();
    if format.is_table() {
        let items = items.iter().map(table::row).collect();
        let listed = Listed { items, next_cursor, as_of_position: snapshot.position };
        return tables::of_memory(&request, &question, (format, &asked), &table::TABLE, listed);
    }
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}
