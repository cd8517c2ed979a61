//! The paths that are counted: requests as a worker answers them, without its sockets, down to the disk and up to the
//! boards' rows, all threads together.

use crate::opening::Town;
use crate::town::reopened;
use actix_http::Request;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{Error, web};
use api::http::accounts::Accounts;
use api::http::health::Health;
use api::routes;
use api::state::AppState;
use read_models::ReadModels;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// In the order in which they are walked.
pub const NAMES: [&str; 5] = [
    "recording one reception",
    "recording one answer",
    "one read of an issue",
    "one page of 50 issues",
    "folding 1,000 events",
];
/// How often each is walked, but the last; what stands in the baseline is once.
const TIMES: u64 = 100;
/// How many events the last one folds, in a file of the town's directory.
const EVENTS: &str = "events";
/// Before anything is counted, so that caches are warm and tables have grown.
const WARMING: u64 = 50;
/// No test of speed: where something hangs, it is to be seen.
const PATIENCE: Duration = Duration::from_secs(600);

/// Ends the count of one path and begins that of the next: the tool looks for its name.
#[inline(never)]
fn next_path(path: usize) {
    std::hint::black_box(path);
}

/// What one walk of a path takes, when all of them took `total`.
pub fn once(path: usize, total: u64, dir: &Path) -> u64 {
    if path + 1 < NAMES.len() {
        return total / TIMES;
    }
    let events: u64 = std::fs::read_to_string(dir.join(EVENTS)).unwrap().parse().unwrap();
    total * 1000 / events
}

/// Walks all paths in a town that was told.
pub fn walk(dir: &Path) {
    actix_web::rt::System::new().block_on(async {
        let town = reopened(dir).await;
        let (zone, log_id) = (town.casework.reference().time_zone(), town.keys.log_id());
        let boards =
            ReadModels::open(Some(&dir.join("boards.sqlite")), town.store.clone(), log_id, zone).await.unwrap();
        boards.start().unwrap();
        let state = AppState::new(Arc::clone(&town.casework), boards.clone());
        let health = Health::of_app(&state, town.store.head().position, || None, |_| None, || None);
        let provided = web::Data::new(state);
        let service = api::server::Service::new(
            routes::table(),
            Accounts::of_casework(Arc::clone(&town.casework)),
            health,
            move |config| {
                config.app_data(provided.clone());
            },
        );
        boards.wait_for(town.store.head().position, PATIENCE).await.unwrap();
        let walker = Walker { app: init_service(service.answering()).await, boards, town };
        walker.everything(WARMING, |_| ()).await;
        walker.everything(TIMES, next_path).await;
        let Walker { boards, town, .. } = walker;
        let head = town.store.head().position;
        let anew = ReadModels::open(None, town.store.clone(), log_id, zone).await.unwrap();
        next_path(4);
        anew.start().unwrap();
        anew.wait_for(head, PATIENCE).await.unwrap();
        next_path(NAMES.len());
        std::fs::write(dir.join(EVENTS), head.0.to_string()).unwrap();
        anew.shutdown().await;
        boards.shutdown().await;
        town.store.shutdown().await;
    });
}

struct Walker<S> {
    app: S,
    boards: ReadModels,
    town: Town,
}

impl<S> Walker<S>
where
    S: Service<Request, Response = ServiceResponse, Error = Error>,
{
    /// Every path that is a request, so many times each.
    async fn everything(&self, times: u64, before: fn(usize)) {
        let grids = self.get("/v1/grids?limit=10").await;
        let mut receivers = Vec::new();
        for grid in grids["items"].as_array().unwrap() {
            let path = format!("/v1/delegates?limit=5&grid_id={}", grid["id"].as_str().unwrap());
            let delegates = self.get(&path).await;
            receivers.extend(
                delegates["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|delegate| (grid["id"].clone(), delegate["id"].clone())),
            );
        }
        let held_at = self.town.casework.now() - chrono::Duration::hours(1);
        before(0);
        let mut raised = Vec::new();
        for n in 0..times {
            let (grid, delegate) = &receivers[usize::try_from(n).unwrap() % receivers.len()];
            let body = json!({
                "grid_id": grid, "form": "walk_in", "held_at": held_at, "delegates": [{"delegate_id": delegate}],
                "visitors": [{"name": "王小明", "phone": format!("1380000{n:04}")}],
                "issues": [{"kind": "demand", "topic": "livelihood", "subject": format!("{n}号楼楼道灯不亮"),
                    "text": format!("{n}号楼楼道灯三天不亮，晚上看不清楼梯，老人不敢下楼。")}],
            });
            raised.push(self.post("/v1/receptions", &body).await["issues"][0]["id"].as_str().unwrap().to_owned());
        }
        before(1);
        for (n, id) in raised.iter().enumerate() {
            let body = json!({
                "outcome": "resolved", "channel": "oral", "text": format!("物业当场更换了{n}号楼的灯泡。"), "delivered_at": held_at,
                "evidence": {"kind": "visitor_confirmation"}, "on_the_spot": true,
            });
            self.post(&format!("/v1/issues/{id}/answers"), &body).await;
        }
        before(2);
        for id in &raised {
            self.get(&format!("/v1/issues/{id}")).await;
        }
        before(3);
        for _ in 0..times {
            self.get("/v1/issues?limit=50").await;
        }
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(TestRequest::get().uri(path)).await
    }

    /// A command under a key of its own, up to what becomes of it on the boards.
    async fn post(&self, path: &str, body: &Value) -> Value {
        let key = self.town.casework.new_id().to_string();
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("content-type", "application/json"))
            .insert_header(("idempotency-key", key))
            .set_payload(body.to_string());
        let answer = self.ask(request).await;
        self.boards.wait_for(self.town.store.head().position, PATIENCE).await.unwrap();
        answer
    }

    async fn ask(&self, request: TestRequest) -> Value {
        let token = format!("Bearer {}", self.town.token);
        let answer = call_service(&self.app, request.insert_header(("authorization", token)).to_request()).await;
        let (status, body) = (answer.status(), read_body(answer).await);
        assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }
}
