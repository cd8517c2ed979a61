//! The server within this process, as the product has it, over a log of a demonstration, whose access rules anybody may
//! adopt.

use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web;
use api::configuration::key_backup::KeyBackupWatch;
use api::http::accounts::Accounts;
use api::http::health::Health;
use api::http::rates::Rate;
use api::routes;
use api::server::{Address, Settings};
use api::sign_ins::people::People;
use api::state::AppState;
use casework::Casework;
use casework::bootstrap::{Bootstrap, Started};
use chrono::NaiveDate;
use event_store::keys::KeyDirectory;
use event_store::{EventStore, KeyId, LogError, MemoryLog, Position, WrappedKey};
use file_store::FileStore;
use futures_util::future::LocalBoxFuture;
use identity::sign_ins::SignIns;
use read_models::ReadModels;
use serde_json::Value;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use test_log::{Call, TestLog};
use tokio::sync::RwLock;

type Answering = Box<dyn Fn(actix_http::Request) -> LocalBoxFuture<'static, ServiceResponse>>;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// What the log of a server meets while a test says so.
#[derive(Clone, Default)]
pub struct Trouble {
    /// It has no room for more.
    pub full: Arc<AtomicBool>,
    /// It takes nothing while a test has this for writing.
    pub waits: Arc<RwLock<()>>,
    /// Keys that are not there any more.
    pub lost: Arc<Mutex<Vec<KeyId>>>,
    /// How often a stream was read.
    pub streams_read: Arc<AtomicUsize>,
}

impl Trouble {
    fn log(&self) -> TestLog {
        let (of_calls, of_keys) = (self.clone(), self.clone());
        let before = move |call| match call {
            Call::Commit if of_calls.full.load(Ordering::SeqCst) => Err(LogError::Full),
            Call::ReadStream => {
                of_calls.streams_read.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
            Call::Commit | Call::ReadFamily | Call::AllKeys | Call::PutRing | Call::TurnRing => Ok(()),
        };
        let without_the_lost = move |keys: &mut Vec<Option<WrappedKey>>| {
            let lost = of_keys.lost.lock().unwrap();
            let is_lost =
                |key: &WrappedKey| key.class.is_some_and(|class| lost.contains(&KeyId::of(key.subject, class)));
            keys.iter_mut().filter(|key| key.as_ref().is_some_and(is_lost)).for_each(|key| *key = None);
        };
        TestLog::over(Arc::new(MemoryLog::new())).before(before).keys(without_the_lost).behind(&self.waits)
    }
}

pub struct Server {
    answering: Answering,
    pub token: String,
    pub casework: Arc<Casework>,
    /// How far its clock is ahead, in ms.
    ahead: Arc<AtomicI64>,
    store: EventStore,
    boards: ReadModels,
    service: api::server::Service,
    /// Where its store of sign-ins lies.
    _beside: tempfile::TempDir,
    /// What its log is made to meet.
    pub log: Trouble,
    /// How its backup of the keys is.
    pub key_backup: KeyBackupWatch,
}

impl Server {
    pub async fn start() -> Self {
        // Tuesday, 24 November 2026, ten in the morning, and as long as the test takes.
        let trouble = Trouble::default();
        let log = trouble.log();
        let (began, at) = (std::time::Instant::now(), 1_795_485_600_000);
        let ahead = Arc::new(AtomicI64::new(0));
        let moved = Arc::clone(&ahead);
        let clock: event_store::Clock = Arc::new(move || {
            at + moved.load(Ordering::SeqCst) + i64::try_from(began.elapsed().as_millis()).unwrap_or_default()
        });
        let store = EventStore::start(Arc::new(log), Arc::clone(&clock)).await.unwrap();
        let keys = Arc::new(KeyDirectory::ephemeral(uuid::Uuid::now_v7(), "huiyin.local/access"));
        let token = Mutex::new(String::new());
        let keep = |fresh: &casework::access::tokens::FreshToken| {
            *token.lock().unwrap() = fresh.text.to_string();
            Ok(())
        };
        let Started { casework, .. } =
            Casework::start(store.clone(), Arc::clone(&keys), clock, &bootstrap(), keep).await.unwrap();
        let casework = Arc::new(casework.with_files(FileStore::in_memory()));
        let zone = casework.reference().time_zone();
        let boards = ReadModels::open(None, store.clone(), keys.log_id(), zone).await.unwrap();
        boards.start().unwrap();
        let state = AppState::new(Arc::clone(&casework), boards.clone());
        let health = Health::of_app(&state, Position(0), || None, |_| None, || None);
        let key_backup = state.key_backup.clone();
        let provided = web::Data::new(state);
        let beside = tempfile::tempdir().unwrap();
        let sign_ins = SignIns::open(&beside.path().join("sign-ins.sqlite")).unwrap();
        let people = Arc::new(People::new(sign_ins, "回音"));
        let accounts = Accounts::of_casework(Arc::clone(&casework)).with_people(people);
        let service = api::server::Service::new(routes::table(), accounts, health, move |config| {
            config.app_data(provided.clone());
        });
        let app = Rc::new(init_service(service.answering()).await);
        let answering: Answering = Box::new(move |request| {
            let app = Rc::clone(&app);
            Box::pin(async move { call_service(&*app, request).await })
        });
        let token = token.into_inner().unwrap();
        Self { answering, token, casework, ahead, store, boards, service, _beside: beside, log: trouble, key_backup }
    }

    /// Listens at a port of this machine, too, with nobody kept waiting for asking often.
    pub fn listen(&self) -> (SocketAddr, tokio::task::JoinHandle<std::io::Result<()>>, actix_web::dev::ServerHandle) {
        let unbounded = Rate(None);
        let settings =
            Settings { workers: Some(2), rate_address: unbounded, rate_account: unbounded, ..Settings::default() };
        let address = Address::take("127.0.0.1:0").unwrap();
        let bound = api::server::bind(self.service.clone(), settings, address, std::future::pending()).unwrap();
        let (listens_on, handle) = (bound.listens_on, bound.handle());
        (listens_on, tokio::spawn(bound.run()), handle)
    }

    /// Lets days go by.
    pub fn later(&self, days: i64) {
        self.ahead.fetch_add(days * 24 * 60 * 60 * 1000, Ordering::SeqCst);
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.ask(TestRequest::get().uri(path), token).await
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        let request = TestRequest::post().uri(path).insert_header(("Content-Type", "application/json"));
        self.ask(request.set_payload(body.to_string()), token).await
    }

    /// The bytes of an answer that is no text.
    pub async fn bytes(&self, token: &str, path: &str) -> Vec<u8> {
        let request = TestRequest::get().uri(path).insert_header(("Authorization", format!("Bearer {token}")));
        let response = (self.answering)(request.to_request()).await;
        assert_eq!(response.status().as_u16(), 200, "{path}");
        read_body(response).await.to_vec()
    }

    /// A question in a body, with what it is for where that is said.
    pub async fn asked(&self, token: &str, path: &str, body: &Value, purpose: Option<&str>) -> Answer {
        let request = TestRequest::post().uri(path).insert_header(("Content-Type", "application/json"));
        let request = match purpose {
            Some(purpose) => request.insert_header(("Huiyin-Purpose", purpose)),
            None => request,
        };
        self.ask(request.set_payload(body.to_string()), token).await
    }

    /// A command under a key.
    pub async fn keyed(&self, token: &str, key: &str, path: &str, body: &Value) -> Answer {
        let request = TestRequest::post().uri(path).insert_header(("Content-Type", "application/json"));
        self.ask(request.insert_header(("Idempotency-Key", key)).set_payload(body.to_string()), token).await
    }

    /// A command in one of the account's roles.
    pub async fn acting(&self, token: &str, role: &str, path: &str, body: &Value) -> Answer {
        let request = TestRequest::post().uri(path).insert_header(("Content-Type", "application/json"));
        self.ask(request.insert_header(("Acting-As", role)).set_payload(body.to_string()), token).await
    }

    /// A command that has to be done.
    pub async fn done(&self, token: &str, path: &str, body: &Value) -> Value {
        let answer = self.post(token, path, body).await;
        assert!((200..300).contains(&answer.status), "{path} {body}: {} {}", answer.status, answer.text);
        answer.body
    }

    /// A question that has to be answered.
    pub async fn told(&self, token: &str, path: &str) -> Value {
        let answer = self.get(token, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.body
    }

    pub async fn import(&self, delegate_type: &str, table: &str) -> Value {
        let path = format!("/v1/roster-imports?delegate_type={delegate_type}&source_date=2026-01-05");
        let request = TestRequest::default().method(Method::POST).uri(&path);
        let request = request.insert_header(("Content-Type", "text/csv")).set_payload(table.to_owned());
        let answer = self.ask(request, &self.token).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.body
    }

    pub async fn ask(&self, request: TestRequest, token: &str) -> Answer {
        let request = match token {
            "" => request,
            token => request.insert_header(("Authorization", format!("Bearer {token}"))),
        };
        self.answered(request.to_request()).await
    }

    /// The same of a request that is made already.
    pub async fn answered(&self, request: actix_http::Request) -> Answer {
        let response = (self.answering)(request).await;
        let status = response.status().as_u16();
        let text = String::from_utf8_lossy(&read_body(response).await).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, text, body }
    }

    /// Until the lists have all that is recorded: while they follow, a question may be told to come again (503).
    pub async fn caught_up(&self) {
        let head = self.store.head().position;
        self.boards.wait_for(head, Duration::from_secs(60)).await.unwrap();
    }

    /// What another process would know of the log that this one has recorded, as it begins.
    pub async fn begun_again(&self) -> Casework {
        let (store, keys) = (self.store.clone(), Arc::clone(&self.casework.keys));
        let now = self.casework.now().timestamp_millis();
        let clock: event_store::Clock = Arc::new(move || now);
        Casework::start(store, keys, clock, &bootstrap(), |_| Ok(())).await.unwrap().casework
    }

    pub async fn stop(self) {
        self.boards.shutdown().await;
        self.store.shutdown().await;
    }
}

fn bootstrap() -> Bootstrap {
    Bootstrap {
        town: "江桥镇".to_owned(),
        programme: "两代表网格化联系服务活动".to_owned(),
        effective_on: NaiveDate::from_ymd_opt(2023, 12, 1).unwrap(),
        policy: serde_json::from_str(include_str!("../../../../data/policy-default.json")).unwrap(),
        calendars: vec![serde_json::from_str(include_str!("../../../../data/calendars/2026.json")).unwrap()],
        software: "huiyin tests".to_owned(),
        demo: true,
    }
}
