//! `GET /v1/appointments`: the list, one of them, its history.

use super::table::TABLE;
use crate::appointments::view::AppointmentView;
use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about_people;
use crate::http::response::one;
use crate::input::body::one_of;
use crate::input::params::{AsOfParams, HistoryParams, ListParams, OpenParams};
use crate::input::query::Query;
use crate::log::stream;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::undertakings::listed::{common, list, of_states};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::appointment::Appointment;
use domain::ids::AppointmentId;
use domain::vocabulary::AppointmentState;
use event_store::StreamId;
use read_models::{UndertakingFamily, UndertakingQuery};
use utoipa::ToSchema;

/// Read an appointment
///
/// 一次预约，现在或过去某一时刻。
///
/// An appointment, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/appointments/{id}", tag = "appointments", params(AsOfParams, OpenParams), responses(
    (status = 200, description = "预约。The appointment.", body = AppointmentView),
))]
pub(crate) async fn one_appointment(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about_people(&app, &question).await?;
    let loaded = app.casework.load::<Appointment>(AppointmentId(id.0), snapshot.as_of).await?;
    let mut view = AppointmentView::of(&app, AppointmentId(id.0), &loaded, &snapshot).await?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of an appointment
///
/// 一次预约的全部事件，按版本排序。
///
/// The whole history of an appointment, in version order.
#[utoipa::path(get, path = "/v1/appointments/{id}/events", tag = "appointments", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn appointment_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("appointment", id.0), &question).await
}

/// A page of appointments.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct AppointmentPage {
    /// 预约，约定之日晚的在前；未约定的依预约之日。The appointments, those agreed for the latest day first; one without a day by that of its
    /// request.
    items: Vec<AppointmentView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List appointments
///
/// 预约列表，约定之日晚的在前（未约定的依预约之日），可按网格、代表、日期、状态和是否逾期筛选。
///
/// Appointments, those agreed for the latest day first (one without a day by that of its request), by grid, delegate, day,
/// state, and whether they are overdue.
#[utoipa::path(get, path = "/v1/appointments", tag = "appointments", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("delegate_id" = Option<Uuid>, Query, description = "约定走访的代表；未约定的为指名预约的代表。The delegate who will come; where none is agreed, the one who is asked for."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "约定之日（未约定的为预约之日）不早于。Agreed for this day or later; one without a day, asked for then."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "约定之日（未约定的为预约之日）不晚于。Agreed for this day or earlier; one without a day, asked for then."),
    ("state" = Option<String>, Query, pattern = r"^(requested|scheduled|kept|cancelled)(,(requested|scheduled|kept|cancelled))*$", description = "状态，可用逗号并列。State, several with commas."),
    ("overdue" = Option<bool>, Query, description = "true 为约定之日已过而未走访、未取消。True: the day agreed is past, and it was neither kept nor called off."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (AppointmentPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "预约编号,版本,网格编号\r\n0198f3c6-1a2b-7c3d-8e4f-5a6b7c8d9e0f,1,0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f\r\n"),
    )),
))]
pub(crate) async fn list_appointments(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let show = async |id: AppointmentId, loaded: &_, snapshot: &Snapshot, words: bool| {
        if words {
            AppointmentView::of(&app, id, loaded, snapshot).await
        } else {
            AppointmentView::facts(id, &loaded.state, snapshot)
        }
    };
    list(&app, &request, &question, read, AppointmentId, show, TABLE).await
}

fn read(query: &mut Query, known: &Snapshot) -> UndertakingQuery {
    let all_states = || one_of(AppointmentState::ALL.iter().map(|state| state.as_str()));
    let states = query.choices("state", all_states, AppointmentState::parse).unwrap_or_default();
    let overdue = query.flag("overdue");
    let states = if overdue == Some(true) {
        of_states(query, "overdue", states, AppointmentState::ALL, |state| *state == AppointmentState::Scheduled)
    } else {
        states
    };
    UndertakingQuery {
        states: states.into_iter().map(AppointmentState::as_str).collect(),
        overdue,
        ..common(query, known, UndertakingFamily::Appointment)
    }
}
