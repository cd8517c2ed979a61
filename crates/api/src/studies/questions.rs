//! `GET /v1/studies`: the list, one of them, its history.

use super::table::TABLE;
use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about;
use crate::http::response::one;
use crate::input::body::{choice, one_of};
use crate::input::params::{AsOfParams, HistoryParams, ListParams};
use crate::input::query::Query;
use crate::log::stream;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::studies::view::StudyView;
use crate::undertakings::listed::{common, list, of_states};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::ids::StudyId;
use domain::study::Study;
use domain::vocabulary::{StudyKind, StudyState};
use event_store::StreamId;
use read_models::{UndertakingFamily, UndertakingQuery};
use utoipa::ToSchema;

/// Read a study or an inspection
///
/// 一项调研或一次巡查，现在或过去某一时刻。
///
/// A study or an inspection, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/studies/{id}", tag = "studies", params(AsOfParams), responses(
    (status = 200, description = "调研。The study or inspection.", body = StudyView),
))]
pub(crate) async fn one_study(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let loaded = app.casework.load::<Study>(StudyId(id.0), snapshot.as_of).await?;
    let mut view = StudyView::of(&app, StudyId(id.0), &loaded, &snapshot).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of a study
///
/// 一项调研的全部事件，按版本排序。
///
/// The whole history of a study or an inspection, in version order.
#[utoipa::path(get, path = "/v1/studies/{id}/events", tag = "studies", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn study_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("study", id.0), &question).await
}

/// A page of studies and inspections.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct StudyPage {
    /// 调研与巡查，开展之日晚的在前。Studies and inspections, those of the latest day first.
    items: Vec<StudyView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List studies and inspections
///
/// 调研与巡查列表，开展之日晚的在前，可按网格、参加的代表、日期、类别、状态和是否已报送筛选。
///
/// Studies and inspections, those of the latest day first, by grid, delegate, day, kind, state, and whether they are filed.
#[utoipa::path(get, path = "/v1/studies", tag = "studies", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("delegate_id" = Option<Uuid>, Query, description = "牵头或参加的代表。A delegate who leads it or takes part."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "开展之日不早于。Begun or held on this day or later."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "开展之日不晚于。Begun or held on this day or earlier."),
    ("kind" = Option<String>, Query, pattern = r"^(study|inspection)$", description = "类别：study、inspection。Kind: study, inspection."),
    ("state" = Option<String>, Query, pattern = r"^(started|finished|filed|closed)(,(started|finished|filed|closed))*$", description = "状态，可用逗号并列。State, several with commas."),
    ("filed" = Option<bool>, Query, description = "是否已按规定报送：调查研究为两个办公室，巡查监督为其一。Whether it is with whom it must be: a study with both offices, an inspection with one."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (StudyPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "调研编号,版本,类别\r\n0198f3c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f,1,study\r\n"),
    )),
))]
pub(crate) async fn list_studies(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let show = async |id: StudyId, loaded: &_, snapshot: &Snapshot, words: bool| {
        if words {
            StudyView::of(&app, id, loaded, snapshot).await
        } else {
            StudyView::facts(id, &loaded.state, snapshot)
        }
    };
    list(&app, &request, &question, read, StudyId, show, TABLE).await
}

fn read(query: &mut Query, known: &Snapshot) -> UndertakingQuery {
    let all_states = || one_of(StudyState::ALL.iter().map(|state| state.as_str()));
    let states = query.choices("state", all_states, StudyState::parse).unwrap_or_default();
    let is_filed = |state: &StudyState| StudyState::FILED.contains(state);
    let states = match query.flag("filed") {
        Some(filed) => of_states(query, "filed", states, StudyState::ALL, |state| is_filed(state) == filed),
        None => states,
    };
    UndertakingQuery {
        kind: query.optional("kind", choice(StudyKind::ALL, StudyKind::as_str)).map(StudyKind::as_str),
        states: states.into_iter().map(StudyState::as_str).collect(),
        ..common(query, known, UndertakingFamily::Study)
    }
}
