//! `GET /v1/activities`: the list, one of them, its history.

use super::table::TABLE;
use crate::activities::view::ActivityView;
use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about;
use crate::http::response::one;
use crate::input::body::choice;
use crate::input::filters;
use crate::input::params::{AsOfParams, HistoryParams, ListParams};
use crate::input::query::Query;
use crate::log::stream;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use crate::undertakings::listed::{common, list};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::activity::Activity;
use domain::ids::ActivityId;
use domain::language::text;
use domain::vocabulary::{ActivityFault, ActivityKind};
use event_store::StreamId;
use read_models::{UndertakingFamily, UndertakingQuery};
use utoipa::ToSchema;

/// Read an activity
///
/// 一次活动，现在或过去某一时刻。
///
/// An activity, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/activities/{id}", tag = "activities", params(AsOfParams), responses(
    (status = 200, description = "活动。The activity.", body = ActivityView),
))]
pub(crate) async fn one_activity(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let loaded = app.casework.load::<Activity>(ActivityId(id.0), snapshot.as_of).await?;
    let mut view = ActivityView::of(&app, ActivityId(id.0), &loaded, &snapshot).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of an activity
///
/// 一次活动的全部事件，按版本排序。
///
/// The whole history of an activity, in version order.
#[utoipa::path(get, path = "/v1/activities/{id}/events", tag = "activities", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn activity_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("activity", id.0), &question).await
}

/// A page of activities.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct ActivityPage {
    /// 活动，举行之日晚的在前。The activities, those held on the latest day first.
    items: Vec<ActivityView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List activities
///
/// 活动列表，举行之日晚的在前，可按网格、参加代表、日期、季度、种类和不完备之处筛选。
///
/// Activities, those held on the latest day first, by grid, delegate who took part, day, quarter, kind, and what they lack.
#[utoipa::path(get, path = "/v1/activities", tag = "activities", params(
    ("grid_id" = Option<Uuid>, Query, description = "为该网格举行。Held for this grid."),
    ("delegate_id" = Option<Uuid>, Query, description = "参加的代表。A delegate who took part."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "举行之日不早于。Held on this day or a later one."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "举行之日不晚于。Held on this day or an earlier one."),
    ("quarter" = Option<String>, Query, pattern = r"^[0-9]{4}-Q[1-4]$", description = "举行之日所在的季度，如 2026-Q4。Held in this quarter, such as 2026-Q4."),
    ("kind" = Option<String>, Query, pattern = r"^(outreach|consultation|theme_activity|symposium)$", description = "活动种类。Kind of activity."),
    ("fault" = Option<String>, Query, pattern = r"^(questions_open|no_briefing|no_listening_record|document_missing|recording_missing|office_missing|class_missing)$", description = "有此不完备之处。Lacking this."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (ActivityPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "活动编号,版本,活动种类\r\n0198f3c6-1a2b-7c3d-8e4f-5a6b7c8d9e0f,1,outreach\r\n"),
    )),
))]
pub(crate) async fn list_activities(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let show = async |id: ActivityId, loaded: &casework::loaded::Loaded<Activity>, snapshot: &Snapshot, words: bool| {
        if words {
            ActivityView::of(&app, id, loaded, snapshot).await
        } else {
            ActivityView::facts(&app, id, &loaded.state, snapshot).await
        }
    };
    list(&app, &request, &question, read, ActivityId, show, TABLE).await
}

fn read(query: &mut Query, known: &Snapshot) -> UndertakingQuery {
    let of_all = common(query, known, UndertakingFamily::Activity);
    let (from, to) = filters::within((of_all.from, of_all.to), filters::quarter(query));
    let kind = query.optional("kind", choice(ActivityKind::ALL, ActivityKind::as_str));
    let fault = query.optional("fault", choice(ActivityFault::ALL, ActivityFault::as_str));
    if let (Some(kind), Some(fault)) = (kind, fault)
        && fault.of() != kind
    {
        let of = fault.of();
        let detail =
            text(format!("只有{}才可能如此。", of.zh()), format!("Only an activity of the kind {of} can lack this."));
        query.fault_because("fault", HttpCode::BadParameter, detail);
    }
    UndertakingQuery { from, to, kind: kind.map(ActivityKind::as_str), fault, ..of_all }
}
