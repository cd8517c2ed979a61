//! `GET /v1/reviews`, `GET /v1/reviews/{year}`: how far the annual review of a year is (C-5.2).

use crate::http::context::PathParts;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::reference::{asked_about, asked_about_as};
use crate::http::response::{absent, business_time, one};
use crate::http::tables;
use crate::input::params::{AsOfParams, HistoryParams, TableParams};
use crate::log::stream;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::reading::year_of;
use crate::reviews::year_table;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::annual_reviews::ReviewYear;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::annual_review::{AnnualReview, is_reviewed};
use domain::appraisal::{Appraisal, Appraisee};
use domain::ids::DelegateId;
use event_store::Position;
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

/// 各年度的述职评议。The annual reviews.
#[derive(Serialize, ToSchema)]
#[schema(as = AnnualReviewList)]
pub struct AnnualReviewList {
    /// 已启动的评议，依年度先后。Those that were opened, by year.
    items: Vec<AnnualReviewView>,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    as_of_position: u64,
}

/// List annual reviews
///
/// 已启动的年度述职评议，现在或过去某一时刻（C-5.2）。各年度的指标不以启动为前提，随时可查。
///
/// The annual reviews that were opened, now or as of a position or an instant. Figures of a year may be asked for whether its review
/// was opened or not (C-5.2).
#[utoipa::path(get, path = "/v1/reviews", tag = "reviews", params(AsOfParams, TableParams), responses(
    (status = 200, description = "各年度的评议。The annual reviews.", content(
        (AnnualReviewList = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}年度,状态,启动时间,冻结时间\r\n2026,open,2026-12-01T09:00:00+08:00,\r\n"),
    )),
))]
pub(crate) async fn list(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (snapshot, format) = asked_about_as(&app, &question, &Format::OF_LISTS).await?;
    let Position(position) = snapshot.position;
    let mut items = Vec::new();
    for year in app.casework.reviewable_years(snapshot.position, &snapshot.reference).await? {
        let review = app.casework.annual_review(ReviewYear(year), snapshot.as_of).await?;
        items.extend(AnnualReviewView::of(year, &review.state, &snapshot));
    }
    if format.is_table() {
        let rows = items.iter().map(|view| year_table::row(view, &snapshot)).collect();
        return tables::whole(&request, &question, format, &year_table::TABLE, (rows, snapshot.position));
    }
    Ok(HttpResponse::Ok().json(AnnualReviewList { items, as_of_position: position }))
}

/// Read an annual review
///
/// 一个年度述职评议的进展，现在或过去某一时刻：状态、冻结的位置与日志根，以及报告、测评、异议、结果和公布的数量（C-5.2）。尚未启动的为 404。
///
/// How far the annual review of a year is, now or as of a position or an instant: its state, the position and the root of the
/// freeze, how many reports, votes, disputes, results and publications there are. 404 where it was not opened (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    AsOfParams,
), responses(
    (status = 200, description = "评议。The review.", body = AnnualReviewView),
))]
pub(crate) async fn read(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let year = year_of(parts.get("year")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let snapshot = asked_about(&app, &question).await?;
    let review = app.casework.annual_review(ReviewYear(year), snapshot.as_of).await?;
    let view = AnnualReviewView::with_counts(&app, year, &review.state, &snapshot).await?;
    Ok(one(review.version.0, view))
}

/// Read the events of an annual review
///
/// 一个年度评议的事件：启动与冻结（C-5.2）。
///
/// The events of the review of a year: its opening and its freeze (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/events", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    HistoryParams,
), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn events(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let year = year_of(parts.get("year")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    stream::history(&app, &ReviewYear(year).stream(), &question).await
}
