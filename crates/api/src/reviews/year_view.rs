//! How an annual review is shown (C-5.2): how far it is, and how far its delegates are.

use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::annual_review::{AnnualReview, is_reviewed};
use domain::appraisal::{Appraisal, Appraisee};
use domain::ids::DelegateId;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// 一个年度的述职评议。The annual review of a year, as a process.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AnnualReview, example = json!({
    "year": 2026, "state": "frozen", "opened_at": "2026-12-01T09:00:00+08:00", "frozen_at": "2027-01-11T09:00:00+08:00",
    "position": 88141, "root": "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=", "rules": "review/1", "policy_position": 4,
    "subjects": 96, "disputes_until": "2027-01-25", "results_from": "2027-01-27",
    "counts": {"delegates": 82, "reports": 80, "appraisals": 78, "disputes": 3, "disputes_pending": 1, "results": 12, "published": 9}
}))]
pub struct AnnualReviewView {
    /// 年度。The year.
    pub year: i32,
    /// 状态。How far it is.
    #[schema(value_type = vocabulary::ReviewState)]
    pub state: &'static str,
    /// 启动的时间。When it was opened.
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// 冻结的时间；未冻结时省略，以下各项同此。When its figures were frozen; absent before, as all of the following.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub frozen_at: Option<String>,
    /// 指标截至的日志位置。The figures are those of the leaves up to here.
    #[serde(skip_serializing_if = "absent")]
    pub position: Option<u64>,
    /// 该位置的日志根（base64）。Root of the tree over them (base64).
    #[serde(skip_serializing_if = "absent")]
    pub root: Option<String>,
    /// 算法。Formulas and shape of the figures.
    #[serde(skip_serializing_if = "absent")]
    pub rules: Option<String>,
    /// 年末有效的规则的位置。Position of the policy in force on the last day of the year.
    #[serde(skip_serializing_if = "absent")]
    pub policy_position: Option<u64>,
    /// 冻结的代表和网格的数量。How many delegates and grids have frozen figures.
    #[serde(skip_serializing_if = "absent")]
    pub subjects: Option<u32>,
    /// 提出异议的末日。The last day for disputes.
    #[serde(skip_serializing_if = "absent")]
    pub disputes_until: Option<NaiveDate>,
    /// 可以确定结果的首日：此后异议不再可能按期提出。The first day for results: no dispute can come in time any more.
    #[serde(skip_serializing_if = "absent")]
    pub results_from: Option<NaiveDate>,
    /// 数量；列表中省略。How many there are of each; absent in a list.
    #[serde(skip_serializing_if = "absent")]
    pub counts: Option<ReviewCounts>,
}

/// 评议进展的数量。How far the delegates of a review are.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct ReviewCounts {
    /// 该年度有代表资格的代表。Delegates who held a mandate in the year.
    pub delegates: u64,
    /// 已提交述职报告的代表。Of them, who has submitted a report.
    pub reports: u64,
    /// 至少有一项测评的代表。Of them, who has at least one vote.
    pub appraisals: u64,
    /// 异议。Disputes.
    pub disputes: u64,
    /// 其中待认定的。Of these, which wait for a decision.
    pub disputes_pending: u64,
    /// 结果已确定的代表。Delegates whose result is set.
    pub results: u64,
    /// 结果已公布的代表。Delegates whose result is published.
    pub published: u64,
}

impl ReviewCounts {
    fn of(appraisals: &[(DelegateId, Arc<Loaded<Appraisal>>)]) -> Self {
        let count = |is: fn(&Appraisal) -> bool| {
            let those = appraisals.iter().filter(|(_, appraisal)| is(&appraisal.state));
            u64::try_from(those.count()).unwrap_or(u64::MAX)
        };
        let sum = |of: fn(&Appraisal) -> usize| {
            let all: usize = appraisals.iter().map(|(_, appraisal)| of(&appraisal.state)).sum();
            u64::try_from(all).unwrap_or(u64::MAX)
        };
        Self {
            delegates: u64::try_from(appraisals.len()).unwrap_or(u64::MAX),
            reports: count(|of| of.report.is_some()),
            appraisals: count(|of| !of.votes.is_empty()),
            disputes: sum(|of| of.disputes.len()),
            disputes_pending: sum(|of| of.pending().count()),
            results: count(|of| of.result.is_some()),
            published: count(|of| of.published.is_some()),
        }
    }
}

impl AnnualReviewView {
    /// Of a review that was opened; without counts.
    pub fn of(year: i32, review: &AnnualReview, snapshot: &Snapshot) -> Option<Self> {
        let reference = &snapshot.reference;
        let (zone, calendars, policies) = (reference.time_zone(), &reference.calendars, &reference.policies);
        let freeze = review.frozen.as_ref();
        Some(Self {
            year,
            state: review.state()?.as_str(),
            opened_at: business_time(review.opened?.at, zone),
            frozen_at: freeze.map(|freeze| business_time(freeze.claim.at, zone)),
            position: freeze.map(|freeze| freeze.of.position),
            root: freeze.map(|freeze| freeze.of.root.clone()),
            rules: freeze.map(|freeze| freeze.of.rules.clone()),
            policy_position: freeze.map(|freeze| freeze.of.policy_position),
            subjects: freeze.map(|freeze| freeze.of.subjects),
            disputes_until: review.disputes_until(policies, calendars),
            results_from: review.disputes_over_on(policies, calendars),
            counts: None,
        })
    }

    /// The same with how many there are of each.
    ///
    /// # Errors
    /// 404 where it was not opened.
    pub async fn with_counts(
        app: &AppState,
        year: i32,
        review: &AnnualReview,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let view = Self::of(year, review, snapshot).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
        let counts = Some(ReviewCounts::of(&appraisals(app, year, snapshot).await?));
        Ok(Self { counts, ..view })
    }
}

/// The appraisals of everybody who held a mandate in a year, by the ids of the delegates, as of a moment.
pub(crate) async fn appraisals(
    app: &AppState,
    year: i32,
    snapshot: &Snapshot,
) -> Result<Vec<(DelegateId, Arc<Loaded<Appraisal>>)>, Problem> {
    let reviewed = snapshot.reference.delegates.all().filter(|delegate| is_reviewed(delegate, year));
    let mut all = Vec::new();
    for delegate in reviewed {
        let id = Appraisee::Delegate(delegate.id).appraisal(year);
        all.push((delegate.id, app.casework.appraisal(id, snapshot.as_of).await?));
    }
    Ok(all)
}
