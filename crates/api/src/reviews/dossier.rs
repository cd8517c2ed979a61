//! `GET /v1/reviews/{year}/delegates/{id}/dossier` (评议档案): all that the review of a year says of a delegate, to be read by
//! programs, printed, or opened in a spreadsheet (C-5.2).

mod chart;
mod figures;
mod page;
mod table;

use crate::http::context::{PathParts, RequestContext};
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::{absent, one};
use crate::http::xlsx;
use crate::input::body::parse_uuid;
use crate::input::params::{AsOfParams, HistoryParams};
use crate::log::stream;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::appraisal_view::AppraisalView;
use crate::reviews::commands::year_in;
use crate::reviews::frozen::frozen_year;
use crate::reviews::view::ReviewView;
use crate::reviews::year::AnnualReviewView;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::annual_reviews::ReviewYear;
use casework::loaded::Entity as _;
use domain::annual_review::is_reviewed;
use domain::appraisal::{Appraisal, Appraisee, Base};
use domain::delegate::Delegate;
use domain::ids::{AreaId, DelegateId};
use domain::review::Figure;
use domain::vocabulary::DelegateType;
use serde::Serialize;
use utoipa::ToSchema;

/// 评议档案。All that the annual review of a year says of a delegate.
#[derive(Serialize, ToSchema)]
#[schema(as = Dossier)]
pub struct DossierView {
    /// 该年度的评议；尚未启动时省略。The review of the year; absent where it was not opened.
    #[serde(skip_serializing_if = "absent")]
    review: Option<AnnualReviewView>,
    /// 冻结的指标；未冻结时省略。The frozen figures; absent before the freeze.
    #[serde(skip_serializing_if = "absent")]
    figures: Option<ReviewView>,
    /// 有调整的指标，及连同调整的数值；列于指标之旁，不并入其中。The figures that were adjusted, and what they come to with it; beside the
    /// figures, never in them.
    adjusted: Vec<AdjustedView>,
    /// 报告、测评、异议、调整和结果。Report, votes, disputes, adjustments and result.
    appraisal: AppraisalView,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    as_of_position: u64,
}

/// 连同全部调整的指标。A figure with all its adjustments.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = AdjustedFigure)]
pub struct AdjustedView {
    /// 指标。Which.
    #[schema(value_type = vocabulary::Indicator)]
    pub indicator: &'static str,
    /// 冻结的分子。Its `n` as it was frozen.
    pub n: u64,
    /// 冻结的分母。Its `of` as it was frozen.
    pub of: u64,
    /// 全部调整的分子差数。What all adjustments of its `n` come to.
    pub by_n: i64,
    /// 全部调整的分母差数。What all adjustments of its `of` come to.
    pub by_of: i64,
}

impl AdjustedView {
    /// The figures that adjustments speak of, in the order of the figures.
    pub(crate) fn all(figures: &[Figure], appraisal: &Appraisal) -> Vec<Self> {
        let adjusted = |figure: &Figure| appraisal.adjustments.iter().any(|one| one.indicator == figure.indicator);
        let of = |figure: &Figure| {
            let Base { n, of, share: _ } = Base::of(&figure.measure);
            let (by_n, by_of) = appraisal.adjusted(figure.indicator);
            Self { indicator: figure.indicator.as_str(), n, of, by_n, by_of }
        };
        figures.iter().filter(|figure| adjusted(figure)).map(of).collect()
    }

    /// The two numbers with all adjustments.
    pub(crate) fn sums(&self) -> (i128, i128) {
        (i128::from(self.n) + i128::from(self.by_n), i128::from(self.of) + i128::from(self.by_of))
    }
}

/// A dossier with what only pages and tables show.
struct Dossier {
    view: DossierView,
    /// The figures, where they are frozen.
    figures: Vec<Figure>,
    /// In which capacities the delegate served in the year.
    types: Vec<DelegateType>,
    /// Version of the appraisal.
    version: u64,
}

/// The types of mandate that somebody held in a year, in the order of the list.
pub(crate) fn types_in(delegate: &Delegate, year: i32) -> Vec<DelegateType> {
    let Some((first, last)) = domain::annual_review::days_of(year) else { return Vec::new() };
    let held = |of: &DelegateType| {
        let mandates = delegate.mandates.iter().filter(|mandate| mandate.delegate_type == *of);
        mandates.into_iter().any(|held| held.from <= last && held.to.is_none_or(|to| first <= to))
    };
    DelegateType::ALL.iter().copied().filter(held).collect()
}

impl Dossier {
    async fn read(
        app: &AppState,
        question: &Question,
        year: ReviewYear,
        id: DelegateId,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let nowhere = || Problem::new(HttpCode::NotFound);
        let delegate = snapshot.reference.delegates.get(id).ok_or_else(nowhere)?;
        let appraisal = app.casework.appraisal(Appraisee::Delegate(id).appraisal(year.0), snapshot.as_of).await?;
        if appraisal.version.0 == 0 && !is_reviewed(delegate, year.0) {
            return Err(nowhere());
        }
        let review = app.casework.annual_review(year, snapshot.as_of).await?;
        let (mut frozen, mut figures) = (None, Vec::new());
        if appraisal.state.frozen.is_some() {
            let year = frozen_year(app, year.0, question.patience()).await?;
            if let Some(own) = year.figures.get(&Appraisee::Delegate(id)) {
                frozen = Some(own.view.clone());
                figures.clone_from(&own.figures);
            }
        }
        let view = DossierView {
            review: AnnualReviewView::of(year.0, &review.state, snapshot),
            figures: frozen,
            adjusted: AdjustedView::all(&figures, &appraisal.state),
            appraisal: AppraisalView::of(app, year.0, id, &appraisal, snapshot).await?,
            as_of_position: snapshot.position.0,
        };
        Ok(Self { view, figures, types: types_in(delegate, year.0), version: appraisal.version.0 })
    }
}

/// Read the dossier of a delegate
///
/// 一名代表一个年度的评议档案（C-5.2）：冻结的指标、调整、述职报告、测评、异议和结果，现在或过去某一时刻。`format=html` 为可打印的一页，带图表；`format=xlsx` 为一张表。
///
/// All that the review of a year says of a delegate, now or as of a position or an instant: the frozen figures, adjustments,
/// report, votes, disputes and result. `format=html` is for print, with charts; `format=xlsx` is one sheet (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/delegates/{id}/dossier", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    AsOfParams,
    ("format" = Option<String>, Query, pattern = r"^(json|html|xlsx)$", description = "json、html 或 xlsx。json, html or xlsx."),
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
    let offered = [Format::Json, Format::Html, Format::Xlsx];
    let ((as_of, at_least), format) = question.read_as(&offered, |query| Some((query.as_of(), query.at_least())))?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.snapshot(as_of).await?;
    let dossier = Dossier::read(&app, &question, year, id, &snapshot).await?;
    let language = RequestContext::of(&request)?.language();
    if format == Format::Html {
        return Ok(page::answer(&dossier, language));
    }
    if format == Format::Xlsx {
        let name = format!("dossier-{}-{id}", year.0);
        return xlsx::answer(&name, table::table(&dossier, language, xlsx::headed));
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
    stream::history(app, &Appraisal::stream(whose(id).appraisal(year.0)), question).await
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
