//! `GET /v1/read-models`: how far the lists are.

use crate::http::extract::Question;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use read_models::{ModelHealth, ModelState};
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
pub(crate) async fn list(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    question.read(|_| Some(()))?;
    let items = app.read_models.health().into_iter().map(ReadModelView::from).collect();
    Ok(HttpResponse::Ok().json(ReadModelsView { items, head: app.casework.store.head().position.0 }))
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
