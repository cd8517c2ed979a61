//! The answer of a command on an undertaking: it as it then is.

use crate::http::commands::{CommandResult, changed, settle};
use crate::http::extract::Command;
use crate::http::response::CommandAnswer;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::HttpResponse;
use casework::change::Changed;
use casework::loaded::{Entity, Loaded, id_of};
use casework::transact::Outcome;
use casework::undertakings::Begun;
use event_store::CommandRecord;
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// Shows a thing after a command. `show` makes the body of the answer, from the thing and the command's last position.
pub(crate) async fn shown<S: Entity, A: Serialize>(
    app: &AppState,
    command: &Command,
    id: S::Id,
    ran: Outcome<Changed<S>>,
    show: impl AsyncFnOnce(Arc<Loaded<S>>, &Snapshot, u64) -> Result<A, Problem>,
) -> Result<HttpResponse, Problem> {
    answered(app, command, id, ran, None, show).await
}

/// Shows a thing that a command began: `201` with its address, which is `path` and its id.
pub(crate) async fn begun<S: Entity, A: Serialize>(
    app: &AppState,
    command: &Command,
    path: &str,
    ran: Outcome<Begun<S>>,
    id_from: fn(Uuid) -> S::Id,
    show: impl AsyncFnOnce(S::Id, Arc<Loaded<S>>, &Snapshot, u64) -> Result<A, Problem>,
) -> Result<HttpResponse, Problem> {
    let (id, ran) = match ran {
        Outcome::Done((id, changed)) => (id, Outcome::Done(changed)),
        Outcome::Replayed(record) => {
            let stream = app.casework.stream_at(record.first).await?;
            (id_from(id_of(&stream)?), Outcome::Replayed(record))
        }
    };
    let uuid: Uuid = id.into();
    let created = Some(format!("{path}/{uuid}"));
    answered(app, command, id, ran, created, async |loaded, snapshot, position| {
        show(id, loaded, snapshot, position).await
    })
    .await
}

async fn answered<S: Entity, A: Serialize>(
    app: &AppState,
    command: &Command,
    id: S::Id,
    ran: Outcome<Changed<S>>,
    created: Option<String>,
    show: impl AsyncFnOnce(Arc<Loaded<S>>, &Snapshot, u64) -> Result<A, Problem>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<S>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.changed::<S>(id, record.last).await;
    let CommandResult { did: Changed { loaded, position }, snapshot, replayed } =
        settle(app, command, ran, now, load).await?;
    let answer = CommandAnswer { created, ..changed(loaded.version.0, replayed) };
    Ok(answer.answer(show(loaded, &snapshot, position.0).await?))
}
