//! `GET /v1/reviews/{year}/delegates/{id}/dossier` (评议档案): all that the review of a year says of a delegate, to be read by
//! programs, printed, or opened in a spreadsheet (C-5.2).

mod chart;
pub(crate) mod content;
mod figures;
mod page;
mod remark;
mod table;

use crate::http::context::{PathParts, RequestContext};
use crate::http::csv;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::reference::asked_about_as;
use crate::http::response::one;
use crate::http::xlsx;
use crate::input::body::parse_uuid;
use crate::input::params::{AsOfParams, HistoryParams};
use crate::log::stream;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::commands::year_in;
use crate::reviews::dossier::content::{Dossier, DossierView};
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use casework::access::things;
use casework::loaded::Entity as _;
use domain::appraisal::{Appraisal, Appraisee};
use domain::ids::{AreaId, DelegateId};

/// Read the dossier of a delegate
///
/// 一名代表一个年度的评议档案（C-5.2）：冻结的指标、调整、述职报告、测评、异议和结果，现在或过去某一时刻。`format=html` 为可打印的一页，带图表；`format=csv` 或 `xlsx` 为一张表。
///
/// All that the review of a year says of a delegate, now or as of a position or an instant: the frozen figures, adjustments,
/// report, votes, disputes and result. `format=html` is for print, with charts; `format=csv` or `xlsx` is one table (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/delegates/{id}/dossier", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    AsOfParams,
    ("format" = Option<String>, Query, pattern = r"^(json|html|csv|xlsx)$", description = "json、html、csv 或 xlsx。json, html, csv or xlsx."),
), responses(
    (status = 200, description = "评议档案。The dossier.", content(
        (DossierView = "application/json", example = json!({
            "review": {"year": 2026, "state": "frozen", "opened_at": "2026-12-01T09:00:00+08:00",
                "frozen_at": "2027-01-11T09:00:00+08:00", "position": 88141,
                "root": "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=", "rules": "review/1", "policy_position": 4, "subjects": 96,
                "disputes_until": "2027-01-25", "results_from": "2027-01-27"},
            "figures": {"year": 2026, "delegate": {"id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "name": "汪洁"}, "as_of_position": 88141,
                "root": "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=", "policy_position": 4, "rules": "review/1", "clause": "C-5.2",
                "until": "2026-12-31", "provisional": false, "indicators": [{"code": "on_time", "clause": "C-4.4", "n": 26, "of": 27}]},
            "adjusted": [{"indicator": "on_time", "n": 26, "of": 27, "by_n": 1, "by_of": 0}],
            "appraisal": {"year": 2026, "delegate": {"id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "name": "汪洁"},
                "appraisals": [], "disputes": [], "adjustments": []},
            "as_of_position": 90211})),
        (String = "text/html", example = "<!DOCTYPE html>…"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}部分,项目,编号,分子,分母,内容,说明,时间\r\n指标,按时答复率,,26,27,,C-4.4,\r\n"),
    )),
))]
pub(crate) async fn read(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let year = year_in(&parts)?;
    let id = parse_uuid(parts.get("id")).map(DelegateId).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let offered = [Format::Json, Format::Html, Format::Csv, Format::Xlsx];
    let (snapshot, format) = asked_about_as(&app, &question, &offered).await?;
    let dossier = Dossier::read(&app, &question, year, id, &snapshot).await?;
    let language = RequestContext::of(&request)?.language();
    if format == Format::Html {
        return Ok(page::answer(&dossier, language));
    }
    if format.is_table() {
        let name = format!("dossier-{}-{id}", year.0);
        if format == Format::Xlsx {
            return xlsx::answer(&name, table::table(&dossier, &snapshot, language, xlsx::headed));
        }
        return Ok(csv::answer(&name, table::table(&dossier, &snapshot, language, csv::headed)));
    }
    Ok(one(dossier.version, dossier.view))
}

async fn history(
    app: &AppState,
    parts: &PathParts,
    question: &Question,
    whose: fn(uuid::Uuid) -> Appraisee,
) -> Result<HttpResponse, Problem> {
    let year = year_in(parts)?;
    let id = parse_uuid(parts.get("id")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let whose = whose(id);
    let snapshot = app.present();
    let thing = match whose {
        Appraisee::Delegate(delegate) => things::of_delegate(&snapshot.reference, delegate, snapshot.today),
        Appraisee::Grid(grid) => things::of_grid(grid),
    };
    stream::history_of(app, &Appraisal::stream(whose.appraisal(year.0)), question, thing).await
}

/// Read the events of a delegate's appraisal
///
/// 一名代表一个年度评议的事件（C-5.2）；尚无事件时为 404。
///
/// The events of what the review of a year says of a delegate; 404 where there is none yet (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/delegates/{id}/events", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    HistoryParams,
), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn delegate_events(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    history(&app, &parts, &question, |id| Appraisee::Delegate(DelegateId(id))).await
}

/// Read the events of a grid's appraisal
///
/// 一个网格一个年度评议的事件：指标的冻结（C-5.2）；尚无事件时为 404。
///
/// The events of what the review of a year says of a grid, which is the freeze of its figures; 404 where there is none yet
/// (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/grids/{id}/events", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    HistoryParams,
), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn grid_events(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    history(&app, &parts, &question, |id| Appraisee::Grid(AreaId(id))).await
}
