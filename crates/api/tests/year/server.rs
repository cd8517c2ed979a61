//! The server within this process: routes, rules, log and boards as the product has them, without sockets, and with clocks
//! that the test moves. There is no such switch in the binary.

use crate::clocks::Hands;
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web;
use api::http::accounts::Accounts;
use api::http::health::Health;
use api::routes;
use api::state::AppState;
use casework::Casework;
use casework::bootstrap::{Bootstrap, Started};
use chrono::NaiveDate;
use event_store::keys::KeyDirectory;
use event_store::memory::MemoryLog;
use event_store::{EventStore, Position};
use file_store::FileStore;
use futures_util::future::LocalBoxFuture;
use read_models::ReadModels;
use serde_json::Value;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

type Answering = Box<dyn Fn(actix_http::Request) -> LocalBoxFuture<'static, ServiceResponse>>;

pub struct Server {
    answering: Answering,
    token: String,
    store: EventStore,
    boards: ReadModels,
}

impl Server {
    pub async fn start(hands: &Hands) -> Self {
        let store = EventStore::start_watched(Arc::new(MemoryLog::new()), hands.watch()).await.unwrap();
        let keys = Arc::new(KeyDirectory::ephemeral(uuid::Uuid::now_v7(), "huiyin.local/year"));
        let token = Mutex::new(String::new());
        let keep = |fresh: &casework::access::tokens::FreshToken| {
            *token.lock().unwrap() = fresh.text.to_string();
            Ok(())
        };
        let Started { casework, .. } =
            Casework::start(store.clone(), Arc::clone(&keys), hands.clock(), &bootstrap(), keep).await.unwrap();
        let casework = Arc::new(casework.with_files(FileStore::in_memory()));
        let zone = casework.reference().time_zone();
        let boards = ReadModels::open(None, store.clone(), keys.log_id(), zone).await.unwrap();
        boards.start().unwrap();
        let state = AppState::new(Arc::clone(&casework), boards.clone());
        let health = Health::of_app(&state, Position(0), || None, |_| None, || None);
        let provided = web::Data::new(state);
        let service = api::server::Service::new(
            routes::table(),
            Accounts::of_casework(Arc::clone(&casework)),
            health,
            move |config| {
                config.app_data(provided.clone());
            },
        );
        let app = Rc::new(init_service(service.answering()).await);
        let answering: Answering = Box::new(move |request| {
            let app = Rc::clone(&app);
            Box::pin(async move { call_service(&*app, request).await })
        });
        let token = token.into_inner().unwrap();
        Self { answering, token, store, boards }
    }

    pub async fn get(&self, path: &str) -> Value {
        self.ask(TestRequest::get().uri(path), path, "").await
    }

    /// Every item of a list, page by page.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = format!("{path}{}limit=1000", if path.contains('?') { '&' } else { '?' });
        let first = next.clone();
        loop {
            let page = self.get(&next).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { return items };
            next = format!("{first}&cursor={cursor}");
        }
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let request = TestRequest::post().uri(path).insert_header(("Content-Type", "application/json"));
        self.ask(request.set_payload(body.to_string()), path, &body.to_string()).await
    }

    pub async fn import(&self, delegate_type: &str, table: &str) -> Value {
        let path = format!("/v1/roster-imports?delegate_type={delegate_type}&source_date=2026-01-05");
        let request = TestRequest::default().method(Method::POST).uri(&path);
        let request = request.insert_header(("Content-Type", "text/csv")).set_payload(table.to_owned());
        self.ask(request, &path, "").await
    }

    /// The id of a file that is stored.
    pub async fn upload(&self, kind: &str, media_type: &str, bytes: Vec<u8>) -> String {
        let path = format!("/v1/files?kind={kind}");
        let request = TestRequest::post().uri(&path).insert_header(("Content-Type", media_type));
        let request = request.insert_header(("Content-Disposition", "attachment; filename*=UTF-8''evidence"));
        let answer = self.ask(request.set_payload(bytes), &path, "").await;
        answer["file"]["id"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, request: TestRequest, path: &str, body: &str) -> Value {
        let bearer = format!("Bearer {}", self.token);
        let response = (self.answering)(request.insert_header(("Authorization", bearer)).to_request()).await;
        let status = response.status();
        let text = read_body(response).await;
        assert!(status.is_success(), "{path} {body}: {status} {}", String::from_utf8_lossy(&text));
        serde_json::from_slice(&text).unwrap()
    }

    pub async fn stop(self) {
        self.boards.shutdown().await;
        self.store.shutdown().await;
    }
}

/// What the product has compiled in, but for the day from which the clock counts and the calendars of other years.
fn bootstrap() -> Bootstrap {
    let mut policy: Value = serde_json::from_str(include_str!("../../../../data/policy-default.json")).unwrap();
    // The town begins on the first working day; periods that began on New Year's Day count.
    policy["clock"]["from"] = "2026-01-01".into();
    Bootstrap {
        town: "江桥镇".to_owned(),
        programme: "两代表网格化联系服务活动".to_owned(),
        effective_on: NaiveDate::from_ymd_opt(2023, 12, 1).unwrap(),
        policy,
        calendars: vec![serde_json::from_str(include_str!("../../../../data/calendars/2026.json")).unwrap()],
        software: "huiyin tests".to_owned(),
        demo: false,
    }
}
