//! A meeting is convened, held and closed, or called off (C-4.3a).

use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::input::bodies::Reasoned;
use crate::input::body::{Day, Facts, Fields, Grid, List, PastInstant, Perhaps, Text, body, given};
use crate::meetings::view::MeetingView;
use crate::problem::Problem;
use crate::receptions::bodies::{ReceivedBy, drafts};
use crate::state::{AppState, Snapshot};
use crate::undertakings::attendance::AttendanceBody;
use crate::undertakings::changed::{begun, shown};
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::loaded::Loaded;
use casework::undertakings::ChangedOutcome;
use casework::undertakings::meetings::{HeldMeeting, NewMeeting};
use domain::ids::{FileId, MeetingId};
use domain::meeting::{self, ConveneParts, DELEGATES_MAX, Meeting};
use domain::refusal::Refusal;
use domain::session::{FILES_MAX, files};
use domain::vocabulary::MeetingKind;
use serde::Serialize;
use utoipa::ToSchema;

/// 命令之后的会议。A meeting after a command.
#[derive(Serialize, ToSchema)]
pub struct MeetingChanged {
    /// 会议。The meeting as it now is.
    meeting: MeetingView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

body! {
    /// 要召集的会议。A meeting to be convened.
    #[example = {"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "kind": "regular", "scheduled_on": "2026-12-15",
        "with_work_meeting": true}]
    struct ConveneMeeting {
        /// 网格。The grid.
        grid_id: Grid,
        /// 季度例会，或例会之外的临时会议。The regular one of a quarter, or one between them.
        kind: MeetingKind,
        /// 会议日期，不早于召集之日。The day for which it is called: that of the convening or a later one.
        scheduled_on: Day,
        /// 是否与网格工作例会合并召开；false 的须说明理由。Whether it is held together with the work meeting of the grid; where it is
        /// not, a reason is needed.
        with_work_meeting: bool,
        /// 理由，密封保存。The reason; sealed.
        reason: Option<Text>,
        /// 召集的时间，默认现在。When it was convened; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            let parts = ConveneParts {
                grid_id,
                scheduled_on,
                with_work_meeting,
                reason_given: given(&reason),
                at: occurred_at.flatten(),
            };
            faults(facts, &parts)
        },
    }
}

/// What the rules of the day have against it.
fn faults(facts: Option<&Facts>, parts: &ConveneParts) -> Vec<Refusal> {
    let rules = facts.and_then(|facts| Some((facts, facts.rules_on(facts.day_of(parts.at))?)));
    rules.map_or_else(Vec::new, |(facts, rules)| meeting::faults(&facts.people(), &rules, parts))
}

fn read(fields: &mut Fields<'_>) -> Option<NewMeeting> {
    let body = ConveneMeeting::read(fields)?;
    Some(NewMeeting {
        grid_id: body.grid_id,
        kind: body.kind,
        scheduled_on: body.scheduled_on,
        with_work_meeting: body.with_work_meeting,
        reason: body.reason,
        at: body.occurred_at,
    })
}

/// Convene a meeting
///
/// 召集网格的季度例会或临时会议；例会原则上与网格工作例会合并召开，单独召开的须说明理由（C-4.3a）。
///
/// Convenes a regular meeting of the grid, or an extraordinary one. The regular one is held together with the work meeting of
/// the grid as a rule; where it is not, a reason is needed (422 `reason_missing`) (C-4.3a).
#[utoipa::path(post, path = "/v1/meetings", tag = "meetings", request_body = ConveneMeeting, responses(
    (status = 201, description = "已召集。Convened.", body = MeetingChanged),
))]
pub(crate) async fn convene(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, read, async |call, new| app.casework.convene_meeting(call, &new).await).await?;
    begun(&app, &command, "/v1/meetings", ran, MeetingId, async |id, loaded, snapshot, position| {
        after(&app, id, &loaded, snapshot, position).await
    })
    .await
}

body! {
    /// 会议召开的情况。How a meeting was held.
    #[example = {"held_at": "2026-11-24T14:00:00+08:00", "attendance": {"party_organisation": 3, "official": 1},
        "delegates": [{"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f"}], "text": "研究重大问题2件。"}]
    struct CloseMeeting {
        /// 召开的时间，自召集之日起的任何一天。When it was held: on any day from its convening on.
        held_at: PastInstant,
        /// 到会的代表，1 至 100 名，其他网格的也可以。The delegates who attended: 1 to 100; those of other grids are welcome.
        delegates: List<Perhaps<ReceivedBy>, DELEGATES_MAX, 1> => |facts| {
            let named = delegates.as_deref().map(drafts);
            facts.zip(named).map_or_else(Vec::new, |(facts, named)| {
                let rules = facts.rules_on(facts.day_of(held_at));
                rules.map_or_else(Vec::new, |rules| meeting::delegate_faults(&facts.people(), &rules, &named, held_at))
            })
        },
        /// 代表以外各类人员的到会人数。How many others came, by class.
        attendance: AttendanceBody => |_| {
            attendance.as_ref().map_or_else(Vec::new, |came| meeting::attendance_faults(&came.counts()))
        },
        /// 会议情况，密封保存。What is to be said of it; sealed.
        text: Option<Text>,
        /// 会议纪要、签到表、照片等，至多 20 个文件。Minutes, lists of those present, pictures: at most 20 files.
        file_ids: Option<List<FileId, FILES_MAX>> => |_| {
            let named = file_ids.as_ref().and_then(Option::as_deref).unwrap_or_default();
            files(named).map_err(|refusal| refusal.under("C-4.3a")).err()
        },
    }
}

fn read_held(fields: &mut Fields<'_>) -> Option<HeldMeeting> {
    let body = CloseMeeting::read(fields)?;
    Some(HeldMeeting {
        held_at: body.held_at,
        delegates: drafts(&body.delegates).into_iter().collect::<Option<_>>()?,
        attendance: body.attendance.counts(),
        text: body.text,
        file_ids: body.file_ids.unwrap_or_default(),
    })
}

/// Close a meeting
///
/// 记录会议召开情况并闭会；未研究的重大问题列在 `untabled`。闭会后除听取意见和更正外不再记录（C-4.3a）。
///
/// The meeting was held and is closed. Major issues may be left over; `untabled` lists them. After that only hearings and
/// corrections are recorded of it (409 `meeting_closed`) (C-4.3a).
#[utoipa::path(post, path = "/v1/meetings/{id}/closing", tag = "meetings", request_body = CloseMeeting, responses(
    (status = 200, description = "已闭会。Closed.", body = MeetingChanged),
))]
pub(crate) async fn close(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_meeting(&app, id, &command, read_held, async |call, id, held| app.casework.close_meeting(call, id, &held).await)
        .await
}

/// Cancel a meeting
///
/// 取消已召集的会议，须说明理由（C-4.3a）。
///
/// Calls a convened meeting off, with a reason (C-4.3a).
#[utoipa::path(post, path = "/v1/meetings/{id}/cancellation", tag = "meetings", request_body = Reasoned, responses(
    (status = 200, description = "已取消。Cancelled.", body = MeetingChanged),
))]
pub(crate) async fn cancel(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_meeting(&app, id, &command, Reasoned::read, async |call, id, body| {
        app.casework.cancel_meeting(call, id, &body.reason, body.occurred_at).await
    })
    .await
}

/// Runs a command that changes one meeting and shows the meeting after it.
pub(super) async fn on_meeting<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, MeetingId, B) -> ChangedOutcome<Meeting>,
) -> Result<HttpResponse, Problem> {
    let id = MeetingId(id.0);
    let ran = run(app, command, read, async |call, body| act(call, id, body).await).await?;
    shown(app, command, id, ran, async |loaded, snapshot, position| after(app, id, &loaded, snapshot, position).await)
        .await
}

async fn after(
    app: &AppState,
    id: MeetingId,
    loaded: &Loaded<Meeting>,
    snapshot: &Snapshot,
    position: u64,
) -> Result<MeetingChanged, Problem> {
    Ok(MeetingChanged { meeting: MeetingView::whole(app, id, loaded, snapshot).await?, position })
}
