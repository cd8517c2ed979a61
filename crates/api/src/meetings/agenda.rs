//! `GET /v1/grids/{id}/agenda`: what a grid has to study, and what its meetings left over (C-4.3a). Which major issues and
//! meetings are those of the grid, rows say; what became of them, the log.

use crate::http::extract::{PathId, Question};
use crate::http::format::Format;
use crate::http::response::absent;
use crate::http::tables;
use crate::input::params::TableParams;
use crate::input::query::Query;
use crate::meetings::agenda_table;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::Failure;
use casework::loaded::{AsOf, Entity, Loaded};
use chrono::NaiveDate;
use domain::ids::{AreaId, MeetingId};
use domain::major_issue::MajorIssue;
use domain::meeting::{self, CameBefore, Meeting, Waiting};
use domain::vocabulary::MajorIssueState;
use event_store::Position;
use read_models::{GATHERED_MAX, MajorIssueQuery, PageRequest, UndertakingFamily, UndertakingQuery, names};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// 网格的重大问题议程。The agenda of a grid.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "decisions_outstanding": 1, "as_of_position": 88140, "items": [
        {"major_issue_id": "0198f3c2-8b20-7d21-9a10-6e2f1c7e3b21", "level": "L2", "state": "triaged", "accepted_on": "2026-11-23",
            "days_waiting": 18, "decision_outstanding": true, "last_meeting": {"meeting_id":
            "0198f3c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "on": "2026-12-01", "state": "deferred", "reason_code": "needs_facts"}}]
}))]
pub struct Agenda {
    /// 网格。The grid.
    grid_id: Uuid,
    /// 已受理、未终结的重大问题，等待最久的在前。Its major issues that are accepted and not over, those that wait longest first.
    #[schema(max_items = 10000)]
    items: Vec<WaitingView>,
    /// 其中有待会议决定的件数。How many of them a meeting has something to decide on.
    decisions_outstanding: u64,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    as_of_position: u64,
}

/// 等待研究的重大问题。A major issue that waits.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WaitingMajorIssue)]
pub struct WaitingView {
    /// 重大问题。The major issue.
    major_issue_id: Uuid,
    /// 层级。The level at which it stands.
    #[schema(value_type = vocabulary::Level)]
    level: &'static str,
    /// 状态。Its state.
    #[schema(value_type = vocabulary::MajorIssueState)]
    state: &'static str,
    /// 受理之日。The day on which triage accepted it.
    accepted_on: NaiveDate,
    /// 受理以来的天数（日历日）。Calendar days since then.
    days_waiting: u32,
    /// 是否有待会议决定：受理后，或退单获准、层级变更后尚未会商。Whether a meeting has something to decide on it: it was accepted, a refusal
    /// was upheld or its level changed, and it was not deliberated since.
    decision_outstanding: bool,
    /// 最近一次研究它的会议；没有的省略。The last meeting that was held and before which it came; absent while there was none.
    #[serde(skip_serializing_if = "absent")]
    last_meeting: Option<CameBeforeView>,
    /// 已召集、已将其列入议程的会议；没有的省略。The convened meeting on whose agenda it is; absent while there is none.
    #[serde(skip_serializing_if = "absent")]
    next_meeting: Option<CameBeforeView>,
}

/// 研究重大问题的会议。A meeting before which a major issue came, or will come.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MeetingOfMajorIssue)]
pub struct CameBeforeView {
    /// 会议。The meeting.
    meeting_id: Uuid,
    /// 召开之日；尚未召开的为所定日期。The day on which it was held; of one that is convened, for which it was called.
    on: NaiveDate,
    /// 会议对它的处理。What the meeting made of it.
    #[schema(value_type = vocabulary::AgendaItemState)]
    state: &'static str,
    /// 暂缓研究的，其理由。Where it was put off, why.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::DeferralReason>)]
    reason_code: Option<&'static str>,
}

impl WaitingView {
    fn of(waiting: &Waiting) -> Self {
        Self {
            major_issue_id: waiting.major_issue_id.0,
            level: waiting.level.as_str(),
            state: waiting.state.as_str(),
            accepted_on: waiting.accepted_on,
            days_waiting: waiting.days_waiting,
            decision_outstanding: waiting.decision_outstanding,
            last_meeting: waiting.last_meeting.as_ref().map(CameBeforeView::of),
            next_meeting: waiting.next_meeting.as_ref().map(CameBeforeView::of),
        }
    }
}

impl CameBeforeView {
    fn of(came: &CameBefore) -> Self {
        Self {
            meeting_id: came.meeting_id.0,
            on: came.on,
            state: came.item.state().as_str(),
            reason_code: came.item.reason_code().map(|reason| reason.as_str()),
        }
    }
}

/// Read the agenda of a grid
///
/// 网格的重大问题议程（C-4.3a）：已受理、未终结的每一件重大问题，等待了多少天，最近一次会议怎样处理，是否有待决定。最多 10000 件。
///
/// What the grid has to study (C-4.3a): every major issue that is accepted and not over, with the days that it waits, what the
/// last meeting made of it, and whether something is to be decided on it; at most 10,000.
#[utoipa::path(get, path = "/v1/grids/{id}/agenda", tag = "meetings", params(
    ("at_least" = Option<u64>, Query, description = "答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s."),
    TableParams,
), responses(
    (status = 200, description = "议程。The agenda.", content(
        (Agenda = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}重大问题标识,层级,状态,受理之日,等待天数,待决定\r\n0198f3c2-8b20-7d21-9a10-6e2f1c7e3b21,L2,triaged,2026-11-23,18,true\r\n"),
    )),
))]
pub(crate) async fn read(
    app: web::Data<AppState>,
    id: PathId,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (at_least, format) = question.read_as(&Format::OF_LISTS, asked)?;
    let grid = AreaId(id.0);
    app.log_covers(&question, at_least).await?;
    app.present().reference.areas.grid(grid).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    app.reads_for(names::MAJOR_ISSUE_BOARD, &question, at_least).await?;
    app.reads_for(names::UNDERTAKING_LIST, &question, at_least).await?;
    let _page = app.one_page().await;
    let snapshot = app.present();
    let open = MajorIssueState::ALL.iter().copied().filter(|state| !state.is_over()).collect();
    let rows = app.read_models.major_issues(&MajorIssueQuery { states: open, ..of_grid(grid) }, &ALL).await?;
    let first = rows.items.iter().map(|row| row.submitted_on).min();
    let meetings =
        UndertakingQuery { grid_id: Some(grid), from: first, ..UndertakingQuery::of(UndertakingFamily::Meeting) };
    let meetings = app.read_models.undertakings(&meetings, snapshot.today, &ALL).await?;
    // As of one position: that which both models have reached.
    let position = rows.as_of_position.min(meetings.as_of_position);
    let majors = rows.items.iter().map(|row| row.major_issue_id);
    let majors = loaded::<MajorIssue>(&app, majors, AsOf::Position(position)).await?;
    let meetings = loaded::<Meeting>(&app, meetings.items.into_iter().map(MeetingId), AsOf::Position(position)).await?;
    let policy = snapshot.reference.policy_of(None)?;
    let waiting = meeting::agenda(&states(&majors), &states(&meetings), policy, snapshot.today);
    if format.is_table() {
        let rows = waiting.iter().map(agenda_table::row).collect();
        return tables::whole(&request, &question, format, &agenda_table::TABLE, (rows, position));
    }
    Ok(HttpResponse::Ok().json(shown(grid, &waiting, position)))
}

fn asked(query: &mut Query) -> Option<Option<u64>> {
    query.now_only();
    Some(query.at_least())
}

fn shown(grid: AreaId, waiting: &[Waiting], position: Position) -> Agenda {
    let outstanding = waiting.iter().filter(|one| one.decision_outstanding).count();
    Agenda {
        grid_id: grid.0,
        items: waiting.iter().map(WaitingView::of).collect(),
        decisions_outstanding: u64::try_from(outstanding).unwrap_or(u64::MAX),
        as_of_position: position.0,
    }
}

/// The major issues that a closed meeting left over; nothing while it is not closed, or while its grid's major issues cannot
/// be looked up: that is no reason to keep the meeting back.
pub(super) async fn untabled(
    app: &AppState,
    meeting: &Meeting,
    snapshot: &Snapshot,
) -> Result<Option<Vec<Uuid>>, Problem> {
    let policy = snapshot.reference.policy_of(meeting.policy)?;
    let Some(held_on) = meeting.held_on(policy) else { return Ok(None) };
    app.reads_for_everybody(names::MAJOR_ISSUE_BOARD).await;
    let submitted = MajorIssueQuery { to: Some(held_on), ..of_grid(meeting.grid_id) };
    let Ok(rows) = app.read_models.major_issues(&submitted, &ALL).await else { return Ok(None) };
    // What never was accepted does not belong before a meeting.
    let accepted = rows.items.iter().filter(|row| match row.state {
        MajorIssueState::Submitted | MajorIssueState::Returned | MajorIssueState::Referred => false,
        MajorIssueState::Triaged
        | MajorIssueState::Deliberated
        | MajorIssueState::Assigned
        | MajorIssueState::Handling
        | MajorIssueState::ReportedBack
        | MajorIssueState::Verified
        | MajorIssueState::ReturnedForRework
        | MajorIssueState::Concluded => true,
    });
    let majors = loaded::<MajorIssue>(app, accepted.map(|row| row.major_issue_id), snapshot.as_of).await?;
    let left = meeting::untabled(meeting, &states(&majors), policy, &snapshot.reference.calendars);
    Ok(Some(left.into_iter().map(|id| id.0).collect()))
}

/// As many as one answer is made of.
const ALL: PageRequest = PageRequest { limit: GATHERED_MAX, cursor: None };

fn of_grid(grid: AreaId) -> MajorIssueQuery {
    MajorIssueQuery { grid_id: Some(grid), ..MajorIssueQuery::default() }
}

type Found<S> = Vec<(<S as Entity>::Id, Arc<Loaded<S>>)>;

/// Things as of then; one that had not begun is left out.
async fn loaded<S: Entity>(app: &AppState, ids: impl Iterator<Item = S::Id>, as_of: AsOf) -> Result<Found<S>, Problem> {
    let mut found = Vec::new();
    for id in ids {
        match app.casework.load::<S>(id, as_of).await {
            Ok(loaded) => found.push((id, loaded)),
            Err(Failure::NotFound) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(found)
}

fn states<S: Entity>(found: &[(S::Id, Arc<Loaded<S>>)]) -> Vec<(S::Id, &S)> {
    found.iter().map(|(id, loaded)| (*id, &loaded.state)).collect()
}
