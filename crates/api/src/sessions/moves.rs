//! Sessions added, moved and cancelled by hand (C-2).

use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::input::body::{Day, Grid, Name, PastInstant, Text, body, given};
use crate::problem::Problem;
use crate::sessions::changed::{SessionChanged, on_session, session_changed};
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::transact::Outcome;
use domain::ids::SessionId;
use domain::policy::ClockTime;
use domain::refusal::{Code, Refusal};
use domain::session::{self, ExtraDraft, MoveDraft};
use domain::vocabulary::SessionReason;

body! {
    /// 加开的场次。A session that no service day asks for.
    #[example = {"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "held_on": "2026-11-27", "reason": "补上因台风取消的场次。"}]
    struct AddSession {
        /// 网格。The grid.
        grid_id: Grid,
        /// 举行之日，今日起一年之内；也是其接待日。The day on which it is held, within a year from today; its service day too.
        held_on: Day,
        /// 开始时间，如 13:30；默认按规则。From this time of day; by default the policy's.
        from: Option<ClockTime>,
        /// 结束时间；默认按规则。To this time of day; by default the policy's.
        to: Option<ClockTime> => |_| session::hours_fit(from??, to??).err(),
        /// 地点；默认为网格的接待地点。Where; by default the grid's venue.
        venue: Option<Name>,
        /// 所补的场次，未开展或已取消的；该场仍为未开展。The missed or cancelled session that it makes up for; that one stays missed.
        makes_up_session_id: Option<SessionId>,
        /// 原因，密封保存。Why; sealed.
        reason: Text,
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Add a session
///
/// 加开一场（C-2）：没有接待日的一天，今日起一年之内。一个网格一天只有一场，已并入另一场的接待日不再加开（409 `already_planned`、`day_taken`）；所补的场次须未开展或已取消（409 `wrong_state`），仍为未开展。
///
/// Adds a session on a day that is no service day of the grid, within a year from today. A grid has one session a day, and
/// none of its own for a service day that is held with another (409 `already_planned`, `day_taken`); the one that it makes up
/// for was missed or cancelled (409 `wrong_state`), and stays so (C-2).
#[utoipa::path(post, path = "/v1/sessions", tag = "sessions", request_body = AddSession, responses(
    (status = 201, description = "已加开。Added.", body = SessionChanged),
))]
pub(crate) async fn add(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, AddSession::read, async |call, body| {
        let draft = ExtraDraft {
            grid_id: body.grid_id,
            held_on: body.held_on,
            from: body.from,
            to: body.to,
            venue: body.venue,
            makes_up_session_id: body.makes_up_session_id,
            at: body.occurred_at.unwrap_or_else(|| app.casework.now()),
        };
        let added = app.casework.add_session(call, &draft, &body.reason).await?;
        Ok(added.map(|changed| (SessionId::of(draft.grid_id, draft.held_on), changed)))
    })
    .await?;
    let (id, ran) = match ran {
        Outcome::Done((id, changed)) => (id, Outcome::Done(changed)),
        Outcome::Replayed(record) => {
            let stream = app.casework.stream_at(record.last).await?;
            (SessionId(casework::loaded::id_of(&stream)?), Outcome::Replayed(record))
        }
    };
    session_changed(&app, id, &command, ran, true).await
}

body! {
    /// 改期、改时或改地点；省略的不变。What is to be otherwise; what is left out stays.
    #[example = {"held_on": "2026-11-20", "reason_code": "weather", "reason": "台风。"}]
    struct MoveSession {
        /// 新的日期。Another day.
        held_on: Option<Day>,
        /// 新的开始时间。Another beginning.
        from: Option<ClockTime>,
        /// 新的结束时间。Another end.
        to: Option<ClockTime> => |_| session::hours_fit(from??, to??).err(),
        /// 新的地点。Another venue.
        venue: Option<Name> => |_| {
            let any = given(&held_on) || given(&from) || given(&to) || given(&venue);
            (!any).then(|| Refusal::new(Code::Missing).under("C-2").at("/held_on"))
        },
        /// 原因类别。Why.
        reason_code: SessionReason,
        /// 原因说明，密封保存。Why, in words; sealed.
        reason: Text,
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Move a session
///
/// 改期、改时或改地点（C-2）：开始之前，距其接待日不超过 `service_day.move_days_max` 天。改期须另行公示；除 `calendar` 外，公示期不因改期缩短。
///
/// Moves a session to another day, other hours or another venue, before it is opened, and not farther from its service day
/// than `service_day.move_days_max`. A moved session needs a notice of its own, and only `calendar` shortens the time for it
/// (C-2).
#[utoipa::path(post, path = "/v1/sessions/{id}/moves", tag = "sessions", request_body = MoveSession, responses(
    (status = 200, description = "已改。Moved.", body = SessionChanged),
))]
pub(crate) async fn move_session(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, MoveSession::read, async |call, id, body| {
        let draft = MoveDraft {
            held_on: body.held_on,
            from: body.from,
            to: body.to,
            venue: body.venue,
            reason_code: body.reason_code,
            at: body.occurred_at.unwrap_or_else(|| app.casework.now()),
        };
        app.casework.move_session(call, id, &draft, &body.reason).await
    })
    .await
}

body! {
    /// 取消一场。A session that will not be held.
    #[example = {"reason_code": "weather", "reason": "台风蓝色预警。"}]
    struct CancelSession {
        /// 原因类别；可免责的见规则 `session.excusing_reasons`。Why; the policy's `session.excusing_reasons` excuse.
        reason_code: SessionReason,
        /// 原因说明，密封保存。Why, in words; sealed.
        reason: Text,
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Cancel a session
///
/// 取消（C-2）：开始之前，最迟当日。因规则 `session.excusing_reasons` 所列原因取消的免责，其他的计为未开展。取消的场次不再恢复，可另行加开一场。
///
/// Cancels a session before it is opened, on its day at the latest. The reasons of the policy's `session.excusing_reasons`
/// excuse; for any other it counts as not held. It stays cancelled; another one may be added (C-2).
#[utoipa::path(post, path = "/v1/sessions/{id}/cancellation", tag = "sessions", request_body = CancelSession, responses(
    (status = 200, description = "已取消。Cancelled.", body = SessionChanged),
))]
pub(crate) async fn cancel(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, CancelSession::read, async |call, id, body| {
        app.casework.cancel_session(call, id, body.reason_code, &body.reason, body.occurred_at).await
    })
    .await
}
