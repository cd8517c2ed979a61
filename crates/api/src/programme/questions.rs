//! `GET /v1/programme`.

use crate::http::extract::Question;
use crate::http::reference::asked_about;
use crate::http::response::one;
use crate::input::params::AsOfParams;
use crate::problem::Problem;
use crate::programme::view::ProgrammeView;
use crate::state::AppState;
use actix_web::{HttpResponse, web};

/// Read the programme
///
/// 联系服务活动概况（C-0）：名称、主办单位、依据、主题、实施日期，以及当日生效的规则；可查过去某一时刻。
///
/// The programme (C-0): its name, issuer, legal bases and theme, from when it holds, and the policy in force; now or as
/// of a position or an instant.
#[utoipa::path(get, path = "/v1/programme", tag = "programme", params(AsOfParams), responses(
    (status = 200, description = "活动概况。The programme.", body = ProgrammeView),
))]
pub(crate) async fn read(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let mut view = ProgrammeView::of(&snapshot)?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(view.version, view))
}
