//! `GET /v1/receptions`: the list, one of them, its history.

use crate::http::extract::{PathId, Question};
use crate::http::format::Format;
use crate::http::reference::asked_about_people;
use crate::http::response::{Items, one, page};
use crate::http::tables::{self, Making};
use crate::input::body::choice;
use crate::input::filters;
use crate::input::params::{AsOfParams, HistoryParams, ListParams, OpenParams};
use crate::input::query::{Page, Query};
use crate::log::stream;
use crate::problem::Problem;
use crate::receptions::table;
use crate::receptions::view::ReceptionView;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::ids::ReceptionId;
use domain::vocabulary::ReceptionForm;
use event_store::StreamId;
use read_models::{ReceptionQuery, ReceptionSort, Within, names};
use utoipa::ToSchema;

/// Read a reception
///
/// 一次联系，现在或过去某一时刻。
///
/// A reception, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/receptions/{id}", tag = "receptions", params(AsOfParams, OpenParams), responses(
    (status = 200, description = "联系记录。The reception.", body = ReceptionView),
))]
pub(crate) async fn one_reception(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about_people(&app, &question).await?;
    let loaded = app.casework.reception(ReceptionId(id.0), snapshot.as_of).await?;
    let mut view = ReceptionView::of(&app, ReceptionId(id.0), &loaded, &snapshot).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of a reception
///
/// 一次联系的全部事件，按版本排序。
///
/// The whole history of a reception, in version order.
#[utoipa::path(get, path = "/v1/receptions/{id}/events", tag = "receptions", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn reception_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("reception", id.0), &question).await
}

/// A page of receptions.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct ReceptionPage {
    /// The receptions, newest first.
    items: Vec<ReceptionView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List receptions
///
/// 联系记录列表，可按网格、单位、代表、形式和日期筛选，默认最近的在前。
///
/// Receptions, by grid, unit, delegate, form and day, newest first by default.
#[utoipa::path(get, path = "/v1/receptions", tag = "receptions", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("unit_id" = Option<Uuid>, Query, description = "单位。Unit."),
    ("delegate_id" = Option<Uuid>, Query, description = "参加接待的代表。A delegate who received."),
    ("session_id" = Option<Uuid>, Query, description = "所属的接待场次。Of this session."),
    ("appointment_id" = Option<Uuid>, Query, description = "所应的预约。By which this appointment was kept."),
    ("activity_id" = Option<Uuid>, Query, description = "在该活动中听取意见。Heard at this activity."),
    ("meeting_id" = Option<Uuid>, Query, description = "在该会议中听取意见。Heard at this meeting."),
    ("study_id" = Option<Uuid>, Query, description = "为该调研听取意见。Heard for this study."),
    ("deed_id" = Option<Uuid>, Query, description = "在该实事中听取意见。Heard at this deed."),
    ("form" = Option<String>, Query, pattern = r"^(walk_in|group_visit|themed_visit|appointment|hearing)$", description = "形式：walk_in、group_visit、themed_visit、appointment、hearing。Form: walk_in, group_visit, themed_visit, appointment, hearing."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "接待日期不早于。Held on or after."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "接待日期不晚于。Held on or before."),
    ("sort" = Option<String>, Query, pattern = r"^(held|-held)$", description = "held 最早的在前，-held 最近的在前（默认）。Order: held, or -held by default."),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (ReceptionPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "联系记录标识,版本,形式\r\n0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01,1,walk_in\r\n"),
    )),
))]
pub(crate) async fn list_receptions(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let ((mut wanted, at_least, paging), format) =
        question.read_as(&Format::OF_LISTS, |query| read_list(query, &known))?;
    wanted.within = app.within(&question)?;
    app.reads_for(names::RECEPTION_LIST, &question, at_least).await?;
    if format.is_table() {
        let snapshot = app.present();
        return tables::list(&app, &request, &question, (format, &paging), &table::TABLE, async |making, page| {
            let snapshot = snapshot.clone();
            let row = move |making: &mut Making, row| making.row(table::row(&row, &snapshot));
            app.read_models.each_reception(making, &wanted, &page, row).await
        })
        .await;
    }
    let _page = app.one_page().await;
    let snapshot = app.present();
    let listed = app.read_models.receptions(&wanted, &paging.request()).await?;
    let items = listed.items.iter().map(|row| ReceptionView::in_list(row, &snapshot));
    let items = Items {
        items: items.collect(),
        next_cursor: listed.next_cursor,
        as_of_position: Some(listed.as_of_position.0),
    };
    Ok(page(&question.path, &question.query, &items))
}

fn read_list(query: &mut Query, known: &Snapshot) -> Option<(ReceptionQuery, Option<u64>, Page)> {
    query.now_only();
    let (from, to) = filters::days(query, ("from", "to"), known);
    let ids = filters::ids(query);
    let page = filters::page(query, &ids);
    let (grid_id, unit_id) = filters::place(query, known);
    let wanted = ReceptionQuery {
        within: Within::default(),
        grid_id,
        unit_id,
        delegate_id: filters::delegate(query, known),
        occasion: filters::occasion(query),
        form: query.optional("form", choice(ReceptionForm::ALL, ReceptionForm::as_str)),
        from,
        to,
        ids: ids.into_iter().map(ReceptionId).collect(),
        sort: query.optional("sort", choice(SORTS, sort_name)).unwrap_or_default(),
    };
    query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
    Some((wanted, query.at_least(), page))
}

const SORTS: &[ReceptionSort] = &[ReceptionSort::Held, ReceptionSort::HeldDescending];

fn sort_name(sort: ReceptionSort) -> &'static str {
    match sort {
        ReceptionSort::Held => "held",
        ReceptionSort::HeldDescending => "-held",
    }
}
