//! What a dossier holds, whatever it is shown as.

use crate::http::extract::Question;
use crate::http::response::absent;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::appraisal_view::AppraisalView;
use crate::reviews::frozen::frozen_year;
use crate::reviews::view::ReviewView;
use crate::reviews::year_view::AnnualReviewView;
use crate::state::{AppState, Snapshot};
use casework::annual_reviews::ReviewYear;
use domain::annual_review::is_reviewed;
use domain::appraisal::{Appraisal, Appraisee, Base};
use domain::delegate::Delegate;
use domain::ids::DelegateId;
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
    pub review: Option<AnnualReviewView>,
    /// 冻结的指标；未冻结时省略。The frozen figures; absent before the freeze.
    #[serde(skip_serializing_if = "absent")]
    pub figures: Option<ReviewView>,
    /// 有调整的指标，及连同调整的数值；列于指标之旁，不并入其中。The figures that were adjusted, and what they come to with it; beside the
    /// figures, never in them.
    pub adjusted: Vec<AdjustedView>,
    /// 报告、测评、异议、调整和结果。Report, votes, disputes, adjustments and result.
    pub appraisal: AppraisalView,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    pub as_of_position: u64,
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
pub(crate) struct Dossier {
    pub view: DossierView,
    /// The figures, where they are frozen.
    pub figures: Vec<Figure>,
    /// In which capacities the delegate served in the year.
    pub types: Vec<DelegateType>,
    /// Version of the appraisal.
    pub version: u64,
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
    /// Of a delegate, as it stood at a moment.
    ///
    /// # Errors
    /// 404 for nobody, and for who is not reviewed for the year.
    pub async fn read(
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
