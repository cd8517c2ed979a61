//! An activity was held (C-3.2, C-3.3, C-4.2, C-4.3b).

use super::bodies::{HoldActivity, read};
use super::view::ActivityView;
use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::input::body::Fields;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::undertakings::changed::{begun, shown};
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::loaded::Loaded;
use casework::undertakings::ChangedOutcome;
use domain::activity::Activity;
use domain::ids::ActivityId;
use serde::Serialize;
use utoipa::ToSchema;

/// 命令之后的活动。An activity after a command.
#[derive(Serialize, ToSchema)]
pub struct ActivityChanged {
    /// 活动。The activity as it now is.
    activity: ActivityView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

/// Record an activity
///
/// 记录举行的活动：政策宣讲、民主恳谈、季度主题活动或代表群众座谈会。尚不完备的同样记录，`faults` 写明还缺什么（C-3.2, C-3.3, C-4.2, C-4.3b）。
///
/// Records an activity that was held: policy outreach, a democratic consultation, a theme activity or a symposium. One that is
/// not complete is recorded all the same; `faults` says what it lacks (C-3.2, C-3.3, C-4.2, C-4.3b).
#[utoipa::path(post, path = "/v1/activities", tag = "activities", request_body = HoldActivity, responses(
    (status = 201, description = "已记录。Recorded.", body = ActivityChanged),
))]
pub(crate) async fn hold(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, read, async |call, new| app.casework.hold_activity(call, &new).await).await?;
    begun(&app, &command, "/v1/activities", ran, ActivityId, async |id, loaded, snapshot, position| {
        after(&app, id, &loaded, snapshot, position).await
    })
    .await
}

/// Runs a command that changes one activity and shows the activity after it.
pub(super) async fn on_activity<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, ActivityId, B) -> ChangedOutcome<Activity>,
) -> Result<HttpResponse, Problem> {
    let id = ActivityId(id.0);
    let ran = run(app, command, read, async |call, body| act(call, id, body).await).await?;
    shown(app, command, id, ran, async |loaded, snapshot, position| after(app, id, &loaded, snapshot, position).await)
        .await
}

async fn after(
    app: &AppState,
    id: ActivityId,
    loaded: &Loaded<Activity>,
    snapshot: &Snapshot,
    position: u64,
) -> Result<ActivityChanged, Problem> {
    Ok(ActivityChanged { activity: ActivityView::of(app, id, loaded, snapshot).await?, position })
}
