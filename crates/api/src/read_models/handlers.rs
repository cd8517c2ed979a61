//! `/v1/read-models`: how far the lists are, and folding one of them again.

use crate::http::context::PathParts;
use crate::http::extract::{Command, Question};
use crate::problem::Problem;
use crate::problem::codes::Edge;
use crate::state::Office;
use actix_web::{HttpResponse, web};
use read_models::{ModelHealth, ModelState, ReadModelError};
use serde::Serialize;
use utoipa::ToSchema;

/// A read model and how far it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "issue_board", "version": 1, "position": 88141, "state": "running"}))]
pub struct ReadModelView {
    /// Its name.
    name: &'static str,
    /// Version of its rows.
    version: i64,
    /// Everything up to here is in its rows.
    position: u64,
    /// `running`, `catching_up`, or `stopped`.
    #[schema(example = "running")]
    state: &'static str,
    /// 正在重建的新数据已包含到此位置；未在重建时省略。How far the new rows reach that are being built to take the place of those that are read; left out where none are.
    #[schema(example = 512)]
    #[serde(skip_serializing_if = "Option::is_none")]
    rebuilding: Option<u64>,
    /// 停止的原因。Why it stands still or is not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Every read model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadModelsView {
    /// In a fixed order.
    items: Vec<ReadModelView>,
    /// The log's newest position.
    head: u64,
}

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
pub struct Nothing {}

impl From<ModelHealth> for ReadModelView {
    fn from(health: ModelHealth) -> Self {
        let (state, why) = match health.state {
            ModelState::Running => ("running", None),
            ModelState::CatchingUp => ("catching_up", None),
            ModelState::Stopped { why } => ("stopped", Some(why)),
        };
        Self {
            name: health.name,
            version: health.version,
            position: health.position.0,
            state,
            rebuilding: health.rebuilt.map(|position| position.0),
            why,
        }
    }
}

/// List the read models
///
/// 各看板的进度：更新到日志的哪个位置，是否停止；`/health/ready` 给出其概要。
///
/// How far each read model is, and whether it stands still; `/health/ready` says the same in short.
#[utoipa::path(get, path = "/v1/read-models", tag = "operations", responses(
    (status = 200, description = "全部看板。Every model.", body = ReadModelsView, example = json!({"items": [{"name": "issue_board", "version": 1, "position": 88141, "state": "running"}], "head": 88141})),
))]
pub(crate) async fn list(office: web::Data<Office>, question: Question) -> Result<HttpResponse, Problem> {
    question.read(|_| Some(()))?;
    let items = office.read_models.health().into_iter().map(ReadModelView::from).collect();
    Ok(HttpResponse::Ok().json(ReadModelsView { items, head: office.casework.store.head().position.0 }))
}

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
    office: web::Data<Office>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    command.read(|_| Some(()))?;
    let caller = &command.caller;
    let name = parts.get("name");
    office.read_models.start_rebuild(Some(name)).map_err(|error| match error {
        ReadModelError::UnknownModel(_) => Problem::new(Edge::NotFound),
        ReadModelError::NotRunning => Problem::new(Edge::ShuttingDown),
        ReadModelError::Io(_) | ReadModelError::Stopped { .. } => Problem::internal(error),
    })?;
    tracing::warn!(model = name, account = %caller.account.id, role = command.role.as_str(), "a rebuild was asked for");
    let begun = office.read_models.health().into_iter().find(|health| health.name == name);
    let read_model = begun.map(ReadModelView::from).ok_or_else(|| Problem::new(Edge::NotFound))?;
    Ok(HttpResponse::Accepted().json(RebuildBegun { read_model, head: office.casework.store.head().position.0 }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use event_store::Position;
    use serde_json::json;

    #[test]
    fn a_stopped_model_says_why_and_a_running_one_nothing() {
        let view = |state| {
            let health = ModelHealth { name: "issue_board", version: 1, position: Position(7), state, rebuilt: None };
            serde_json::to_value(ReadModelView::from(health)).unwrap()
        };
        assert_eq!(
            view(ModelState::Running),
            json!({"name": "issue_board", "version": 1, "position": 7, "state": "running"})
        );
        assert_eq!(view(ModelState::Stopped { why: "disk".to_owned() })["why"], "disk");
    }
}
