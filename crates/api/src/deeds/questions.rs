//! `GET /v1/deeds`: the list, one of them, its history.

use super::table::TABLE;
use crate::deeds::view::DeedView;
use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about_people;
use crate::http::response::one;
use crate::input::body::{choice, one_of};
use crate::input::params::{AsOfParams, HistoryParams, ListParams, OpenParams};
use crate::input::query::Query;
use crate::log::stream;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::undertakings::listed::{common, list, of_states};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::deed::Deed;
use domain::ids::DeedId;
use domain::vocabulary::{DeedKind, DeedState};
use event_store::StreamId;
use read_models::{UndertakingFamily, UndertakingQuery};
use utoipa::ToSchema;

/// Read a deed
///
/// 一件实事，现在或过去某一时刻。
///
/// A deed, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/deeds/{id}", tag = "deeds", params(AsOfParams, OpenParams), responses(
    (status = 200, description = "实事。The deed.", body = DeedView),
))]
pub(crate) async fn one_deed(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about_people(&app, &question).await?;
    let loaded = app.casework.load::<Deed>(DeedId(id.0), snapshot.as_of).await?;
    let mut view = DeedView::of(&app, DeedId(id.0), &loaded, &snapshot).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of a deed
///
/// 一件实事的全部事件，按版本排序。
///
/// The whole history of a deed, in version order.
#[utoipa::path(get, path = "/v1/deeds/{id}/events", tag = "deeds", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn deed_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("deed", id.0), &question).await
}

/// A page of deeds.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct DeedPage {
    /// 实事，承诺之日晚的在前。The deeds, those promised for the latest day first.
    items: Vec<DeedView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List deeds
///
/// 实事列表，承诺之日晚的在前，可按网格、认领代表、承诺之日、方式、状态和是否逾期筛选。
///
/// Deeds, those promised for the latest day first, by grid, owner, day promised, kind, state, and whether they are overdue.
#[utoipa::path(get, path = "/v1/deeds", tag = "deeds", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("delegate_id" = Option<Uuid>, Query, description = "认领的代表。The delegate who owes it."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "承诺之日不早于。Promised for this day or a later one."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "承诺之日不晚于。Promised for this day or an earlier one."),
    ("kind" = Option<String>, Query, pattern = r"^(pledged_deed|paired_support|condolence_visit|advice|volunteering)$", description = "服务方式。Kind of service."),
    ("state" = Option<String>, Query, pattern = r"^(pledged|completed|abandoned)(,(pledged|completed|abandoned))*$", description = "状态，可用逗号并列。State, several with commas."),
    ("overdue" = Option<bool>, Query, description = "true 为承诺之日已过而未完成、未放弃。True: the day promised is past, with the deed neither done nor given up."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (DeedPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "实事编号,版本,服务方式\r\n0198f3c4-1a2b-7c3d-8e4f-5a6b7c8d9e0f,1,pledged_deed\r\n"),
    )),
))]
pub(crate) async fn list_deeds(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let show = async |id: DeedId, loaded: &_, snapshot: &Snapshot, words: bool| {
        if words {
            DeedView::of(&app, id, loaded, snapshot).await
        } else {
            DeedView::facts(id, &loaded.state, snapshot)
        }
    };
    list(&app, &request, &question, read, DeedId, show, TABLE).await
}

fn read(query: &mut Query, known: &Snapshot) -> UndertakingQuery {
    let all_states = || one_of(DeedState::ALL.iter().map(|state| state.as_str()));
    let states = query.choices("state", all_states, DeedState::parse).unwrap_or_default();
    let overdue = query.flag("overdue");
    let states = if overdue == Some(true) {
        of_states(query, "overdue", states, DeedState::ALL, |state| *state == DeedState::Pledged)
    } else {
        states
    };
    UndertakingQuery {
        kind: query.optional("kind", choice(DeedKind::ALL, DeedKind::as_str)).map(DeedKind::as_str),
        states: states.into_iter().map(DeedState::as_str).collect(),
        overdue,
        ..common(query, known, UndertakingFamily::Deed)
    }
}
