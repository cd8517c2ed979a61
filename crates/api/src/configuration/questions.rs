//! `GET /v1/configuration`: with what this server was started.

use super::Setting;
use crate::http::extract::Question;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

/// 生效的配置。The configuration in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Configuration, example = json!({"file": "/etc/huiyin.toml", "items": [
    {"name": "listen", "variable": "HUIYIN_LISTEN", "value": "127.0.0.1:8080", "source": "default"},
    {"name": "rate_address", "variable": "HUIYIN_RATE_ADDRESS", "value": "50", "source": "file"}]}))]
pub struct ConfigurationView<'a> {
    /// The file that was read at the start; absent where none was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    /// Every option, by name.
    items: &'a [Setting],
}

/// Read the configuration
///
/// 启动时生效的配置，以及每项取值的来源：默认、文件、环境变量或命令行，后者优先。密码一类的取值不显示。
///
/// The configuration in force since the start, and where each value comes from: the default, the file, the environment or the
/// command line, of which the later outranks. Secrets are not shown.
#[utoipa::path(get, path = "/v1/configuration", tag = "operations", responses(
    (status = 200, description = "配置。The configuration.", body = ConfigurationView),
))]
pub(crate) async fn configuration(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    question.read(|query| {
        query.now_only();
        Some(())
    })?;
    let view = ConfigurationView { file: app.configuration.file.as_deref(), items: &app.configuration.settings };
    Ok(HttpResponse::Ok().json(view))
}
