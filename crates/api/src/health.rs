//! `/health/live` and `/health/ready`: is the process there, and can it be used.

use crate::problem::Problem;
use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;

/// What the server says of its own readiness.
#[derive(Clone, Debug, PartialEq)]
pub struct Readiness {
    /// Whether requests may be sent here: 200, else 503.
    pub ready: bool,
    /// Log head, read models' positions, and what is wrong: a JSON object.
    pub state: Value,
}

/// Asks the parts of the server how they are. Cheap: it reads what is in memory.
#[derive(Clone)]
pub struct Health(Arc<dyn Fn() -> Readiness + Send + Sync>);

impl Health {
    /// Health as `readiness` tells it.
    pub fn new(readiness: impl Fn() -> Readiness + Send + Sync + 'static) -> Self {
        Self(Arc::new(readiness))
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Health")
    }
}

/// Ask whether the process lives
///
/// 进程是否存活。Answers as long as requests are served at all; it says nothing about the record.
#[utoipa::path(tag = "operations", responses(
    (status = 200, description = "存活。It lives.", body = Object, example = json!({"status": "live"})),
))]
#[get("/health/live")]
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

/// Ask whether the server is ready
///
/// 是否可以使用。The log's head, the position of each read model, and what is wrong. 200 once every read model has
/// reached the head found at opening; `"status":"degraded"` when one has stopped.
#[utoipa::path(tag = "operations", responses(
    (status = 200, description = "可以使用。Ready, perhaps degraded.", body = Object, example = json!({"status": "ready", "head": 88141, "read_models": {"issue_board": 88141}})),
    (status = 503, description = "尚不能使用。Not ready yet.", body = Object, example = json!({"status": "starting", "head": 88141, "read_models": {"issue_board": 512}})),
))]
#[get("/health/ready")]
pub(crate) async fn ready(health: web::Data<Health>) -> Result<HttpResponse, Problem> {
    let readiness = (health.0)();
    if readiness.ready {
        return Ok(HttpResponse::Ok().json(readiness.state));
    }
    Ok(HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "1")).json(readiness.state))
}
