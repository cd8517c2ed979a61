//! `POST /v1/public/notices/{id}/objections`: what somebody without an account objects to in a notice (C-5.2).

use crate::http::commands::{CommandResult, run, settle};
use crate::http::extract::{Command, PathId};
use crate::http::response::{CommandAnswer, absent};
use crate::http::strangers::Strangers;
use crate::input::body::{Text, Unit, body};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::Failure;
use casework::change::Changed;
use casework::loaded::AsOf;
use casework::sessions::notices::NewObjection;
use domain::ids::SessionId;
use domain::session::Session;
use domain::vocabulary::ObjectionGround;
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

body! {
    /// 群众对公示的异议，不具名。What somebody objects to in a notice; without a name.
    #[example = {"ground": "not_posted", "text": "村务公开栏里没有看到公示。"}]
    struct ObjectToNotice {
        /// 涉及的单位。The unit that it is about.
        unit_id: Option<Unit>,
        /// 事由。What it is about.
        ground: ObjectionGround,
        /// 所提内容，密封保存。What is said; sealed.
        text: Text,
    }
}

/// 已收到的异议。An objection that was received.
#[derive(Serialize, ToSchema)]
pub struct ObjectionReceived {
    /// 异议。The objection.
    objection: PublicObjection,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

/// 异议，不含所提内容。An objection, but for what was said.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "0198f3c8-2b3c-7d4e-8f50-6a7b8c9d0e1f", "ground": "not_posted"}))]
pub struct PublicObjection {
    /// 异议编号。Its id.
    id: Uuid,
    /// 涉及的单位。The unit that it is about.
    #[serde(skip_serializing_if = "absent")]
    unit_id: Option<Uuid>,
    /// 事由。What it is about.
    #[schema(value_type = vocabulary::ObjectionGround)]
    ground: &'static str,
}

/// Object to a public notice
///
/// 无需令牌，不具名：对一个场次的公示提出异议（C-5.2），由办公室答复。每个地址每小时 3 次。轮值未公布的为 404。
///
/// Without a token and without a name: objects to the notice of a session; an office answers. Three an hour from an address. 404
/// while the rota is not published (C-5.2).
#[utoipa::path(post, path = "/v1/public/notices/{id}/objections", tag = "public", request_body = ObjectToNotice, responses(
    (status = 200, description = "已收到。Received.", body = ObjectionReceived),
))]
pub(crate) async fn object(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let id = SessionId(id.0);
    let command = command.about(Strangers::Objection, id.0);
    let ran = run(&app, &command, ObjectToNotice::read, async |call, body| {
        // What is not public yet is not there.
        if app.casework.load::<Session>(id, AsOf::Now).await?.state.published.is_none() {
            return Err(Failure::NotFound);
        }
        let ObjectToNotice { unit_id, ground, text } = body;
        let new = NewObjection { unit_id, ground, text, name: None, phone: None, at: None };
        app.casework.object(call, id, &new).await
    })
    .await?;
    let now = |did: &Changed<Session>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.changed::<Session>(id, record.last).await;
    let CommandResult { did: Changed { loaded, position }, replayed, .. } =
        settle(&app, &command, ran, now, load).await?;
    let newest = loaded.state.objections.last();
    let newest = newest.ok_or_else(|| Problem::internal("a session has no objection after one was recorded"))?;
    let objection =
        PublicObjection { id: newest.id.0, unit_id: newest.unit_id.map(|unit| unit.0), ground: newest.ground.as_str() };
    let done = CommandAnswer { replayed, ..CommandAnswer::default() };
    Ok(done.answer(ObjectionReceived { objection, position: position.0 }))
}
