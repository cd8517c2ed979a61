//! `GET /v1/dashboards/obligations`: how what is owed is kept, in the town and by grid.

use crate::dashboards::scope::ScopeView;
use crate::http::context::RequestContext;
use crate::http::csv::{self, Cell};
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::absent;
use crate::http::xlsx;
use crate::input::filters;
use crate::obligations::sums::{FiguresView, ObligationCounts};
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use domain::ids::AreaId;
use domain::language::Language;
use read_models::{ObligationRange, ObligationSums};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How obligations are counted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
pub(crate) struct RangeParams {
    /// 只统计该网格。Only what belongs to this grid.
    grid_id: Option<uuid::Uuid>,
    /// 期限不早于。Due on or after.
    #[param(example = "2026-01-01")]
    from: Option<NaiveDate>,
    /// 期限不晚于。Due on or before.
    #[param(example = "2026-12-31")]
    to: Option<NaiveDate>,
    /// 答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s.
    at_least: Option<u64>,
}

/// How what is owed is kept: in the whole town, or in the one grid asked for, and by grid; of what whoever asks may see.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ObligationDashboard)]
pub struct ObligationDashboardView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that statuses refer to: today.
    pub as_of_date: NaiveDate,
    /// 统计所限的范围；全镇时没有此项。What the figures are narrowed to; absent where they are of the town.
    #[serde(skip_serializing_if = "absent")]
    pub scope: Option<ScopeView>,
    /// All of them.
    #[serde(flatten)]
    pub figures: FiguresView,
    /// One row for each grid, in the town's own order; one that owes nothing has zeros, or no row in a scope that has no grids.
    pub items: Vec<GridFiguresView>,
}

/// What is owed in one grid.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ObligationDashboardRow)]
pub struct GridFiguresView {
    /// The grid.
    pub grid_id: Uuid,
    /// Its name, as of now.
    #[serde(skip_serializing_if = "absent")]
    pub name: Option<String>,
    /// The figures.
    #[serde(flatten)]
    pub figures: FiguresView,
}

impl ObligationDashboardView {
    /// The rows of every grid that the town has, and of whatever else is counted.
    pub fn of(sums: &ObligationSums, range: &ObligationRange, scope: Option<ScopeView>, snapshot: &Snapshot) -> Self {
        let nothing = BTreeMap::new();
        let row = |grid_id: AreaId, name: Option<String>| {
            let of_grid = ObligationRange { grid_id: Some(grid_id), ..*range };
            let figures = FiguresView::of(sums.by_grid.get(&grid_id).unwrap_or(&nothing), &of_grid, None);
            GridFiguresView { grid_id: grid_id.0, name, figures }
        };
        let wanted = |grid_id: AreaId| match (range.grid_id, &scope) {
            (Some(wanted), _) => wanted == grid_id,
            (None, None) => true,
            (None, Some(scope)) => {
                let of_scope = scope.area_ids.as_ref().is_some_and(|ids| ids.contains(&grid_id.0));
                of_scope || sums.by_grid.contains_key(&grid_id)
            }
        };
        let grids = snapshot.reference.areas.grids().filter(|grid| wanted(grid.id));
        let mut items: Vec<_> = grids.map(|grid| row(grid.id, Some(grid.name.clone()))).collect();
        let others = sums.by_grid.keys().filter(|id| snapshot.reference.areas.grid(**id).is_none());
        items.extend(others.map(|id| row(*id, None)));
        Self {
            as_of_position: sums.as_of_position.0,
            as_of_date: snapshot.today,
            scope,
            figures: FiguresView::of(&sums.by_code(), range, None),
            items,
        }
    }

    /// As a table of the kind that `headed` makes: of each grid one line for each code, and before them one for all.
    fn table<T>(&self, language: Language, headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T) -> T {
        const COLUMNS: [(&str, &str); 14] = [
            ("网格编号", "grid_id"),
            ("名称", "name"),
            ("代码", "code"),
            ("条款", "clause"),
            ("已履行", "fulfilled"),
            ("逾期履行", "late"),
            ("未履行", "missing"),
            ("未到期", "not_yet_due"),
            ("免责", "excused"),
            ("按期履行", "kept_n"),
            ("应履行", "kept_of"),
            ("清单", "list"),
            ("序号", "as_of_position"),
            ("统计日期", "as_of_date"),
        ];
        let town = std::iter::once((Vec::from([Cell::Nothing, Cell::Nothing]), &self.figures));
        let grids =
            self.items.iter().map(|row| (vec![row.grid_id.to_string().into(), row.name.clone().into()], &row.figures));
        let rows = town.chain(grids).flat_map(|(whose, figures)| {
            let all = (None, None, &figures.counts, figures.list.as_deref());
            let codes =
                figures.by_code.iter().map(|of| (Some(of.code), Some(of.clause), &of.counts, Some(of.list.as_str())));
            std::iter::once(all).chain(codes).map(move |(code, clause, counts, list)| {
                let mut cells = whose.clone();
                cells.extend([code.into(), clause.into()]);
                cells.extend(numbers(counts));
                cells.extend([list.into(), self.as_of_position.into(), Cell::Day(self.as_of_date)]);
                cells
            })
        });
        headed(&COLUMNS, rows.collect(), language)
    }
}

/// The cells of counts.
pub(crate) fn numbers(counts: &ObligationCounts) -> [Cell; 7] {
    let ObligationCounts { fulfilled, late, missing, not_yet_due, excused, kept } = *counts;
    [fulfilled, late, missing, not_yet_due, excused, kept.n, kept.of].map(Cell::from)
}

/// Follow up what is owed
///
/// 义务履行情况：全镇（或 `grid_id` 一个网格）合计，各网格一行，并按义务代码细分。按期履行率为已履行占已履行、逾期履行、未履行之和。
/// `list` 附加 `status` 即每个数字背后的义务。
///
/// How what is owed is kept: the whole town, or one grid by `grid_id`, a row for each grid, and each by code. Kept are those
/// fulfilled, of those fulfilled, late or missing. `list` with `status` gives the obligations behind each figure.
#[utoipa::path(get, path = "/v1/dashboards/obligations", tag = "dashboards", params(
    RangeParams,
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx。json, or csv or xlsx for a table."),
), responses(
    (status = 200, description = "义务履行情况。How they are kept.", content(
        (ObligationDashboardView = "application/json", example = json!({
            "as_of_position": 88141, "as_of_date": "2026-11-24",
            "fulfilled": 5310, "late": 41, "missing": 12, "not_yet_due": 160, "excused": 9, "kept": {"n": 5310, "of": 5363},
            "by_code": [{"code": "O-5", "clause": "C-5.2", "fulfilled": 5310, "late": 41, "missing": 12, "not_yet_due": 160,
                "excused": 9, "kept": {"n": 5310, "of": 5363}, "list": "/v1/obligations?code=O-5"}],
            "list": "/v1/obligations", "items": [{"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "太平网格",
                "fulfilled": 310, "late": 1, "missing": 0, "not_yet_due": 8, "excused": 0, "kept": {"n": 310, "of": 311},
                "by_code": [], "list": "/v1/obligations?grid_id=0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"}]})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "网格编号,名称,代码,条款,已履行\r\n,,O-5,C-5.2,5310\r\n"),
    )),
))]
pub(crate) async fn obligations(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let ((range, at_least), format) = question.read_as(&[Format::Json, Format::Csv, Format::Xlsx], |query| {
        query.now_only();
        let grid_id = filters::grid(query, &known);
        let (from, to) = filters::days(query, ("from", "to"), &known);
        Some((ObligationRange { grid_id, from, to }, query.at_least()))
    })?;
    let within = app.within(&question)?;
    let grid_id = app.grid_within(&within, range.grid_id)?;
    let range = ObligationRange { grid_id, ..range };
    app.reads_obligations(&within, &question, at_least).await?;
    let language = RequestContext::of(&request)?.language();
    let snapshot = app.present();
    let sums = app.read_models.obligation_sums(&range, &within, snapshot.today).await?;
    let scope = ScopeView::of(&within.scope, grid_id);
    let view = ObligationDashboardView::of(&sums, &range, scope, &snapshot);
    Ok(if format == Format::Csv {
        csv::answer("obligations", view.table(language, csv::headed))
    } else if format == Format::Xlsx {
        xlsx::answer("obligations", view.table(language, xlsx::headed))?
    } else {
        HttpResponse::Ok().json(view)
    })
}
