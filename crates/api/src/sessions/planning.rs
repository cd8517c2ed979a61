//! `POST /v1/session-plans`: service days of a range, placed by the calendar (C-2).

use crate::http::commands::{CommandResult, run_asking, settle};
use crate::http::extract::Command;
use crate::http::response::{CommandAnswer, absent};
use crate::input::body::{Day, Facts, Grid, List, PastInstant, body};
use crate::input::query::Query;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::sessions::plans::PlannedSessions;
use chrono::NaiveDate;
use domain::ids::AreaId;
use domain::refusal::{Code, Refusal};
use domain::session::{PLAN_SESSIONS_MAX, Placed, PlanDraft, Planning, SessionsOfGrid, plan_faults};
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;

/// 一次安排，或其试行。What a plan came to, or would come to.
#[derive(Serialize, ToSchema)]
pub struct SessionPlanned {
    /// 安排的结果。The plan.
    session_plan: SessionPlanView,
    /// 最后一条记录的位置；没有记录的，为日志末尾。Position of its last event; of the log's newest where it recorded none.
    position: u64,
}

/// 接待日的安排。Service days as they are placed, and what that changed.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionPlan, example = json!({
    "from": "2026-10-01", "to": "2026-12-31", "planned": 182, "moved": 0, "cancelled": 0, "unchanged": 0, "left_alone": 0,
    "days": [
        {"ordinary_on": "2026-10-01", "placement": "merged", "merged_into": "2026-10-08"},
        {"ordinary_on": "2026-10-08", "placement": "ordinary", "held_on": "2026-10-08"}
    ],
    "list": "/v1/sessions?from=2026-10-01&to=2026-12-31"
}))]
pub struct SessionPlanView {
    /// 首日。First day.
    from: NaiveDate,
    /// 末日。Last day.
    to: NaiveDate,
    /// 试行：没有记录。True for a dry run: nothing was recorded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    /// 新安排的场次。Sessions planned now.
    planned: u32,
    /// 依工作日历改期，或改用网格新地点的场次。Sessions that the calendar moved, or that take the venue that their grid has now.
    moved: u32,
    /// 依工作日历取消的场次。Sessions that the calendar took away.
    cancelled: u32,
    /// 无须变动的场次。Sessions that stand as they should.
    unchanged: u32,
    /// 与日历不合而保持原样的场次：已由人改期、取消，已开始，已过，或当日另有场次。Sessions that stand otherwise and are left: moved or
    /// cancelled by somebody, opened, past, or on a day that another session of the grid has.
    left_alone: u32,
    /// 各接待日，对所有网格相同。The service days, alike for all grids.
    #[schema(max_items = 366)]
    days: Vec<PlacedView>,
    /// 这些场次的列表。The list of these sessions.
    list: String,
}

/// 一个接待日。A service day.
#[derive(Serialize, ToSchema)]
#[schema(as = PlacedDay)]
pub struct PlacedView {
    /// 接待日。The service day.
    ordinary_on: NaiveDate,
    /// 如何安排。How it is placed.
    #[schema(value_type = vocabulary::Placement)]
    placement: &'static str,
    /// 举行之日。The day on which it is held.
    #[serde(skip_serializing_if = "absent")]
    held_on: Option<NaiveDate>,
    /// 并入的接待日。The service day whose session stands for it.
    #[serde(skip_serializing_if = "absent")]
    merged_into: Option<NaiveDate>,
}

impl PlacedView {
    fn of(day: &Placed) -> Self {
        Self {
            ordinary_on: day.ordinary_on,
            placement: day.placement.as_str(),
            held_on: day.held.as_ref().map(|held| held.on),
            merged_into: day.merged_into,
        }
    }
}

body! {
    /// 要安排的时段。The days to be planned.
    #[example = {"from": "2026-10-01", "to": "2026-12-31"}]
    struct PlanSessions {
        /// 首日。First day.
        from: Day,
        /// 末日，至多一年。Last day; the range is a year at most.
        to: Day,
        /// 网格；省略即全部。The grids; all of them where it is left out.
        grid_ids: Option<List<Grid, PLAN_SESSIONS_MAX, 1>> => |facts| {
            faults(facts, from, to, grid_ids.as_ref().and_then(Option::as_ref))
        },
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// What rules have against a plan, whatever is planned already.
fn faults(
    facts: Option<&Facts>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    grid_ids: Option<&Vec<AreaId>>,
) -> Vec<Refusal> {
    let (Some(facts), Some(from), Some(to)) = (facts, from, to) else { return Vec::new() };
    if grid_ids.is_some_and(Vec::is_empty) {
        return vec![Refusal::new(Code::Missing).under("C-2").at("/grid_ids")];
    }
    let nothing = SessionsOfGrid::new();
    let known = Planning {
        people: facts.people(),
        policies: &facts.reference.policies,
        calendars: &facts.reference.calendars,
        today: facts.day_of(None),
        sessions: &nothing,
    };
    plan_faults(&known, &PlanDraft { from, to, grid_ids: grid_ids.cloned() })
}

impl PlanSessions {
    fn draft(&self) -> PlanDraft {
        PlanDraft { from: self.from, to: self.to, grid_ids: self.grid_ids.clone() }
    }
}

impl SessionPlanView {
    fn of(draft: &PlanDraft, planned: &PlannedSessions, dry_run: bool) -> Self {
        let plan = &planned.plan;
        let held = || plan.days.iter().filter_map(|day| day.held.as_ref().map(|held| held.on));
        let (first, last) = (held().fold(draft.from, NaiveDate::min), held().fold(draft.to, NaiveDate::max));
        let grid = match draft.grid_ids.as_deref() {
            Some([grid]) => format!("&grid_id={grid}"),
            Some(_) | None => String::new(),
        };
        Self {
            from: draft.from,
            to: draft.to,
            dry_run,
            planned: plan.planned,
            moved: plan.moved,
            cancelled: plan.cancelled,
            unchanged: plan.unchanged,
            left_alone: plan.left_alone,
            days: plan.days.iter().map(PlacedView::of).collect(),
            list: format!("/v1/sessions?from={first}&to={last}{grid}"),
        }
    }
}

/// Plan service days
///
/// 安排接待日（C-2）：时段内的每个接待日（规则所定的星期几），各网格一场。逢非工作日的，依规则 `service_day.holiday_rule` 顺延、提前或跳过；落在同一天的并为一场。
/// 只记录差异：工作日历后来变动的，改期或取消尚未开始、也未经人改动的场次；网格地点后来变动的，改尚未公布轮值、也未另定地点的场次。同样的安排再来一次，不产生任何事件，答复 200。一次至多 1000 场。尚无工作日历的年度以周一至周五计，场次为 `provisional`。
///
/// Plans every service day of the range (the weekday of the policy), one session for each grid (C-2). One that is not worked
/// is postponed, advanced or skipped as `service_day.holiday_rule` says; those that fall on one day are held together. Only
/// differences are recorded: a calendar that changed later moves or cancels what nobody has opened or changed by hand, and a
/// venue of the grid that was set later reaches what is not published and has no venue of its own. The same plan again
/// records nothing and answers 200. At most 1000 sessions at once. A year without a calendar goes by Monday to Friday, its
/// sessions `provisional` (C-2).
#[utoipa::path(post, path = "/v1/session-plans", tag = "sessions", request_body = PlanSessions,
    params(("dry_run" = Option<bool>, Query, description = "true：只试行，不记录。Nothing is recorded.")),
    responses(
        (status = 201, description = "已安排。Planned.", body = SessionPlanned),
        (status = 200, description = "没有变动，或为试行。Nothing to change, or a dry run.", body = SessionPlanned),
    )
)]
pub(crate) async fn plan(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let dry_run = |query: &mut Query| Some(query.flag("dry_run").unwrap_or(false));
    let ran = run_asking(&app, &command, dry_run, PlanSessions::read, async |call, dry_run, body| {
        let draft = body.draft();
        let planned = app.casework.plan_sessions(call, &draft, dry_run, body.occurred_at).await?;
        Ok(planned.map(|planned| (draft, planned, dry_run)))
    })
    .await?;
    let now = |(_, planned, _): &(PlanDraft, PlannedSessions, bool)| (planned.position, app.present());
    let again = async |record: &CommandRecord| {
        let draft = command.read_body(PlanSessions::read)?.draft();
        let planned = app.casework.planned_before(&draft, record).await?;
        Ok::<_, Problem>((draft, planned, false))
    };
    let CommandResult { did: (draft, planned, dry_run), replayed, .. } =
        settle(&app, &command, ran, now, again).await?;
    let view = SessionPlanView::of(&draft, &planned, dry_run);
    let recorded = !dry_run && !planned.plan.events.is_empty();
    let answer = CommandAnswer { created: recorded.then(|| view.list.clone()), version: None, replayed };
    Ok(answer.answer(SessionPlanned { session_plan: view, position: planned.position.0 }))
}
