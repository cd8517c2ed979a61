//! A command on a session: how it is run, and the session after it.

use crate::http::commands::{CommandResult, changed, run, settle};
use crate::http::extract::{Command, PathId};
use crate::http::response::CommandAnswer;
use crate::input::body::Fields;
use crate::problem::Problem;
use crate::sessions::view::SessionView;
use crate::state::AppState;
use actix_web::HttpResponse;
use casework::CommandContext;
use casework::change::Changed;
use casework::sessions::SessionOutcome;
use casework::transact::Outcome;
use domain::ids::SessionId;
use domain::session::Session;
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;

/// 命令之后的场次。A session after a command.
#[derive(Serialize, ToSchema)]
pub struct SessionChanged {
    /// 场次。The session as it now is.
    session: SessionView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

/// Runs a command that changes one session and shows the session after it.
pub(crate) async fn on_session<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, SessionId, B) -> SessionOutcome,
) -> Result<HttpResponse, Problem> {
    let id = SessionId(id.0);
    let ran = run(app, command, read, async |call, body| act(call, id, body).await).await?;
    session_changed(app, id, command, ran, false).await
}

/// Shows a session after a command; apart from what differs by command, so that it is compiled once.
pub(super) async fn session_changed(
    app: &AppState,
    id: SessionId,
    command: &Command,
    ran: Outcome<Changed<Session>>,
    is_new: bool,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<Session>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.changed::<Session>(id, record.last).await;
    let CommandResult { did: Changed { loaded, position }, snapshot, replayed } =
        settle(app, command, ran, now, load).await?;
    let session = SessionView::of(app, id, &loaded, &snapshot).await?;
    let created = is_new.then(|| format!("/v1/sessions/{id}"));
    let answer = CommandAnswer { created, ..changed(loaded.version.0, replayed) };
    Ok(answer.answer(SessionChanged { session, position: position.0 }))
}
