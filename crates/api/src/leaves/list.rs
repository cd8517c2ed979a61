//! `GET /v1/leaves`: the leaves of all delegates.

use crate::http::extract::Question;
use crate::http::response::{Items, business_time, page};
use crate::input::body::{choice, one_of};
use crate::input::filters;
use crate::input::params::ListParams;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{LeaveReason, LeaveState};
use read_models::{LeaveQuery, LeaveRow, names};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A page of leaves.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct LeavePage {
    /// The leaves, those that begin last first.
    items: Vec<LeaveItemView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// A leave of absence in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LeaveItem, example = json!({
    "leave_id": "0198f3c5-0000-7000-8000-00000000aa01", "delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f",
    "from": "2026-11-26", "to": "2026-11-26", "reason_code": "work", "state": "approved",
    "requested_at": "2026-11-20T09:00:00+08:00"
}))]
pub struct LeaveItemView {
    /// The leave.
    pub leave_id: Uuid,
    /// Whose.
    pub delegate_id: Uuid,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    #[schema(value_type = vocabulary::LeaveReason)]
    pub reason_code: &'static str,
    /// State.
    #[schema(value_type = vocabulary::LeaveState)]
    pub state: &'static str,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub requested_at: String,
}

impl LeaveItemView {
    fn of(row: LeaveRow, zone: Tz) -> Self {
        Self {
            leave_id: row.leave_id.0,
            delegate_id: row.delegate_id.0,
            from: row.from_on,
            to: row.to_on,
            reason_code: row.reason.as_str(),
            state: row.state.as_str(),
            requested_at: business_time(row.requested_at, zone),
        }
    }
}

/// List leaves
///
/// 请假，开始日期最晚的在前。`from`、`to` 选取与该期间相交的请假，`grid_id` 为代表今日联系的网格。
///
/// Leaves of absence, those that begin last first (C-5.1). `from` and `to` choose those with a day in between, `grid_id`
/// those of delegates who are assigned there today.
#[utoipa::path(get, path = "/v1/leaves", tag = "delegates", params(
    ("grid_id" = Option<Uuid>, Query, description = "代表今日联系的网格。The grid that the delegate is assigned to today."),
    ("delegate_id" = Option<Uuid>, Query, description = "代表。Delegate."),
    ("reason_code" = Option<vocabulary::LeaveReason>, Query, description = "事由。Why."),
    ("state" = Option<String>, Query, pattern = r"^(requested|approved|refused|withdrawn)(,(requested|approved|refused|withdrawn))*$", description = "状态，可用逗号并列。States, several with commas.", example = "approved"),
    ("from" = Option<NaiveDate>, Query, description = "有不早于该日的日子。With a day on or after."),
    ("to" = Option<NaiveDate>, Query, description = "有不晚于该日的日子。With a day on or before."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = LeavePage),
))]
pub(crate) async fn list_leaves(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let (wanted, at_least, paging) = question.read(|query| {
        query.now_only();
        let states = || one_of(LeaveState::ALL.iter().map(|state| state.as_str()));
        let (from, to) = filters::days(query, ("from", "to"), &known);
        let grid = filters::grid(query, &known);
        let delegate = filters::delegate(query, &known);
        let page = query.page();
        let wanted = LeaveQuery {
            delegate_ids: whose(grid, delegate, &known),
            reason: query.optional("reason_code", choice(LeaveReason::ALL, LeaveReason::as_str)),
            states: query.choices("state", states, LeaveState::parse).unwrap_or_default(),
            from,
            to,
        };
        query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
        Some((wanted, query.at_least(), page))
    })?;
    app.reads_for(names::LEAVE_LIST, &question, at_least).await?;
    let _page = app.one_page().await;
    let listed = app.read_models.leaves(&wanted, &paging.request()).await?;
    let zone = app.present().reference.time_zone();
    let items = listed.items.into_iter().map(|row| LeaveItemView::of(row, zone)).collect();
    let as_of_position = Some(listed.as_of_position.0);
    let items = Items { items, next_cursor: listed.next_cursor, as_of_position };
    Ok(page(&question.path, &question.query, &items))
}

/// The delegates whose leaves are meant, where not all are.
pub(crate) fn whose(
    grid: Option<AreaId>,
    delegate: Option<DelegateId>,
    snapshot: &Snapshot,
) -> Option<Vec<DelegateId>> {
    let Some(grid) = grid else { return delegate.map(|one| vec![one]) };
    let here = snapshot.reference.delegates.all().filter(|one| {
        one.assignments_on(snapshot.today).any(|assignment| assignment.grid_id == grid)
            && delegate.is_none_or(|wanted| wanted == one.id)
    });
    Some(here.map(|one| one.id).collect())
}
