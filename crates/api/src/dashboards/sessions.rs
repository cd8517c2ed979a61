//! `GET /v1/dashboards/sessions`: how every grid keeps its service days (C-2, C-4.1, C-5.2).

use crate::dashboards::questions::{DashboardParams, DashboardRequest, asked};
use crate::dashboards::rows::list;
use crate::dashboards::scope::{Listed, ScopeView};
use crate::dashboards::view::RatioView;
use crate::http::csv::{self, Cell};
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::absent;
use crate::http::xlsx;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use domain::ids::AreaId;
use domain::language::Language;
use domain::vocabulary::DelegateType;
use read_models::{DashboardKey, DashboardQuery, SessionFigures, SessionFiguresQuery, SessionFiguresRow, names};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Sessions of the grids of a town.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SessionDashboard, example = json!({
    "as_of_position": 88141, "as_of_date": "2026-11-24",
    "items": [{"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "太平网格", "planned": 52, "held": 45, "valid": 42,
        "invalid": 3, "pending": 5, "cancelled": 2, "not_held": 0, "zero_visitor": 6,
        "duties_per_head": {"party": {"n": 50, "of": 10}, "deputy": {"n": 50, "of": 4}}, "attendance": {"n": 95, "of": 98}, "valid_sessions": {"n": 42, "of": 45}, "notices": {"n": 178, "of": 180},
        "list": "/v1/sessions?grid_id=0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"}]
}))]
pub struct SessionDashboardView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that the verdicts refer to: today.
    pub as_of_date: NaiveDate,
    /// 统计所限的范围；全镇时没有此项。What the figures are narrowed to; absent where they are of the town.
    #[serde(skip_serializing_if = "absent")]
    pub scope: Option<ScopeView>,
    /// One row for each grid, in the town's own order; a grid without sessions has zeros.
    pub items: Vec<SessionDashboardRow>,
}

/// Sessions of one grid.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionDashboardRow {
    /// The grid.
    pub grid_id: Uuid,
    /// Its name, as of now.
    pub name: String,
    /// 安排的场次，无论结果如何。Sessions, whatever became of them.
    pub planned: u64,
    /// 已举行。Held: opened, and that counts on the day.
    pub held: u64,
    /// 有效场次。Valid.
    pub valid: u64,
    /// 无效场次。Invalid.
    pub invalid: u64,
    /// 尚未认定。Not judged yet.
    pub pending: u64,
    /// 已取消。Cancelled.
    pub cancelled: u64,
    /// 应举行而未举行：当日已过，既未举行也未取消。The day is over, and it was neither held nor cancelled.
    pub not_held: u64,
    /// 无群众来访的场次。Closed, and nobody had come.
    pub zero_visitor: u64,
    /// 轮值席数与代表人数：取消的场次不计，由他人顶岗的计在顶岗者名下；人数为今日（或所问最后一日）的在任代表。
    /// Slots of sessions that are not cancelled, and delegates who hold a mandate in the grid today, or on the last day asked about.
    pub duties_per_head: DutiesPerHead,
    /// 到岗率：已签到的轮值席，与当日已过的场次应到的席；取消的场次不计，事先准假的不计，由他人顶岗的计在顶岗者名下。
    /// Slots checked in, of those owed on days that are over: none of cancelled sessions or of leave approved before; a substitute has the slot.
    pub attendance: RatioView,
    /// 有效场次率：有效的，与已认定的场次。Valid, of those whose verdict stands.
    pub valid_sessions: RatioView,
    /// 按时且相符的公示，与已认定场次应有的公示。Notices in time and as it was, of those owed for sessions whose verdict stands.
    pub notices: RatioView,
    /// The sessions counted. `verdict`, `state=cancelled`, `held` or `zero_visitor` besides give those behind each figure.
    pub list: String,
}

/// Duties of each kind of delegate.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DutiesPerHead {
    /// 党代表。Party delegates.
    pub party: RatioView,
    /// 人大代表。Deputies.
    pub deputy: RatioView,
}

/// Follow up the sessions
///
/// 各网格的接待场次，`from`、`to` 为举行之日：安排、举行、认定、取消、公示，以及每名代表的轮值负担。
///
/// Sessions of each grid, by the day they are held: planned, held, judged, cancelled, announced, and how many duties a delegate
/// has.
#[utoipa::path(get, path = "/v1/dashboards/sessions", tag = "dashboards", params(DashboardParams), responses(
    (status = 200, description = "各网格接待场次。The grids' sessions.", content(
        (SessionDashboardView = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "网格编号,名称,安排场次,已举行\r\n0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f,太平网格,52,45\r\n"),
    )),
))]
pub(crate) async fn sessions(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let asked = asked(&app, &request, &question, names::SESSION_LIST).await?;
    let DashboardRequest { query, within, format, language, snapshot } = &asked;
    let DashboardQuery { grid_id, from, to } = *query;
    let counted = SessionFiguresQuery { grid_id, from, to, within: within.clone() };
    let figures = app.read_models.session_figures(counted, snapshot.today).await?;
    let listed = Listed { query, within };
    let view = SessionDashboardView { scope: asked.scope(), ..SessionDashboardView::of(figures, &listed, snapshot) };
    Ok(if *format == Format::Csv {
        csv::answer("sessions", view.table(*language, csv::headed))
    } else if *format == Format::Xlsx {
        xlsx::answer("sessions", view.table(*language, xlsx::headed))?
    } else {
        HttpResponse::Ok().json(view)
    })
}

impl SessionDashboardView {
    fn of(figures: SessionFigures, listed: &Listed<'_>, snapshot: &Snapshot) -> Self {
        let mut counted: BTreeMap<AreaId, SessionFiguresRow> =
            figures.rows.into_iter().map(|row| (row.grid_id, row)).collect();
        let items = snapshot.reference.areas.grids().filter_map(|grid| {
            let row = counted.remove(&grid.id);
            let row = row.or_else(|| listed.has_grid(grid.id).then(|| SessionFiguresRow::none(grid.id)))?;
            Some(SessionDashboardRow::of(&row, grid.name.clone(), listed.query, snapshot))
        });
        Self {
            items: items.collect(),
            as_of_position: figures.as_of_position.0,
            as_of_date: snapshot.today,
            scope: None,
        }
    }

    fn table<T>(&self, language: Language, headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T) -> T {
        const COLUMNS: [(&str, &str); 23] = [
            ("网格编号", "grid_id"),
            ("名称", "name"),
            ("安排场次", "planned"),
            ("已举行", "held"),
            ("有效", "valid"),
            ("无效", "invalid"),
            ("尚未认定", "pending"),
            ("已取消", "cancelled"),
            ("未举行", "not_held"),
            ("无人来访", "zero_visitor"),
            ("党代表轮值", "party_duties"),
            ("党代表人数", "party_delegates"),
            ("人大代表轮值", "deputy_duties"),
            ("人大代表人数", "deputies"),
            ("到岗", "attendance_n"),
            ("应到岗", "attendance_of"),
            ("有效场次", "valid_sessions_n"),
            ("已认定场次", "valid_sessions_of"),
            ("按时相符的公示", "notices_n"),
            ("应有公示", "notices_of"),
            ("清单", "list"),
            ("序号", "as_of_position"),
            ("统计日期", "as_of_date"),
        ];
        let rows = self.items.iter().map(|row| {
            let DutiesPerHead { party, deputy } = row.duties_per_head;
            let mut cells = vec![row.grid_id.to_string().into(), row.name.clone().into()];
            let counts = [
                [row.planned, row.held, row.valid, row.invalid, row.pending, row.cancelled, row.not_held],
                [row.zero_visitor, party.n, party.of, deputy.n, deputy.of, row.attendance.n, row.attendance.of],
            ];
            cells.extend(counts.as_flattened().iter().map(|count| (*count).into()));
            let rates = [row.valid_sessions, row.notices];
            cells.extend(rates.into_iter().flat_map(|rate| [rate.n.into(), rate.of.into()]));
            let as_of_date = self.as_of_date.to_string();
            cells.extend([row.list.as_str().into(), self.as_of_position.into(), as_of_date.into()]);
            cells
        });
        headed(&COLUMNS, rows.collect(), language)
    }
}

impl SessionDashboardRow {
    fn of(row: &SessionFiguresRow, name: String, query: &DashboardQuery, snapshot: &Snapshot) -> Self {
        let on = query.to.map_or(snapshot.today, |to| to.min(snapshot.today));
        let per_head = |n, of| {
            let heads = snapshot.reference.delegates.of_grid(row.grid_id, of, on).count();
            RatioView { n, of: u64::try_from(heads).unwrap_or(u64::MAX) }
        };
        Self {
            grid_id: row.grid_id.0,
            name,
            planned: row.planned,
            held: row.held,
            valid: row.valid,
            invalid: row.invalid,
            pending: row.pending,
            cancelled: row.cancelled,
            not_held: row.not_held,
            zero_visitor: row.zero_visitor,
            duties_per_head: DutiesPerHead {
                party: per_head(row.duties.party, DelegateType::Party),
                deputy: per_head(row.duties.deputy, DelegateType::Deputy),
            },
            attendance: row.attendance.into(),
            valid_sessions: RatioView { n: row.valid, of: row.valid + row.invalid },
            notices: row.notices.into(),
            list: list("/v1/sessions", Some(&DashboardKey::Grid(row.grid_id)), query),
        }
    }
}
