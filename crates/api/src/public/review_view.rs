//! How the published results of an annual review are shown to everybody (C-5.2).

use crate::limits::READ_WAIT;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::reviews::dossier::content::{AdjustedView, types_in};
use crate::reviews::frozen::frozen_year;
use crate::reviews::frozen_years::FrozenYear;
use crate::reviews::view::IndicatorView;
use crate::reviews::year_view::appraisals;
use crate::state::{AppState, Snapshot};
use chrono::NaiveDate;
use domain::appraisal::{Appraisal, Appraisee};
use domain::ids::DelegateId;
use domain::vocabulary::DelegateType;
use serde::Serialize;
use utoipa::ToSchema;

/// 公布的评议结果。The published results of a year.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "year": 2026, "position": 88141, "root": "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=", "rules": "review/1",
    "items": [{"name": "汪洁", "delegate_types": ["party"], "grade": "excellent", "posted_on": "2027-01-28",
        "indicators": [{"code": "on_time", "clause": "C-4.4", "n": 26, "of": 27}],
        "adjusted": [{"indicator": "on_time", "n": 26, "of": 27, "by_n": 1, "by_of": 0}]}],
    "as_of_position": 90211
}))]
pub struct PublicReviews {
    /// 年度。The year.
    pub year: i32,
    /// 指标截至的日志位置。The figures are those of the leaves up to here.
    pub position: u64,
    /// 该位置的日志根（base64）。Root of the tree over them (base64).
    pub root: String,
    /// 算法。Formulas and shape of the figures.
    pub rules: String,
    /// 结果已公布的代表。Delegates whose result is published.
    pub items: Vec<PublicResult>,
    /// 内容所据的日志位置。The log up to here is in the answer.
    pub as_of_position: u64,
}

/// 一名代表的评议结果。The result of a delegate.
#[derive(Serialize, ToSchema)]
pub struct PublicResult {
    /// 姓名。Name.
    pub name: String,
    /// 当年的代表资格。In which capacities they served in the year.
    #[schema(value_type = Vec<vocabulary::DelegateType>)]
    pub delegate_types: Vec<&'static str>,
    /// 等次。The grade.
    #[schema(value_type = vocabulary::Grade)]
    pub grade: &'static str,
    /// 公布之日。The day on which it was posted.
    pub posted_on: NaiveDate,
    /// 冻结的指标。The frozen figures.
    pub indicators: Vec<IndicatorView>,
    /// 有调整的指标；列于指标之旁，不并入其中。The figures that were adjusted; beside the figures, never in them.
    pub adjusted: Vec<AdjustedView>,
}

impl PublicReviews {
    /// Of a year, as of a moment.
    ///
    /// # Errors
    /// 404 where nothing of it is published, and where the figures cannot be made.
    pub async fn read(app: &AppState, year: i32, snapshot: &Snapshot) -> Result<Self, Problem> {
        let frozen = frozen_year(app, year, READ_WAIT).await?;
        let mut items = Vec::new();
        for (id, appraisal) in appraisals(app, year, snapshot).await? {
            items.extend(PublicResult::of(id, year, &appraisal.state, &frozen, snapshot));
        }
        Ok(Self {
            year,
            position: frozen.freeze.position,
            root: frozen.freeze.root.clone(),
            rules: frozen.freeze.rules.clone(),
            items,
            as_of_position: snapshot.position.0,
        })
    }
}

impl PublicResult {
    /// Of a delegate whose result is published.
    fn of(id: DelegateId, year: i32, appraisal: &Appraisal, frozen: &FrozenYear, snapshot: &Snapshot) -> Option<Self> {
        let (grade, _) = appraisal.result?;
        let posted = appraisal.published?;
        let delegate = snapshot.reference.delegates.get(id)?;
        let own = frozen.figures.get(&Appraisee::Delegate(id))?;
        Some(Self {
            name: delegate.name.clone(),
            delegate_types: types_in(delegate, year).into_iter().map(DelegateType::as_str).collect(),
            grade: grade.as_str(),
            posted_on: snapshot.reference.town_date(posted.at),
            indicators: own.view.indicators().to_vec(),
            adjusted: AdjustedView::all(&own.figures, appraisal),
        })
    }
}
