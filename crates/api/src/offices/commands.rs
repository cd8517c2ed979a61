//! `/v1/offices`: registering and renaming those that lead, support, verify or receive reports.

use crate::http::commands::run;
use crate::http::context::RequestContext;
use crate::http::extract::{Command, PathId};
use crate::http::looks_alike::LooksAlikeView;
use crate::http::reference::{settle_governed, written_id};
use crate::http::response::CommandAnswer;
use crate::input::bodies::Rename;
use crate::input::body::{Name, PastInstant, body};
use crate::offices::view::OfficeView;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::governed::Governed;
use casework::transact::Outcome;
use domain::ids::OfficeId;
use domain::vocabulary::OfficeKind;
use serde::Serialize;
use utoipa::ToSchema;

body! {
    /// An office to be registered.
    #[example = {"name": "江桥镇城市建设管理办公室", "kind": "department"}]
    struct RegisterOffice {
        /// Official name, its own.
        name: Name,
        /// Its kind.
        kind: OfficeKind,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// 登记或更名后的办公室。An office that has been registered or renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = OfficeRegistered)]
pub struct OfficeNamed {
    /// The office.
    office: OfficeView,
    /// 关于名称的提示，不影响登记或更名。Remarks about the name; the registration or renaming stands.
    warnings: Vec<LooksAlikeView>,
    /// Position of the command's last event.
    position: u64,
}

/// An office after a command that gave it a name, with what is to be said of it.
async fn named(
    app: &AppState,
    request: &HttpRequest,
    command: &Command,
    ran: Outcome<Governed<OfficeId>>,
    is_new: bool,
) -> Result<HttpResponse, Problem> {
    let language = RequestContext::of(request)?.language();
    let again = async |record: &_| Ok(OfficeId(written_id(app, record).await?));
    let done = settle_governed(app, command, ran, again).await?;
    let (id, offices) = (done.did.made, &done.snapshot.reference.offices);
    let known = offices.get(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let alike = offices.looking_like(&known.name).map(|other| (other.id.0, other.name.as_str()));
    let created = is_new.then(|| format!("/v1/offices/{id}"));
    let headers = CommandAnswer { created, version: Some(known.version), replayed: done.replayed };
    let mut answer = headers.answer(OfficeNamed {
        office: OfficeView::of(known),
        warnings: LooksAlikeView::of(alike, language),
        position: done.did.position.0,
    });
    answer.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    Ok(answer)
}

/// Register an office
///
/// 登记办公室或承办单位（C-3.5）。名称不得与已有的相同；看起来相同而字符不同时，答复中有提示。
///
/// Registers an office or handling unit (C-3.5). No other one may have its name; one that looks like another and is
/// written with other characters is told as a warning.
#[utoipa::path(post, path = "/v1/offices", tag = "offices", request_body = RegisterOffice, responses(
    (status = 201, description = "已登记。Registered.", body = OfficeNamed),
))]
pub(crate) async fn register(
    app: web::Data<AppState>,
    request: HttpRequest,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, RegisterOffice::read, async |call, body| {
        app.casework.register_office(call, &body.name, body.kind, body.occurred_at).await
    })
    .await?;
    named(&app, &request, &command, ran, true).await
}

/// Rename an office
///
/// 办公室或承办单位更名（C-3.5）：名称误写或已改。此后的答复使用新的名称；按原来的名称仍可查到；查询更名之前的时刻，见到的是当时的名称。与现在的名称相同为 409，与另一办公室同名也
/// 是；看起来相同而字符不同时，答复中有提示。
///
/// Gives the office another name (C-3.5): it was misspelt or was changed. From then on answers use the new one; by the
/// earlier name the office is found still, and as of a moment before, the name of that time is told. The present name again
/// is 409, and so is that of another office; one that looks like another and is written with other characters is told as a
/// warning.
#[utoipa::path(post, path = "/v1/offices/{id}/renaming", tag = "offices", request_body = Rename, responses(
    (status = 200, description = "已更名。Renamed.", body = OfficeNamed),
))]
pub(crate) async fn rename(
    app: web::Data<AppState>,
    request: HttpRequest,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, Rename::read, async |call, body| {
        app.casework.rename_office(call, OfficeId(id.0), &body.name, &body.reason, body.occurred_at).await
    })
    .await?;
    named(&app, &request, &command, ran, false).await
}
