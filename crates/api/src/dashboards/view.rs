//! Dashboards in an answer: figures of now, each with the way to the list behind it. `rows.rs` makes them of what
//! the read model counted, `table.rs` shows them as tables.

use crate::dashboards::scope::ScopeView;
use crate::http::response::absent;
use crate::openapi::vocabulary;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Figures of the grids, units, delegates or topics of a town.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Dashboard)]
pub struct DashboardView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that lateness, silence and the week refer to: today.
    pub as_of_date: NaiveDate,
    /// 统计所限的范围；全镇时没有此项。What the figures are narrowed to; absent where they are of the town.
    #[serde(skip_serializing_if = "absent")]
    pub scope: Option<ScopeView>,
    /// One row for each, in the town's own order; who has nothing to count has zeros.
    pub items: Vec<RowView>,
}

/// Figures of the whole town, or of the one grid asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Overview)]
pub struct OverviewView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that lateness, silence and the week refer to: today.
    pub as_of_date: NaiveDate,
    /// 统计所限的范围；全镇时没有此项。What the figures are narrowed to; absent where they are of the town.
    #[serde(skip_serializing_if = "absent")]
    pub scope: Option<ScopeView>,
    /// The figures.
    #[serde(flatten)]
    pub figures: FiguresView,
}

/// Figures of one grid, unit, delegate or topic.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DashboardRow)]
pub struct RowView {
    /// The grid, in the dashboard of grids.
    #[serde(skip_serializing_if = "absent")]
    pub grid_id: Option<Uuid>,
    /// The unit, in the dashboard of units.
    #[serde(skip_serializing_if = "absent")]
    pub unit_id: Option<Uuid>,
    /// The delegate, in the dashboard of delegates.
    #[serde(skip_serializing_if = "absent")]
    pub delegate_id: Option<Uuid>,
    /// The code of the topic, in the dashboard of topics.
    #[serde(skip_serializing_if = "absent")]
    pub topic: Option<String>,
    /// Its name, as of now.
    #[serde(skip_serializing_if = "absent")]
    pub name: Option<String>,
    /// The figures.
    #[serde(flatten)]
    pub figures: FiguresView,
}

/// How many receptions and issues there are, and how the issues stand today.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Figures)]
pub struct FiguresView {
    /// Receptions; for a delegate those they sat in; absent for topics, which receptions have none of.
    #[serde(skip_serializing_if = "absent")]
    pub receptions: Option<u64>,
    /// Issues by state; for a delegate those they are responsible for now.
    pub issues: IssueCounts,
    /// The open issues by lateness.
    pub lateness: LatenessCounts,
    /// Open issues due from Monday to Sunday of the week of `as_of_date`.
    pub due_this_week: u64,
    /// Open issues whose visitor was to hear a word before today, and has not.
    pub silent_interim: u64,
    /// Of the issues answered, closed or referred: those in time.
    pub answered_on_time: RatioView,
    /// The issues counted. A filter of that list besides (`state=open`, `lateness=overdue`, `answered=on_time`,
    /// `interim=silent`, `state=open` with `due_from` and `due_to`) gives those behind each figure; the same query on
    /// `/v1/receptions` gives the receptions.
    pub list: String,
}

/// Issues by state.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct IssueCounts {
    /// All of them.
    pub raised: u64,
    /// Those owed an answer: registered, in_hand, escalated, awaiting_answer and merged.
    pub open: u64,
    /// 已登记。Registered.
    pub registered: u64,
    /// 办理中。In hand.
    pub in_hand: u64,
    /// 已上报。Escalated.
    pub escalated: u64,
    /// 待答复。Awaiting the answer.
    pub awaiting_answer: u64,
    /// 已答复。Answered.
    pub answered: u64,
    /// 已办结。Closed.
    pub closed: u64,
    /// 撤回。Withdrawn.
    pub withdrawn: u64,
    /// 已导入法定途径。Referred to a statutory channel.
    pub referred: u64,
    /// 并案。Merged.
    pub merged: u64,
}

/// Open issues by lateness.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LatenessCounts {
    /// 按期。On time.
    pub on_time: u64,
    /// 即将到期。Due soon.
    pub due_soon: u64,
    /// 逾期。Overdue.
    pub overdue: u64,
    /// 严重逾期。Long overdue.
    pub long_overdue: u64,
}

/// A rate; the client divides.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Ratio)]
pub struct RatioView {
    /// How many.
    pub n: u64,
    /// Of how many.
    pub of: u64,
}

/// Major issues of the grids of a town.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MajorDashboard, example = json!({
    "as_of_position": 88141, "as_of_date": "2026-11-24",
    "items": [{"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "太平网格", "open": 2, "overdue": 1,
        "by": [{"state": "handling", "level": "L2", "count": 2}, {"state": "concluded", "level": "L3", "count": 1}],
        "list": "/v1/major-issues?grid_id=0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"}]
}))]
pub struct MajorDashboardView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that "overdue" refers to: today.
    pub as_of_date: NaiveDate,
    /// 统计所限的范围；全镇时没有此项。What the figures are narrowed to; absent where they are of the town.
    #[serde(skip_serializing_if = "absent")]
    pub scope: Option<ScopeView>,
    /// One row for each grid, in the town's own order; a grid without major issues has zeros.
    pub items: Vec<MajorRowView>,
}

/// Major issues of one grid.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MajorDashboardRow)]
pub struct MajorRowView {
    /// The grid.
    pub grid_id: Uuid,
    /// Its name, as of now.
    #[serde(skip_serializing_if = "absent")]
    pub name: Option<String>,
    /// Those under way.
    pub open: u64,
    /// Those of them whose lead office was to report before today.
    pub overdue: u64,
    /// By state and level; only what there is.
    pub by: Vec<MajorCountView>,
    /// The major issues counted; `state=open`, `state` with `level`, or `state=open` with `due_to` of yesterday besides give
    /// those behind each figure.
    pub list: String,
}

/// Major issues in one state and at one level.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct MajorCountView {
    /// The state.
    #[schema(value_type = vocabulary::MajorIssueState)]
    pub state: &'static str,
    /// The level.
    #[schema(value_type = vocabulary::Level)]
    pub level: &'static str,
    /// How many.
    pub count: u64,
}
