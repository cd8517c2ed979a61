//! `/v1/reviews/{year}/…`: the annual review of delegates and grids (C-5.2).

use crate::http::context::{PathParts, RequestContext};
use crate::http::csv;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::xlsx;
use crate::input::body;
use crate::input::filters;
use crate::input::params::TableParams;
use crate::input::query::Query;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::reading::{ReviewParams, ReviewRequest, asked, streams};
use crate::reviews::table;
use crate::reviews::view::{Named, ReviewView, ReviewsView};
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::reviews::{Frame, Reviewed, Tallies};
use domain::access::Scope;
use domain::area::Grid;
use domain::delegate::Delegate;
use domain::ids::{AreaId, DelegateId};
use domain::review::{Subject, Tally};
use read_models::ReviewOf;

/// A delegate or a grid as of a review, or 404.
pub(super) fn named(frame: &Frame, subject: Subject, id: &str) -> Result<Named, Problem> {
    let id = body::parse_uuid(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let name = match subject {
        Subject::Delegate => frame.reference.delegates.get(DelegateId(id)).map(|delegate| delegate.name.clone()),
        Subject::Grid => frame.reference.areas.grid(AreaId(id)).map(|grid| grid.name.clone()),
    };
    name.map(|name| Named { subject, id, name }).ok_or_else(|| Problem::new(HttpCode::NotFound))
}

/// Of whom it is, for the index and for the use case.
pub(super) fn review_of(named: &Named) -> (ReviewOf, Reviewed) {
    match named.subject {
        Subject::Delegate => (ReviewOf::Delegate(DelegateId(named.id)), Reviewed::Delegate(DelegateId(named.id))),
        Subject::Grid => (ReviewOf::Grid(AreaId(named.id)), Reviewed::Grid(AreaId(named.id))),
    }
}

async fn single(
    app: &AppState,
    request: &HttpRequest,
    question: &Question,
    subject: Subject,
    parts: &PathParts,
) -> Result<HttpResponse, Problem> {
    let ReviewRequest { frame, format, .. } =
        asked(app, parts.get("year"), question, &Format::OF_LISTS, |_, _, _| ()).await?;
    let named = named(&frame, subject, parts.get("id"))?;
    let (index, _) = review_of(&named);
    let streams = streams(app, question, &frame, index).await?;
    let mut tallies = app.casework.review(&frame, streams).await?;
    let tally = match subject {
        Subject::Delegate => tallies.delegates.remove(&DelegateId(named.id)),
        Subject::Grid => tallies.grids.remove(&AreaId(named.id)),
    };
    // Nothing found is a review too: nothing of nothing.
    let tally = tally.unwrap_or_default();
    let language = RequestContext::of(request)?.language();
    let file = format!("review-{}-{}", frame.period.year, named.id);
    Ok(if format == Format::Csv {
        csv::answer(&file, table::single(&named, &tally, &frame, language, csv::headed))
    } else if format == Format::Xlsx {
        xlsx::answer(&file, table::single(&named, &tally, &frame, language, xlsx::headed))?
    } else {
        HttpResponse::Ok().json(ReviewView::of(named, &tally, &frame))
    })
}

/// Review a delegate
///
/// 代表年度述职评议指标（C-5.2），由日志前 N 个事件推算：同一位置、同一算法，结果逐字节相同。
/// 每个数字都给出 n 和 of。`valid_sessions`、`notices`、`typical_cases` 只按网格评议，`disputes_upheld` 只按代表评议。
/// CSV 每个指标一行，以字节序标记开头，表头语言随 `Accept-Language`。
///
/// The annual review of a delegate (C-5.2), derived from the first N events of the log: the same position and rules
/// give the same bytes for ever. Every figure carries n and of. `valid_sessions`, `notices` and `typical_cases` are
/// reviewed for grids only, `disputes_upheld` for delegates only. CSV has a row for each indicator, begins with a byte
/// order mark, and its headings follow `Accept-Language`.
#[utoipa::path(get, path = "/v1/reviews/{year}/delegates/{id}", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    ReviewParams, TableParams,
), responses(
    (status = 200, description = "评议指标。The review.", content(
        (ReviewView = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}年度,代表编号,代表,序号,算法,暂定,指标代码,指标,条款,可计算,分子,分母\r\n2026,0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f,汪洁,88141,review/2,false,on_time,按时答复率,C-4.4,true,26,27\r\n"),
    )),
))]
pub(crate) async fn one_delegate(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    single(&app, &request, &question, Subject::Delegate, &parts).await
}

/// Review a grid
///
/// 网格年度评议指标，算法与代表的相同，按事项、联系记录、场次等所在的网格统计。
///
/// The annual review of a grid: computed as for a delegate, counting issues, receptions, sessions and the rest by their
/// grid (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/grids/{id}", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    ReviewParams, TableParams,
), responses(
    (status = 200, description = "评议指标。The review.", content(
        (ReviewView = "application/json", example = json!({
            "year": 2026, "grid": {"id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "太平网格"}, "as_of_position": 88141,
            "root": "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=", "policy_position": 4, "rules": "review/2", "clause": "C-5.2",
            "until": "2026-11-24", "provisional": false, "indicators": [
                {"code": "answer_rate", "clause": "C-3.6", "n": 411, "of": 414, "target_permille": 1000},
                {"code": "valid_sessions", "clause": "C-4.1", "n": 40, "of": 42}]})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}year,grid_id,grid,as_of_position,rules,provisional,code,indicator,clause,available,n,of\r\n2026,0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f,太平网格,88141,review/2,false,on_time,on_time,C-4.4,true,402,414\r\n"),
    )),
))]
pub(crate) async fn one_grid(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    single(&app, &request, &question, Subject::Grid, &parts).await
}

/// Review all delegates
///
/// 全镇代表，或以 `grid_id` 只含该年联系该网格的代表，一次算完，按编号排列：当年持有代表资格的，以及有指标的。
/// CSV 每名代表一行。
///
/// The delegates of the town, or with `grid_id` those assigned to that grid in the year, all at once, by id:
/// everybody who held a mandate in the year or about whom there is anything to say. CSV has a row for each
/// delegate (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/delegates", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    ("grid_id" = Option<Uuid>, Query, description = "只要该网格的代表。Only delegates of this grid."),
    ReviewParams, TableParams,
), responses(
    (status = 200, description = "各代表的指标。The reviews.", content(
        (ReviewsView = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}年度,代表编号,代表,序号,算法,暂定,答复率 分子,答复率 分母,答复率 目标(‰)\r\n2026,0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f,汪洁,88141,review/2,false,27,27,1000\r\n"),
    )),
))]
pub(crate) async fn all_delegates(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let read = |query: &mut Query, _, known: &Snapshot| filters::grid(query, known);
    let ReviewRequest { frame, format, more: grid, .. } =
        asked(&app, parts.get("year"), &question, &Format::OF_LISTS, read).await?;
    let known = app.known_to(&question).await;
    let only = app.delegates_within(&app.within(&question)?, &known);
    let tallies = town(&app, &question, &frame).await?;
    let blank = Tally::default();
    let seen = |delegate: &&Delegate| only.as_ref().is_none_or(|only| only.contains(&delegate.id));
    let reviewed = frame.reference.delegates.all().filter(seen).filter_map(|delegate| {
        let tally = tallies.delegates.get(&delegate.id);
        let concerned = match grid {
            Some(grid) => was_assigned(delegate, grid, &frame),
            None => tally.is_some() || held_a_mandate(delegate, &frame),
        };
        let named = Named { subject: Subject::Delegate, id: delegate.id.0, name: delegate.name.clone() };
        concerned.then(|| (named, tally.unwrap_or(&blank)))
    });
    many(&request, Subject::Delegate, reviewed, &frame, format)
}

/// Review all grids
///
/// 各一级网格的指标，一次算完：该位置已知的每个网格，按编号排列。CSV 每个网格一行。
///
/// The indicators of every grid known at that position, all at once, by id. CSV has a row for each grid (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/grids", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    ReviewParams, TableParams,
), responses(
    (status = 200, description = "各网格的指标。The reviews.", content(
        (ReviewsView = "application/json", example = json!({
            "year": 2026, "as_of_position": 88141, "root": "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=", "policy_position": 4,
            "rules": "review/2", "clause": "C-5.2", "until": "2026-11-24", "items": [
                {"grid": {"id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "太平网格"}, "provisional": false, "indicators": [
                    {"code": "answer_rate", "clause": "C-3.6", "n": 411, "of": 414, "target_permille": 1000},
                    {"code": "valid_sessions", "clause": "C-4.1", "n": 40, "of": 42}]}]})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}年度,网格编号,网格,序号,算法,暂定,答复率 分子,答复率 分母,答复率 目标(‰)\r\n2026,0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f,太平网格,88141,review/2,false,411,414,1000\r\n"),
    )),
))]
pub(crate) async fn all_grids(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let ReviewRequest { frame, format, .. } =
        asked(&app, parts.get("year"), &question, &Format::OF_LISTS, |_, _, _| ()).await?;
    let only = match app.within(&question)?.scope {
        Scope::Town | Scope::Figures | Scope::PartyLine => None,
        Scope::Grids(grids) => Some(grids),
        Scope::Own { .. } | Scope::Offices(_) | Scope::Receipt => Some(Vec::new()),
    };
    let tallies = town(&app, &question, &frame).await?;
    let blank = Tally::default();
    let seen = |grid: &&Grid| only.as_ref().is_none_or(|only| only.contains(&grid.id));
    let reviewed = frame.reference.areas.grids().filter(seen).map(|grid| {
        let named = Named { subject: Subject::Grid, id: grid.id.0, name: grid.name.clone() };
        (named, tallies.grids.get(&grid.id).unwrap_or(&blank))
    });
    many(&request, Subject::Grid, reviewed, &frame, format)
}

async fn town(app: &AppState, question: &Question, frame: &std::sync::Arc<Frame>) -> Result<Tallies, Problem> {
    let streams = streams(app, question, frame, ReviewOf::Town).await?;
    Ok(app.casework.review(frame, streams).await?)
}

fn many<'a>(
    request: &HttpRequest,
    subject: Subject,
    rows: impl Iterator<Item = (Named, &'a Tally)>,
    frame: &Frame,
    format: Format,
) -> Result<HttpResponse, Problem> {
    let what = if subject == Subject::Delegate { "delegates" } else { "grids" };
    let (file, language) = (format!("review-{}-{what}", frame.period.year), RequestContext::of(request)?.language());
    Ok(if format == Format::Csv {
        csv::answer(&file, table::all(subject, rows, frame, language, csv::headed))
    } else if format == Format::Xlsx {
        xlsx::answer(&file, table::all(subject, rows, frame, language, xlsx::headed))?
    } else {
        HttpResponse::Ok().json(ReviewsView::of(rows, frame))
    })
}

/// Whether a mandate was held on any day of the review.
fn held_a_mandate(delegate: &Delegate, frame: &Frame) -> bool {
    let period = &frame.period;
    delegate.mandates.iter().any(|held| held.from <= period.until && held.to.is_none_or(|to| period.first <= to))
}

/// Whether a delegate was assigned to a grid, or to a unit of it, on any day of the review.
fn was_assigned(delegate: &Delegate, grid: AreaId, frame: &Frame) -> bool {
    let period = &frame.period;
    delegate.grids_within(period.first, period.until).any(|of| of == grid)
}
