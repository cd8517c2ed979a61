//! `GET /v1/meetings`: the list, one of them, its history.

use super::table::TABLE;
use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about;
use crate::http::response::one;
use crate::input::body::{choice, one_of};
use crate::input::filters;
use crate::input::params::{AsOfParams, HistoryParams, ListParams};
use crate::input::query::Query;
use crate::log::stream;
use crate::meetings::view::MeetingView;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::undertakings::listed::{common, list};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::ids::MeetingId;
use domain::meeting::Meeting;
use domain::vocabulary::{MeetingKind, MeetingState};
use event_store::StreamId;
use read_models::{UndertakingFamily, UndertakingQuery};
use utoipa::ToSchema;

/// Read a meeting
///
/// 一次会议，现在或过去某一时刻；已闭会的列出应上会而未上会的重大问题。
///
/// A meeting, now or as of a position or an instant; one that is closed lists the major issues that it left over.
#[utoipa::path(get, path = "/v1/meetings/{id}", tag = "meetings", params(AsOfParams), responses(
    (status = 200, description = "会议。The meeting.", body = MeetingView),
))]
pub(crate) async fn one_meeting(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let loaded = app.casework.load::<Meeting>(MeetingId(id.0), snapshot.as_of).await?;
    let mut view = MeetingView::whole(&app, MeetingId(id.0), &loaded, &snapshot).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of a meeting
///
/// 一次会议的全部事件，按版本排序。
///
/// The whole history of a meeting, in version order.
#[utoipa::path(get, path = "/v1/meetings/{id}/events", tag = "meetings", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn meeting_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("meeting", id.0), &question).await
}

/// A page of meetings.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct MeetingPage {
    /// 会议，日期晚的在前。The meetings, the latest day first.
    items: Vec<MeetingView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List meetings
///
/// 会议列表，日期（召开之日，未召开的为所定日期）晚的在前，可按网格、到会代表、日期、季度、种类和状态筛选。
///
/// Meetings, the latest day first: that on which it was held, else for which it was called. By grid, delegate who attended, day,
/// quarter, kind and state.
#[utoipa::path(get, path = "/v1/meetings", tag = "meetings", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("delegate_id" = Option<Uuid>, Query, description = "到会的代表。A delegate who attended."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "日期不早于。Of this day or a later one."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "日期不晚于。Of this day or an earlier one."),
    ("quarter" = Option<String>, Query, pattern = r"^[0-9]{4}-Q[1-4]$", description = "日期所在的季度，如 2026-Q4。Of this quarter, such as 2026-Q4."),
    ("kind" = Option<String>, Query, pattern = r"^(regular|extraordinary)$", description = "会议种类。Kind of meeting."),
    ("state" = Option<String>, Query, pattern = r"^(convened|closed|cancelled)(,(convened|closed|cancelled))*$", description = "状态，可用逗号并列。State, several with commas."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (MeetingPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "会议编号,版本,会议种类\r\n0198f3c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f,1,regular\r\n"),
    )),
))]
pub(crate) async fn list_meetings(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let show = async |id: MeetingId, loaded: &_, snapshot: &Snapshot, words: bool| {
        if words {
            MeetingView::of(&app, id, loaded, snapshot).await
        } else {
            MeetingView::facts(id, &loaded.state, snapshot)
        }
    };
    list(&app, &request, &question, read, MeetingId, show, TABLE).await
}

fn read(query: &mut Query, known: &Snapshot) -> UndertakingQuery {
    let all_states = || one_of(MeetingState::ALL.iter().map(|state| state.as_str()));
    let states = query.choices("state", all_states, MeetingState::parse).unwrap_or_default();
    let of_all = common(query, known, UndertakingFamily::Meeting);
    let (from, to) = filters::within((of_all.from, of_all.to), filters::quarter(query));
    UndertakingQuery {
        from,
        to,
        kind: query.optional("kind", choice(MeetingKind::ALL, MeetingKind::as_str)).map(MeetingKind::as_str),
        states: states.into_iter().map(MeetingState::as_str).collect(),
        ..of_all
    }
}
