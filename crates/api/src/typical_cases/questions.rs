//! `GET /v1/typical-cases`: the list, one of them, its history.

use super::table::TABLE;
use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about;
use crate::http::response::one;
use crate::input::body::one_of;
use crate::input::filters;
use crate::input::params::{AsOfParams, HistoryParams, ListParams};
use crate::input::query::Query;
use crate::log::stream;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::typical_cases::view::TypicalCaseView;
use crate::undertakings::listed::list;
use actix_web::{HttpRequest, HttpResponse, web};
use casework::loaded::AsOf;
use domain::ids::TypicalCaseId;
use domain::typical_case::TypicalCase;
use domain::vocabulary::TypicalCaseState;
use event_store::StreamId;
use read_models::{UndertakingFamily, UndertakingQuery};
use utoipa::ToSchema;

/// Read a typical case
///
/// 一个典型案例，现在或过去某一时刻。
///
/// A typical case, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/typical-cases/{id}", tag = "typical cases", params(AsOfParams), responses(
    (status = 200, description = "典型案例。The typical case.", body = TypicalCaseView),
))]
pub(crate) async fn one_case(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    // Of one place in the log with its sources, also where the present is asked for.
    let as_of = AsOf::Position(snapshot.position);
    let id = TypicalCaseId(id.0);
    let loaded = app.casework.load::<TypicalCase>(id, as_of).await?;
    let mut view = TypicalCaseView::of(&app, id, &loaded, &snapshot, as_of).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of a typical case
///
/// 一个典型案例的全部事件，按版本排序。
///
/// The whole history of a typical case, in version order.
#[utoipa::path(get, path = "/v1/typical-cases/{id}/events", tag = "typical cases", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn case_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("typical_case", id.0), &question).await
}

/// A page of typical cases.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct TypicalCasePage {
    /// 典型案例，推荐之日晚的在前。The typical cases, those nominated last first.
    items: Vec<TypicalCaseView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List typical cases
///
/// 典型案例列表，推荐之日晚的在前，可按网格、推荐之日、状态和是否待加注筛选。
///
/// Typical cases, those nominated last first, by grid, day of nomination, state, and whether an annotation is due.
#[utoipa::path(get, path = "/v1/typical-cases", tag = "typical cases", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "推荐之日不早于。Nominated on this day or later."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "推荐之日不晚于。Nominated on this day or before."),
    ("state" = Option<String>, Query, pattern = r"^(nominated|deidentified|submitted|selected|rejected|published)(,(nominated|deidentified|submitted|selected|rejected|published))*$", description = "状态，可用逗号并列。State, several with commas."),
    ("annotation_due" = Option<bool>, Query, description = "true 为入选之后来源事项重办、此后尚未加注。True: a source issue was reopened after the selection, and nothing was annotated since."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (TypicalCasePage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "典型案例编号,版本,网格编号\r\n0198f3c7-1a2b-7c3d-8e4f-5a6b7c8d9e0f,1,0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f\r\n"),
    )),
))]
pub(crate) async fn list_cases(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let show = async |id: TypicalCaseId, loaded: &_, snapshot: &Snapshot, words: bool| {
        if words {
            TypicalCaseView::of(&app, id, loaded, snapshot, snapshot.as_of).await
        } else {
            TypicalCaseView::facts(&app, id, &loaded.state, snapshot, snapshot.as_of).await
        }
    };
    list(&app, &request, &question, read, TypicalCaseId, show, TABLE).await
}

fn read(query: &mut Query, known: &Snapshot) -> UndertakingQuery {
    let (from, to) = filters::days(query, ("from", "to"), known);
    let all_states = || one_of(TypicalCaseState::ALL.iter().map(|state| state.as_str()));
    let states = query.choices("state", all_states, TypicalCaseState::parse).unwrap_or_default();
    UndertakingQuery {
        grid_id: filters::grid(query, known),
        from,
        to,
        states: states.into_iter().map(TypicalCaseState::as_str).collect(),
        annotation_due: query.flag("annotation_due"),
        ..UndertakingQuery::of(UndertakingFamily::TypicalCase)
    }
}
