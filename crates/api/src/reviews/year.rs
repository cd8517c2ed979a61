//! `GET /v1/reviews`, `GET /v1/reviews/{year}`: how far the annual review of a year is (C-5.2).

use crate::http::context::PathParts;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::reference::{asked_about, asked_about_as};
use crate::http::response::one;
use crate::http::tables;
use crate::input::params::{AsOfParams, HistoryParams, TableParams};
use crate::log::stream;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::reading::year_of;
use crate::reviews::year_table;
use crate::reviews::year_view::AnnualReviewView;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use casework::annual_reviews::ReviewYear;
use event_store::Position;
use serde::Serialize;
use utoipa::ToSchema;

/// 各年度的述职评议。The annual reviews.
#[derive(Serialize, ToSchema)]
#[schema(as = AnnualReviewList)]
pub struct AnnualReviewList {
    /// 已启动的评议，依年度先后。Those that were opened, by year.
    items: Vec<AnnualReviewView>,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    as_of_position: u64,
}

/// List annual reviews
///
/// 已启动的年度述职评议，现在或过去某一时刻（C-5.2）。各年度的指标不以启动为前提，随时可查。
///
/// The annual reviews that were opened, now or as of a position or an instant. Figures of a year may be asked for whether its review
/// was opened or not (C-5.2).
#[utoipa::path(get, path = "/v1/reviews", tag = "reviews", params(AsOfParams, TableParams), responses(
    (status = 200, description = "各年度的评议。The annual reviews.", content(
        (AnnualReviewList = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}年度,状态,启动时间,冻结时间\r\n2026,open,2026-12-01T09:00:00+08:00,\r\n"),
    )),
))]
pub(crate) async fn list(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (snapshot, format) = asked_about_as(&app, &question, &Format::OF_LISTS).await?;
    let Position(position) = snapshot.position;
    let mut items = Vec::new();
    for year in app.casework.reviewable_years(snapshot.position, &snapshot.reference).await? {
        let review = app.casework.annual_review(ReviewYear(year), snapshot.as_of).await?;
        items.extend(AnnualReviewView::of(year, &review.state, &snapshot));
    }
    if format.is_table() {
        let rows = items.iter().map(|view| year_table::row(view, &snapshot)).collect();
        return tables::whole(&request, &question, format, &year_table::TABLE, (rows, snapshot.position));
    }
    Ok(HttpResponse::Ok().json(AnnualReviewList { items, as_of_position: position }))
}

/// Read an annual review
///
/// 一个年度述职评议的进展，现在或过去某一时刻：状态、冻结的位置与日志根，以及报告、测评、异议、结果和公布的数量（C-5.2）。尚未启动的为 404。
///
/// How far the annual review of a year is, now or as of a position or an instant: its state, the position and the root of the
/// freeze, how many reports, votes, disputes, results and publications there are. 404 where it was not opened (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    AsOfParams,
), responses(
    (status = 200, description = "评议。The review.", body = AnnualReviewView),
))]
pub(crate) async fn read(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let year = year_of(parts.get("year")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let snapshot = asked_about(&app, &question).await?;
    let review = app.casework.annual_review(ReviewYear(year), snapshot.as_of).await?;
    let view = AnnualReviewView::with_counts(&app, year, &review.state, &snapshot).await?;
    Ok(one(review.version.0, view))
}

/// Read the events of an annual review
///
/// 一个年度评议的事件：启动与冻结（C-5.2）。
///
/// The events of the review of a year: its opening and its freeze (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/events", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    HistoryParams,
), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn events(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let year = year_of(parts.get("year")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    stream::history(&app, &ReviewYear(year).stream(), &question).await
}
