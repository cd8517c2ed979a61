//! Annual reviews in an answer. The order of the members is fixed: one position and one value of `rules` give
//! the same bytes for ever.

use crate::http::response::absent;
use crate::openapi::vocabulary;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::reviews::Frame;
use chrono::NaiveDate;
use domain::review::{Figure, Measure, Subject, Tally};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Clause under which there is a review at all.
const CLAUSE: &str = "C-5.2";

/// The review of one delegate or one grid.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Review, example = json!({
    "year": 2026, "delegate": {"id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "name": "汪洁"}, "as_of_position": 88141,
    "root": "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=", "policy_position": 4, "rules": "review/2", "clause": "C-5.2",
    "until": "2026-11-24", "provisional": false, "indicators": [
        {"code": "answer_rate", "clause": "C-3.6", "n": 27, "of": 27, "target_permille": 1000},
        {"code": "on_time", "clause": "C-4.4", "n": 26, "of": 27},
        {"code": "median_wd", "clause": "C-4.4", "n": 4, "of": 27, "split": {"delegate": 3, "unit": 0, "suspended": 0}},
        {"code": "satisfaction", "clause": "C-3.6", "n": 9, "of": 10, "weighted": {"n": 8600, "of": 10000},
            "responses": {"n": 10, "of": 25}, "wilson_95_permille": [596, 982], "ranked": true},
        {"code": "attendance", "clause": "C-4.1", "n": 5, "of": 5},
        {"code": "studies", "clause": "C-3.5", "n": 1, "of": 1, "referenced": {"n": 1, "of": 1}}]
}))]
pub struct ReviewView {
    year: i32,
    /// The delegate; absent in a grid's review.
    #[serde(skip_serializing_if = "absent")]
    delegate: Option<SubjectView>,
    /// The grid; absent in a delegate's review.
    #[serde(skip_serializing_if = "absent")]
    grid: Option<SubjectView>,
    /// Made from the leaves up to here.
    as_of_position: u64,
    /// Root of the tree over them (base64).
    root: String,
    /// Position of the policy in force on `until`.
    policy_position: u64,
    /// Formulas and shape.
    rules: &'static str,
    clause: &'static str,
    /// Last day that is counted: 31 December, or the town's day on which the last leaf was recorded.
    until: NaiveDate,
    /// The year has no published calendar, or days were counted through a year without one.
    provisional: bool,
    indicators: Vec<IndicatorView>,
}

/// The reviews of all delegates or all grids, made at one position.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Reviews, example = json!({
    "year": 2026, "as_of_position": 88141, "root": "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=", "policy_position": 4,
    "rules": "review/2", "clause": "C-5.2", "until": "2026-11-24", "items": [
        {"delegate": {"id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "name": "汪洁"}, "provisional": false, "indicators": [
            {"code": "answer_rate", "clause": "C-3.6", "n": 27, "of": 27, "target_permille": 1000},
            {"code": "theme_activities", "clause": "C-4.2", "n": 3, "of": 4}]}]
}))]
pub struct ReviewsView {
    year: i32,
    /// Made from the leaves up to here.
    as_of_position: u64,
    /// Root of the tree over them (base64).
    root: String,
    /// Position of the policy in force on `until`.
    policy_position: u64,
    /// Formulas and shape.
    rules: &'static str,
    clause: &'static str,
    /// Last day that is counted.
    until: NaiveDate,
    /// By id.
    items: Vec<ReviewItem>,
}

/// One of all reviews.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewItem {
    /// The delegate; absent among grids.
    #[serde(skip_serializing_if = "absent")]
    delegate: Option<SubjectView>,
    /// The grid; absent among delegates.
    #[serde(skip_serializing_if = "absent")]
    grid: Option<SubjectView>,
    /// As in a single review.
    provisional: bool,
    indicators: Vec<IndicatorView>,
}

/// Whose review it is, as known at that position.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SubjectView {
    pub(super) id: Uuid,
    pub(super) name: String,
}

/// So many of so many; the client divides.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct RatioView {
    n: u64,
    of: u64,
}

/// Working days of a rank, each part ranked on its own.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct SplitView {
    /// With the delegate.
    pub(super) delegate: u32,
    /// With the major-issue process.
    pub(super) unit: u32,
    /// While the clock stood still.
    pub(super) suspended: u32,
}

/// One indicator.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IndicatorView {
    /// Which.
    #[schema(value_type = vocabulary::Indicator)]
    code: &'static str,
    /// False where no recorded fact decides it by these rules; absent otherwise.
    #[serde(skip_serializing_if = "absent")]
    available: Option<bool>,
    clause: &'static str,
    /// How many; of `median_wd` and `p90_wd` working days.
    #[serde(skip_serializing_if = "absent")]
    n: Option<u64>,
    /// Of how many.
    #[serde(skip_serializing_if = "absent")]
    of: Option<u64>,
    /// What n / of should be, in thousandths.
    #[serde(skip_serializing_if = "absent")]
    target_permille: Option<u32>,
    /// Where the working days went.
    #[serde(skip_serializing_if = "absent")]
    split: Option<SplitView>,
    /// Satisfaction with the policy's weights.
    #[serde(skip_serializing_if = "absent")]
    weighted: Option<RatioView>,
    /// Responses of the answers whose time for feedback is over.
    #[serde(skip_serializing_if = "absent")]
    responses: Option<RatioView>,
    /// Of the same studies those that an office referred to or took up.
    #[serde(skip_serializing_if = "absent")]
    referenced: Option<RatioView>,
    /// Lower and upper bound of n / of in thousandths (Wilson, 95 %); absent without responses.
    #[serde(skip_serializing_if = "absent")]
    wilson_95_permille: Option<[u32; 2]>,
    /// False where the responses are too few for a comparison.
    #[serde(skip_serializing_if = "absent")]
    ranked: Option<bool>,
}

/// Whose review.
#[derive(Clone, Debug)]
pub struct Named {
    /// Delegate or grid.
    pub subject: Subject,
    /// Their id.
    pub id: Uuid,
    /// Their name as of then.
    pub name: String,
}

impl Named {
    fn views(self) -> (Option<SubjectView>, Option<SubjectView>) {
        let view = SubjectView { id: self.id, name: self.name };
        match self.subject {
            Subject::Delegate => (Some(view), None),
            Subject::Grid => (None, Some(view)),
        }
    }
}

impl ReviewView {
    /// The figures.
    pub fn indicators(&self) -> &[IndicatorView] {
        &self.indicators
    }

    /// Whether days were counted through a year without a calendar.
    pub fn is_provisional(&self) -> bool {
        self.provisional
    }

    /// Last day that is counted.
    pub fn until(&self) -> NaiveDate {
        self.until
    }

    /// A single review.
    pub fn of(named: Named, tally: &Tally, frame: &Frame) -> Self {
        let item = ReviewItem::of(named, tally, frame);
        Self {
            year: frame.period.year,
            delegate: item.delegate,
            grid: item.grid,
            as_of_position: frame.position.0,
            root: STANDARD.encode(frame.root),
            policy_position: frame.policy_position(),
            rules: frame.rule_set().as_str(),
            clause: CLAUSE,
            until: frame.period.until,
            provisional: item.provisional,
            indicators: item.indicators,
        }
    }
}

impl ReviewsView {
    /// Many reviews.
    pub fn of<'a>(rows: impl IntoIterator<Item = (Named, &'a Tally)>, frame: &Frame) -> Self {
        Self {
            year: frame.period.year,
            as_of_position: frame.position.0,
            root: STANDARD.encode(frame.root),
            policy_position: frame.policy_position(),
            rules: frame.rule_set().as_str(),
            clause: CLAUSE,
            until: frame.period.until,
            items: rows.into_iter().map(|(named, tally)| ReviewItem::of(named, tally, frame)).collect(),
        }
    }
}

impl ReviewItem {
    fn of(named: Named, tally: &Tally, frame: &Frame) -> Self {
        let figures = tally.figures(frame.rule_set(), named.subject, frame.book.own_policy());
        let (delegate, grid) = named.views();
        let indicators = figures.iter().map(IndicatorView::of).collect();
        Self { delegate, grid, provisional: frame.provisional(tally), indicators }
    }
}

impl IndicatorView {
    /// Which it is.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Its two numbers; nothing where no recorded fact decides it.
    pub fn numbers(&self) -> Option<(u64, u64)> {
        self.n.zip(self.of)
    }

    fn of(figure: &Figure) -> Self {
        let bare = Self {
            code: figure.indicator.as_str(),
            available: None,
            clause: figure.indicator.clause(),
            n: None,
            of: None,
            target_permille: None,
            split: None,
            weighted: None,
            responses: None,
            referenced: None,
            wilson_95_permille: None,
            ranked: None,
        };
        match figure.measure {
            Measure::Unavailable => Self { available: Some(false), ..bare },
            Measure::Share(ratio) => Self { n: Some(ratio.n), of: Some(ratio.of), ..bare },
            Measure::Targeted(ratio, target) => {
                Self { n: Some(ratio.n), of: Some(ratio.of), target_permille: Some(target), ..bare }
            }
            Measure::WorkingDays { n, of, delegate, unit, suspended } => {
                Self { n: Some(n.into()), of: Some(of), split: Some(SplitView { delegate, unit, suspended }), ..bare }
            }
            Measure::Used { share, referenced } => Self {
                n: Some(share.n),
                of: Some(share.of),
                referenced: Some(RatioView { n: referenced.n, of: referenced.of }),
                ..bare
            },
            Measure::Satisfied(said) => Self {
                n: Some(said.content.n),
                of: Some(said.content.of),
                weighted: Some(RatioView { n: said.weighted.n, of: said.weighted.of }),
                responses: Some(RatioView { n: said.responses.n, of: said.responses.of }),
                wilson_95_permille: said.wilson_95_permille.map(|(low, high)| [low, high]),
                ranked: Some(said.ranked),
                ..bare
            },
        }
    }
}
