//! `/v1/read-models/{name}/rebuild`: folding one again.

use crate::http::context::PathParts;
use crate::http::extract::Command;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::read_models::questions::ReadModelView;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use read_models::ReadModelError;
use serde::Serialize;
use utoipa::ToSchema;

/// A rebuild that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct RebuildBegun {
    /// The model as it begins again.
    read_model: ReadModelView,
    /// The position that it has to reach.
    head: u64,
}

/// A command without content.
#[derive(ToSchema)]
#[schema(as = Nothing, example = json!({}))]
#[cfg_attr(not(test), expect(dead_code, reason = "nothing is read of it: it is only described"))]
pub struct Nothing {}

/// Fold a read model again
///
/// 重建一个看板：从第一条记录起另行生成一份新数据，完成后一次替换旧数据；其间旧数据照常更新和使用。
/// 立即应答，进度见 `GET /v1/read-models` 的 `rebuilding`。这不是业务事实，不产生记录，因此不使用 Idempotency-Key；
/// 再次请求则重新开始。
///
/// Rebuilds a read model: new rows are made from the first record, beside the old ones, which are kept up to date
/// and read until the new ones take their place in one step. Answered at once; `rebuilding` of `GET
/// /v1/read-models` shows the progress. It is no fact of the service and leaves no record, so no Idempotency-Key is
/// looked at; a second request begins again.
#[utoipa::path(post, path = "/v1/read-models/{name}/rebuild",
    tag = "operations", params(("name" = String, Path, description = "名称。Its name.", example = "issue_board")),
    request_body(content = Nothing, example = json!({})), responses(
    (status = 202, description = "已开始。Begun.", body = RebuildBegun, example = json!({"read_model": {"name": "issue_board", "version": 1, "position": 88141, "state": "running", "rebuilding": 0}, "head": 88141})),
))]
pub(crate) async fn rebuild(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    command.read(|_| Some(()))?;
    let caller = &command.caller;
    let name = parts.get("name");
    app.read_models.start_rebuild(Some(name)).map_err(|error| match error {
        ReadModelError::UnknownModel(_) => Problem::new(HttpCode::NotFound),
        ReadModelError::NotRunning => Problem::new(HttpCode::ShuttingDown),
        ReadModelError::Io(_) | ReadModelError::Stopped { .. } => Problem::internal(error),
    })?;
    tracing::warn!(model = name, account = %caller.account.id, role = command.role.as_str(), "a rebuild was asked for");
    let begun = app.read_models.health().into_iter().find(|health| health.name == name);
    let read_model = begun.map(ReadModelView::from).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    Ok(HttpResponse::Accepted().json(RebuildBegun { read_model, head: app.casework.store.head().position.0 }))
}
