//! `/health/live` and `/health/ready`: is the process there, and can it be used.

use crate::http::caller::Caller;
use crate::input::query;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use event_store::{Message, Position};
use read_models::ModelState;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt;
use std::sync::Arc;
use utoipa::ToSchema;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    /// Which part, and why: a JSON object with `why` and what names the part.
    pub state: Value,
    /// Whether requests must not be sent here until it is over.
    pub unusable: bool,
}

impl Wrong {
    /// Something for which requests must not be sent here, and for which a supervisor acts: 503.
    #[must_use]
    pub const fn unusable(state: Value) -> Self {
        Self { state, unusable: true }
    }

    /// Something that a person should look at, while every answer is still right: 200.
    #[must_use]
    pub const fn notice(state: Value) -> Self {
        Self { state, unusable: false }
    }
}

/// What the server says of its own readiness.
#[derive(Clone, Debug, PartialEq)]
pub struct Readiness {
    /// Every read model holds what the log held when listening began.
    pub caught_up: bool,
    /// What is wrong.
    pub wrong: Vec<Wrong>,
    /// Log id, head, positions: for those who hold a token.
    pub details: Map<String, Value>,
}

impl Readiness {
    /// Whether requests may be sent here: 200, else 503.
    fn usable(&self) -> bool {
        self.caught_up && !self.wrong.iter().any(|wrong| wrong.unusable)
    }

    fn status(&self) -> &'static str {
        if self.wrong.iter().any(|wrong| wrong.unusable) {
            "degraded"
        } else if !self.caught_up {
            "starting"
        } else if self.wrong.is_empty() {
            "ready"
        } else {
            "degraded"
        }
    }

    /// For a stranger the status and nothing else: positions, ids and causes are for those who work here.
    fn told(self, to_a_stranger: bool) -> Value {
        let mut body = Map::from_iter([("status".to_owned(), json!(self.status()))]);
        if !to_a_stranger {
            body.extend(self.details);
            body.insert("wrong".to_owned(), self.wrong.into_iter().map(|wrong| wrong.state).collect());
        }
        Value::Object(body)
    }
}

/// Asks the parts of the server how they are. Cheap: it reads what is in memory.
#[derive(Clone)]
pub struct Health(Arc<dyn Fn() -> Readiness + Send + Sync>);

impl Health {
    /// Health as `readiness` tells it.
    pub fn new(readiness: impl Fn() -> Readiness + Send + Sync + 'static) -> Self {
        Self(Arc::new(readiness))
    }

    /// The same, with something more to look at.
    #[must_use]
    pub fn also(self, look: impl Fn() -> Option<Wrong> + Send + Sync + 'static) -> Self {
        Self::new(move || {
            let mut readiness = (self.0)();
            readiness.wrong.extend(look());
            readiness
        })
    }

    /// What `/health/ready` says. `listening_at` is the log's head when listening began.
    pub fn of_app(
        app: &AppState,
        listening_at: Position,
        damage: impl Fn() -> Option<Message> + Send + Sync + 'static,
        clock_trouble: impl Fn(i64) -> Option<Message> + Send + Sync + 'static,
        tls_trouble: impl Fn() -> Option<Message> + Send + Sync + 'static,
    ) -> Self {
        let app = app.clone();
        Self::new(move || {
            let store = &app.casework.store;
            let models = app.read_models.health();
            let stopped = |state: &ModelState| match state {
                ModelState::Stopped { why } => Some(why.clone()),
                ModelState::Running | ModelState::CatchingUp => None,
            };
            let mut wrong: Vec<Wrong> = models
                .iter()
                .filter_map(|model| {
                    Some(Wrong::unusable(json!({"read_model": model.name, "why": stopped(&model.state)?})))
                })
                .collect();
            if let Err(why) = store.healthy() {
                wrong.push(Wrong::unusable(json!({"log": "writer", "why": why})));
            }
            if let Some(why) = store.signing() {
                wrong.push(Wrong::notice(json!({"log": "signing", "why": why})));
            }
            if let Some(why) = store.damage() {
                wrong.push(Wrong::notice(json!({"log": "personal parts", "why": why})));
            }
            if let Some(damage) = damage() {
                // Opening again cures nothing here, and every answer is right: it is for the doctor.
                wrong.push(Wrong::notice(json!({"log": "journal", "why": damage.en})));
            }
            if let Some(trouble) = clock_trouble(store.head().recorded_at) {
                let state = json!({"log": "clock", "why": trouble.en});
                // A clock that has jumped stops all commands; behind the newest leaf they go on under that leaf's time.
                wrong.push(if store.clock_jump().is_some() { Wrong::unusable(state) } else { Wrong::notice(state) });
            }
            if let Some(why) = app.clock_runs.failing() {
                // Nothing is lost: it goes on where it was as soon as it can.
                wrong.push(Wrong::notice(json!({"clock": "obligations", "why": why})));
            }
            if let Some(trouble) = tls_trouble() {
                // What was read before is still spoken with.
                wrong.push(Wrong::notice(json!({"tls": "files", "why": trouble.en})));
            }
            if let Some(why) = app.journal.failing() {
                wrong.push(Wrong::notice(json!({"security": "journal", "why": why})));
            }
            if let Some(why) = app.journal.unsealed() {
                wrong.push(Wrong::notice(json!({"security": "sealing", "why": why})));
            }
            let positions: serde_json::Map<_, _> =
                models.iter().map(|model| (model.name.to_owned(), json!(model.position.0))).collect();
            let details = [
                ("log_id", json!(app.casework.keys.log_id())),
                ("head", json!(store.head().position.0)),
                ("read_models", json!(positions)),
            ];
            Readiness {
                caught_up: app.read_models.hold(listening_at),
                wrong,
                details: details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            }
        })
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Health")
    }
}

/// Whether the process lives.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"status": "live"}))]
pub struct Live {
    /// 总是 `live`。Always `live`.
    status: &'static str,
}

/// Whether the server can be used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"status": "ready", "log_id": "019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11", "head": 88141, "read_models": {"issue_board": 88141}, "wrong": []}))]
pub struct Ready {
    /// `ready` 为可用，`starting` 为正在启动，`degraded` 为有异常。`ready`, `starting`, or `degraded` when something is wrong.
    #[schema(example = "ready")]
    status: String,
    /// 日志的标识；仅凭有效令牌给出。Id of the log; only with a valid token.
    log_id: Option<String>,
    /// 最新位置；仅凭有效令牌给出。Newest position; only with a valid token.
    head: Option<u64>,
    /// 各看板的位置；仅凭有效令牌给出。Position of each read model by its name; only with a valid token.
    read_models: Option<Value>,
    /// 各项异常及其原因；仅凭有效令牌给出。What is wrong, each with its cause in `why`; only with a valid token.
    wrong: Option<Vec<Value>>,
}

/// Ask whether the process lives
///
/// 进程是否存活。只要还能应答就为 200；与记录的状态无关。
///
/// Whether the process lives. 200 as long as requests are served at all; it says nothing about the record.
#[utoipa::path(get, path = "/health/live", tag = "operations", responses(
    (status = 200, description = "存活。It lives.", body = Live, example = json!({"status": "live"})),
))]
pub(crate) async fn live(request: HttpRequest) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    Ok(HttpResponse::Ok().json(Live { status: "live" }))
}

/// Ask whether the server is ready
///
/// 是否可以使用。每个看板都包含开始监听时日志已有的全部内容后为 200。有看板停止、无法写入，或系统时钟被拨动因而不作记录时为 503，`status` 为 `degraded`。不带令牌只答 `status`；带有效令牌另给出位置与异常的原因。
///
/// Whether the server can be used. 200 once every read model holds what the log held when listening began. 503 with
/// the status `degraded` while a read model stands still, the log cannot be written, or nothing is recorded because the
/// system clock was set. Without a token the answer is the status alone; with a valid one it also has positions, and what is wrong with its cause.
#[utoipa::path(get, path = "/health/ready", tag = "operations", responses(
    (status = 200, description = "可以使用；`degraded` 表示有人应当查看的异常。Ready; `degraded` when there is something that a person should look at.", body = Ready, example = json!({"status": "ready", "log_id": "019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11", "head": 88141, "read_models": {"issue_board": 88141}, "wrong": []})),
    (status = 503, description = "尚不能使用，或已不能使用。Not ready yet, or not usable any more.", body = Ready, example = json!({"status": "degraded"})),
))]
pub(crate) async fn ready(
    health: web::Data<Health>,
    request: HttpRequest,
    caller: Option<Caller>,
) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    let readiness = (health.0)();
    let usable = readiness.usable();
    let body = readiness.told(caller.is_none());
    if usable {
        return Ok(HttpResponse::Ok().json(body));
    }
    Ok(HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "1")).json(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readiness(caught_up: bool, wrong: &[Wrong]) -> Readiness {
        let details = Map::from_iter([("head".to_owned(), json!(7))]);
        Readiness { caught_up, wrong: wrong.to_vec(), details }
    }

    #[test]
    fn what_makes_it_unusable_comes_before_what_is_not_there_yet() {
        let stopped = Wrong::unusable(json!({"read_model": "issue_board", "why": "disk"}));
        let damage = Wrong::notice(json!({"log": "journal", "why": "position 3"}));
        for (caught_up, wrong, status, usable) in [
            (true, vec![], "ready", true),
            (true, vec![damage.clone()], "degraded", true),
            (false, vec![], "starting", false),
            (false, vec![damage.clone()], "starting", false),
            (true, vec![damage, stopped.clone()], "degraded", false),
            (false, vec![stopped], "degraded", false),
        ] {
            let readiness = readiness(caught_up, &wrong);
            assert_eq!((readiness.status(), readiness.usable()), (status, usable), "{readiness:?}");
        }
    }

    #[test]
    fn a_stranger_is_told_the_status_alone() {
        let wrong = [Wrong::unusable(json!({"log": "writer", "why": "/var/lib/huiyin: no space"}))];
        assert_eq!(readiness(true, &wrong).told(true), json!({"status": "degraded"}));
        let told = readiness(true, &wrong).told(false);
        assert_eq!(told, json!({"status": "degraded", "head": 7, "wrong": [wrong[0].state]}));
    }
}
