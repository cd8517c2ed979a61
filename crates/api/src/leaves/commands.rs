//! Asking for leave, deciding on it, taking it back (C-5.1).

use crate::http::commands::{CommandResult, run, settle};
use crate::http::context::PathParts;
use crate::http::extract::{Command, PathId};
use crate::http::response::CommandAnswer;
use crate::input::bodies::Plain;
use crate::input::body::{self, Day, Fields, PastInstant, Text, body};
use crate::leaves::view::LeaveView;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::change::Changed;
use casework::leaves::{LeaveOutcome, NewLeave};
use casework::transact::Outcome;
use domain::ids::{DelegateId, LeaveId};
use domain::leave::{Leave, Leaves, length_fits};
use domain::vocabulary::LeaveReason;
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 命令之后的请假。A leave after a command.
#[derive(Serialize, ToSchema)]
pub struct LeaveChanged {
    /// 请假。The leave as it now is.
    leave: LeaveView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

/// The ids in the path of a leave.
pub(super) fn named(parts: &PathParts) -> Result<(DelegateId, LeaveId), Problem> {
    let id = |name| body::parse_uuid(parts.get(name)).ok_or_else(|| Problem::new(HttpCode::NotFound));
    Ok((DelegateId(id("id")?), LeaveId(id("leave_id")?)))
}

/// Shows the leave that a command was about: of one that asks, what it asked for.
async fn leave_changed(
    app: &AppState,
    delegate: DelegateId,
    command: &Command,
    ran: Outcome<Changed<Leaves>>,
    id: Option<LeaveId>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<Leaves>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.changed::<Leaves>(delegate, record.last).await;
    let CommandResult { did: Changed { loaded, position }, snapshot, replayed } =
        settle(app, command, ran, now, load).await?;
    let about = |leave: &&Leave| id.map_or(leave.requested.position == position.0, |id| leave.id == id);
    let leave = loaded.state.all.iter().find(about).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let created = id.is_none().then(|| address(delegate.0, leave.id.0));
    let answer = CommandAnswer { created, version: Some(loaded.version.0), replayed };
    let leave = LeaveView::of(app, delegate.0, &loaded, leave, &snapshot).await?;
    Ok(answer.answer(LeaveChanged { leave, position: position.0 }))
}

fn address(delegate: Uuid, leave: Uuid) -> String {
    format!("/v1/delegates/{delegate}/leaves/{leave}")
}

/// Runs a command on one leave and shows it after it.
async fn on_leave<B>(
    app: &AppState,
    parts: &PathParts,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, DelegateId, LeaveId, B) -> LeaveOutcome,
) -> Result<HttpResponse, Problem> {
    let (delegate, id) = named(parts)?;
    let ran = run(app, command, read, async |call, body| act(call, delegate, id, body).await).await?;
    leave_changed(app, delegate, command, ran, Some(id)).await
}

body! {
    /// 请假。A leave as it is asked for.
    #[example = {"from": "2026-11-26", "to": "2026-11-27", "reason_code": "work", "reason": "外出开会。"}]
    struct RequestLeave {
        /// 首日，今日或以后。First day, today or later.
        from: Day,
        /// 末日，至多一年。Last day; a year at most.
        to: Day => |_| length_fits(from?, to?).err(),
        /// 原因类别；病因不记录。Why; of what somebody is ill is never said.
        reason_code: LeaveReason,
        /// 原因说明，密封保存。Why, in words; sealed.
        reason: Option<Text>,
        /// 申请的时间，默认现在。When it was asked for; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Ask for leave
///
/// 代表请假（C-5.1）：最迟在首日申请；当日之前获准的，当日轮值免责。已准假的代表不再排入轮值。
///
/// A delegate asks for leave, on its first day at the latest. Approved on a day before the duty, it excuses the duty; whoever
/// is on approved leave is put on no rota (C-5.1).
#[utoipa::path(post, path = "/v1/delegates/{id}/leaves", tag = "delegates", request_body = RequestLeave, responses(
    (status = 201, description = "已申请。Asked for.", body = LeaveChanged),
))]
pub(crate) async fn request(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let delegate = DelegateId(id.0);
    let ran = run(&app, &command, RequestLeave::read, async |call, body| {
        let new = NewLeave {
            from: body.from,
            to: body.to,
            reason_code: body.reason_code,
            reason: body.reason,
            at: body.occurred_at,
        };
        app.casework.request_leave(call, delegate, &new).await
    })
    .await?;
    leave_changed(&app, delegate, &command, ran, None).await
}

body! {
    /// 对请假的决定。A decision on a leave.
    #[example = {"approved": true}]
    struct DecideLeave {
        /// 是否准假。Whether it is approved.
        approved: bool,
        /// 说明，密封保存。What is said of it; sealed.
        reason: Option<Text>,
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Decide on a leave
///
/// 准假或不准（C-5.1）；当日或以后才准的，不免除此前的轮值。
///
/// Approves or refuses a leave, once. Approved on its day or later, it excuses nothing of before (C-5.1).
#[utoipa::path(post, path = "/v1/delegates/{id}/leaves/{leave_id}/decision", tag = "delegates",
    request_body = DecideLeave, responses((status = 200, description = "已决定。Decided.", body = LeaveChanged)))]
pub(crate) async fn decide(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_leave(&app, &parts, &command, DecideLeave::read, async |call, delegate, id, body| {
        app.casework.decide_leave(call, delegate, id, body.approved, body.reason.as_deref(), body.occurred_at).await
    })
    .await
}

/// Take a leave back
///
/// 代表撤回请假（C-5.1），不论是否已决定；当日之前撤回的，当日轮值不再免责。
///
/// The delegate takes a leave back, decided on or not. Taken back by the day of a duty, it does not excuse that (C-5.1).
#[utoipa::path(post, path = "/v1/delegates/{id}/leaves/{leave_id}/withdrawal", tag = "delegates",
    request_body = Plain, responses((status = 200, description = "已撤回。Withdrawn.", body = LeaveChanged)))]
pub(crate) async fn withdraw(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_leave(&app, &parts, &command, Plain::read, async |call, delegate, id, body| {
        app.casework.withdraw_leave(call, delegate, id, body.occurred_at).await
    })
    .await
}
