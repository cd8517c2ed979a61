//! `/v1/offices`: the offices and handling units that lead, support, verify or receive reports.

use crate::http::commands::run;
use crate::http::context::RequestContext;
use crate::http::extract::Command;
use crate::http::reference::{settle_governed, written_id};
use crate::http::response::CommandAnswer;
use crate::input::body::{Name, PastInstant, body};
use crate::offices::view::OfficeView;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::rosters::looks_alike::LooksAlikeView;
use crate::state::AppState;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
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

/// An office after a command.
#[derive(Serialize, ToSchema)]
pub struct OfficeRegistered {
    /// The office.
    office: OfficeView,
    /// 关于名称的提示，不影响登记。Remarks about the name; the registration stands.
    warnings: Vec<LooksAlikeView>,
    /// Position of the command's last event.
    position: u64,
}

/// Register an office
///
/// 登记办公室或承办单位（C-3.5）。名称不得与已有的相同；看起来相同而字符不同时，答复中有提示。
///
/// Registers an office or handling unit (C-3.5). No other one may have its name; one that looks like another and is
/// written with other characters is told as a warning.
#[utoipa::path(post, path = "/v1/offices", tag = "offices", request_body = RegisterOffice, responses(
    (status = 201, description = "已登记。Registered.", body = OfficeRegistered),
))]
pub(crate) async fn register(
    app: web::Data<AppState>,
    request: HttpRequest,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let language = RequestContext::of(&request)?.language();
    let ran = run(&app, &command, RegisterOffice::read, async |call, body| {
        app.casework.register_office(call, &body.name, body.kind, body.occurred_at).await
    })
    .await?;
    let again = async |record: &_| Ok(OfficeId(written_id(&app, record).await?));
    let done = settle_governed(&app, &command, ran, again).await?;
    let offices = &done.snapshot.reference.offices;
    let known = offices.get(done.did.made).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let alike = offices.looking_like(&known.name).map(|other| (other.id.0, other.name.as_str()));
    let headers = CommandAnswer {
        created: Some(format!("/v1/offices/{}", done.did.made)),
        version: Some(known.version),
        replayed: done.replayed,
    };
    let mut answer = headers.answer(OfficeRegistered {
        office: OfficeView::of(known),
        warnings: LooksAlikeView::of(alike, language),
        position: done.did.position.0,
    });
    answer.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    Ok(answer)
}
