//! `/v1/dashboards/…`: what is owed, what is late, what was answered, counted for those who follow it up every day.

use crate::dashboards::scope::{Listed, ScopeView};
use crate::dashboards::view::{DashboardView, MajorDashboardView, OverviewView};
use crate::http::context::RequestContext;
use crate::http::csv;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::xlsx;
use crate::input::filters;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::access::Scope;
use domain::language::Language;
use read_models::{DashboardBy, DashboardKey, DashboardQuery, Within, names};
use utoipa::IntoParams;

/// How a dashboard is asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
pub(super) struct DashboardParams {
    /// 只统计该网格。Only what belongs to this grid.
    grid_id: Option<uuid::Uuid>,
    /// 接待日期不早于（重大问题为提交日期）。Held on or after; of major issues, submitted.
    #[param(example = "2026-01-01")]
    from: Option<chrono::NaiveDate>,
    /// 接待日期不晚于（重大问题为提交日期）。Held on or before; of major issues, submitted.
    #[param(example = "2026-12-31")]
    to: Option<chrono::NaiveDate>,
    /// 答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s.
    at_least: Option<u64>,
    /// `json`、`csv` 或 `xlsx`。`json`, or `csv` or `xlsx` for a table.
    #[param(pattern = "^(json|csv|xlsx)$", example = "json")]
    format: Option<String>,
}

/// A dashboard that was asked for: about what, within which scope, in which format and language, on which day.
pub(super) struct DashboardRequest {
    pub query: DashboardQuery,
    pub within: Within,
    pub format: Format,
    pub language: Language,
    pub snapshot: Snapshot,
}

impl DashboardRequest {
    /// What the figures are narrowed to; nothing where they are of the town.
    pub fn scope(&self) -> Option<ScopeView> {
        ScopeView::of(&self.within.scope, self.query.grid_id)
    }
}

/// Reads the question and waits for what the answer must cover. What cannot be counted is refused: zeros would look like an
/// answer.
pub(super) async fn asked(
    app: &AppState,
    request: &HttpRequest,
    question: &Question,
    model: &str,
) -> Result<DashboardRequest, Problem> {
    let within = app.within(question)?;
    let known = app.known_to(question).await;
    let ((query, at_least), format) = question.read_as(&[Format::Json, Format::Csv, Format::Xlsx], |query| {
        query.now_only();
        let grid_id = filters::grid(query, &known);
        let (from, to) = filters::days(query, ("from", "to"), &known);
        Some((DashboardQuery { grid_id, from, to }, query.at_least()))
    })?;
    let query = DashboardQuery { grid_id: app.grid_within(&within, query.grid_id)?, ..query };
    app.reads_for(model, question, at_least).await?;
    if matches!(within.scope, Scope::Own { .. } | Scope::PartyLine | Scope::Offices(_) | Scope::Grids(_)) {
        // Of these there are no counters, or not of all of them: the lists are counted.
        for board in [names::ISSUE_BOARD, names::RECEPTION_LIST, names::MAJOR_ISSUE_BOARD] {
            app.reads_for(board, question, at_least).await?;
        }
    }
    let language = RequestContext::of(request)?.language();
    Ok(DashboardRequest { query, within, format, language, snapshot: app.present() })
}

async fn rows(
    app: &AppState,
    request: &HttpRequest,
    question: &Question,
    by: DashboardBy,
    name: &str,
) -> Result<HttpResponse, Problem> {
    let asked = asked(app, request, question, names::DASHBOARDS).await?;
    let DashboardRequest { query, within, format, language, snapshot } = &asked;
    let mut dashboard = app.read_models.dashboard_within(by, query, within, snapshot.today).await?;
    if by == DashboardBy::Delegates && matches!(within.scope, Scope::Own { .. } | Scope::PartyLine) {
        // An issue may be theirs to read because it once was: its row is another's.
        let only = app.delegates_within(within, snapshot).unwrap_or_default();
        dashboard.rows.retain(|row| matches!(row.key, DashboardKey::Delegate(id) if only.contains(&id)));
    }
    let listed = Listed { query, within };
    let view = DashboardView { scope: asked.scope(), ..DashboardView::of(by, dashboard, &listed, snapshot) };
    Ok(if *format == Format::Csv {
        csv::answer(name, view.table(by, *language, csv::headed))
    } else if *format == Format::Xlsx {
        xlsx::answer(name, view.table(by, *language, xlsx::headed))?
    } else {
        HttpResponse::Ok().json(view)
    })
}

/// Follow up the town
///
/// 全镇总览，可用 `grid_id` 只看一个网格：接待、事项状态、期限、本周到期、应告知未告知、按期答复率。
/// `list` 附加 `GET /v1/issues` 的筛选条件，给出每个数字背后的事项。
///
/// The whole town in one row, or one grid by `grid_id`: receptions, states of issues, due dates, due this week,
/// words that are owed, answered on time. `list` with a filter of `GET /v1/issues` gives the issues behind each
/// figure.
#[utoipa::path(get, path = "/v1/dashboards/overview", tag = "dashboards", params(DashboardParams), responses(
    (status = 200, description = "总览。The overview.", content(
        (OverviewView = "application/json", example = json!({
            "as_of_position": 88141, "as_of_date": "2026-11-24", "receptions": 112,
            "issues": {"raised": 431, "open": 24, "registered": 2, "in_hand": 15, "escalated": 4, "awaiting_answer": 2,
                "answered": 87, "closed": 310, "withdrawn": 3, "referred": 7, "merged": 1},
            "lateness": {"on_time": 19, "due_soon": 3, "overdue": 1, "long_overdue": 1}, "due_this_week": 6, "silent_interim": 1,
            "answered_on_time": {"n": 399, "of": 404}, "list": "/v1/issues?from=2026-01-01&to=2026-12-31"})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "接待,提出,未办结\r\n112,431,24\r\n"),
    )),
))]
pub(crate) async fn overview(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let asked = asked(&app, &request, &question, names::DASHBOARDS).await?;
    let DashboardRequest { query, within, format, language, snapshot } = &asked;
    let dashboard = app.read_models.dashboard_within(DashboardBy::Town, query, within, snapshot.today).await?;
    let view = OverviewView { scope: asked.scope(), ..OverviewView::of(&dashboard, query, snapshot) };
    Ok(if *format == Format::Csv {
        csv::answer("overview", view.table(*language, csv::headed))
    } else if *format == Format::Xlsx {
        xlsx::answer("overview", view.table(*language, xlsx::headed))?
    } else {
        HttpResponse::Ok().json(view)
    })
}

/// Follow up the grids
///
/// 各网格的情况；没有接待的网格以零列出。
///
/// Every grid of the town; a grid without receptions is listed with zeros.
#[utoipa::path(get, path = "/v1/dashboards/grids", tag = "dashboards", params(DashboardParams), responses(
    (status = 200, description = "各网格。The grids.", content(
        (DashboardView = "application/json", example = json!({
            "as_of_position": 88141, "as_of_date": "2026-11-24",
            "items": [{"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "太平网格", "receptions": 4,
                "issues": {"raised": 31, "open": 4, "registered": 0, "in_hand": 2, "escalated": 1, "awaiting_answer": 1,
                    "answered": 7, "closed": 20, "withdrawn": 0, "referred": 0, "merged": 0},
                "lateness": {"on_time": 3, "due_soon": 0, "overdue": 1, "long_overdue": 0}, "due_this_week": 2, "silent_interim": 0,
                "answered_on_time": {"n": 26, "of": 27}, "list": "/v1/issues?grid_id=0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"}]})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "网格编号,名称,接待,提出,未办结\r\n0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f,太平网格,4,31,4\r\n"),
    )),
))]
pub(crate) async fn grids(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    rows(&app, &request, &question, DashboardBy::Grids, "grids").await
}

/// Follow up the units
///
/// 各村、社区、机关企事业单位的情况；未注明单位的事项和联系记录不在其中。
///
/// Every unit; issues and receptions that name no unit are in none of the rows.
#[utoipa::path(get, path = "/v1/dashboards/units", tag = "dashboards", params(DashboardParams), responses(
    (status = 200, description = "各单位。The units.", content(
        (DashboardView = "application/json", example = json!({
            "as_of_position": 88141, "as_of_date": "2026-11-24",
            "items": [{"unit_id": "0198f3c0-1c2d-7e3f-8a40-5b6c7d8e9f0a", "name": "太平村", "receptions": 2,
                "issues": {"raised": 9, "open": 1, "registered": 0, "in_hand": 1, "escalated": 0, "awaiting_answer": 0,
                    "answered": 1, "closed": 7, "withdrawn": 0, "referred": 0, "merged": 0},
                "lateness": {"on_time": 1, "due_soon": 0, "overdue": 0, "long_overdue": 0}, "due_this_week": 0, "silent_interim": 0,
                "answered_on_time": {"n": 8, "of": 8}, "list": "/v1/issues?unit_id=0198f3c0-1c2d-7e3f-8a40-5b6c7d8e9f0a"}]})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "单位编号,名称,接待,提出,未办结\r\n0198f3c0-1c2d-7e3f-8a40-5b6c7d8e9f0a,太平村,2,9,1\r\n"),
    )),
))]
pub(crate) async fn units(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    rows(&app, &request, &question, DashboardBy::Units, "units").await
}

/// Follow up the delegates
///
/// 各代表的情况：事项按现在的首问责任人，接待按参加的代表；已无代表资格的，只要还有计数即列出。
///
/// Every delegate: issues by who is responsible now, receptions by who sat in them; who holds no mandate any more
/// is listed while something is counted for them.
#[utoipa::path(get, path = "/v1/dashboards/delegates", tag = "dashboards", params(DashboardParams), responses(
    (status = 200, description = "各代表。The delegates.", content(
        (DashboardView = "application/json", example = json!({
            "as_of_position": 88141, "as_of_date": "2026-11-24",
            "items": [{"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "name": "汪洁", "receptions": 3,
                "issues": {"raised": 8, "open": 2, "registered": 0, "in_hand": 2, "escalated": 0, "awaiting_answer": 0,
                    "answered": 1, "closed": 5, "withdrawn": 0, "referred": 0, "merged": 0},
                "lateness": {"on_time": 1, "due_soon": 1, "overdue": 0, "long_overdue": 0}, "due_this_week": 1, "silent_interim": 0,
                "answered_on_time": {"n": 6, "of": 6}, "list": "/v1/issues?delegate_id=0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f"}]})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "代表编号,名称,接待,提出,未办结\r\n0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f,汪洁,3,8,2\r\n"),
    )),
))]
pub(crate) async fn delegates(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    rows(&app, &request, &question, DashboardBy::Delegates, "delegates").await
}

/// Follow up the topics
///
/// 各主题的事项，按今日有效规则的顺序；联系记录没有主题，不在其中。
///
/// Issues by topic, in the order of the policy in force today; receptions have no topic, so there are none.
#[utoipa::path(get, path = "/v1/dashboards/topics", tag = "dashboards", params(DashboardParams), responses(
    (status = 200, description = "各主题。The topics.", content(
        (DashboardView = "application/json", example = json!({
            "as_of_position": 88141, "as_of_date": "2026-11-24",
            "items": [{"topic": "livelihood", "name": "民生",
                "issues": {"raised": 120, "open": 6, "registered": 1, "in_hand": 4, "escalated": 1, "awaiting_answer": 0,
                    "answered": 20, "closed": 92, "withdrawn": 1, "referred": 1, "merged": 0},
                "lateness": {"on_time": 5, "due_soon": 1, "overdue": 0, "long_overdue": 0}, "due_this_week": 2, "silent_interim": 0,
                "answered_on_time": {"n": 111, "of": 113}, "list": "/v1/issues?topic=livelihood"}]})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "主题代码,名称,接待,提出,未办结\r\nlivelihood,民生,,120,6\r\n"),
    )),
))]
pub(crate) async fn topics(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    rows(&app, &request, &question, DashboardBy::Topics, "topics").await
}

/// Follow up the major issues
///
/// 各网格的重大问题：进行中的、逾期的，以及按状态和层级的数量。
///
/// Major issues of each grid: under way, overdue, and how many in each state at each level.
#[utoipa::path(get, path = "/v1/dashboards/major-issues", tag = "dashboards", params(DashboardParams), responses(
    (status = 200, description = "各网格重大问题。The grids' major issues.", content(
        (MajorDashboardView = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "网格编号,名称,进行中,逾期,状态,层级,数量\r\n0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f,太平网格,2,1,handling,L2,2\r\n"),
    )),
))]
pub(crate) async fn major_issues(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let asked = asked(&app, &request, &question, names::DASHBOARDS).await?;
    let DashboardRequest { query, within, format, language, snapshot } = &asked;
    let dashboard = app.read_models.major_dashboard_within(query, within, snapshot.today).await?;
    let listed = Listed { query, within };
    let view = MajorDashboardView { scope: asked.scope(), ..MajorDashboardView::of(dashboard, &listed, snapshot) };
    Ok(if *format == Format::Csv {
        csv::answer("major-issues", view.table(*language, csv::headed))
    } else if *format == Format::Xlsx {
        xlsx::answer("major-issues", view.table(*language, xlsx::headed))?
    } else {
        HttpResponse::Ok().json(view)
    })
}
