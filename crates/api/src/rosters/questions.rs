//! `GET /v1/roster-imports/{id}`: what an import did.

use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about;
use crate::http::response::one;
use crate::input::params::AsOfParams;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::rosters::view::RosterImportView;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::ids::RosterImportId;

/// Read a roster import
///
/// 一次导入：名单日期、类别、文件摘要和计数；对各行的提示只在导入时的答复中。
///
/// One import: date of the list, type, digest of the file and counts; remarks about rows are in the answer to the
/// import only.
#[utoipa::path(get, path = "/v1/roster-imports/{id}", tag = "rosters", params(AsOfParams), responses(
    (status = 200, description = "导入记录。The import.", body = RosterImportView),
))]
pub(crate) async fn one_import(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let import =
        snapshot.reference.rosters.get(RosterImportId(id.0)).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    Ok(one(1, RosterImportView::recorded(import, &snapshot)))
}
