//! One command and one question that stand for any, and the server they run on.

use actix_web::HttpResponse;
use api::http::account::Account;
use api::http::account::KnownBy;
use api::http::accounts::Accounts;
use api::http::extract::{Command, PathId, Question};
use api::http::format::Format;
use api::http::health::{Health, Readiness};
use api::http::route::{get as question, post as order};
use api::input::body::{Fields, choice, text};
use api::problem::Problem;
use api::problem::codes::HttpCode;
use api::routes;
use api::server::{Address, Service, Settings, bind};
use domain::access::Action;
use domain::refusal::{Code, Refusal};
use domain::vocabulary::{Level, Role};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{LazyLock, Mutex};
use uuid::Uuid;

/// The one token that is known.
pub const TOKEN: &str = "demonstration-token";

/// What the command takes.
struct Escalation {
    level: Level,
    reason: String,
}

impl Escalation {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let level = fields.required("level", choice(Level::ALL, Level::as_str));
        let reason = fields.required("reason", text(api::limits::TEXT_CHARS_MAX));
        Some(Self { level: level?, reason: reason? })
    }
}

/// Escalate a demonstration
///
/// Shows what a command is given; some levels are refused as a rule, a value or a bug would be.
async fn escalate(command: Command, id: PathId) -> Result<HttpResponse, Problem> {
    let body = command.read(Escalation::read)?;
    match body.level {
        Level::L1 => return Err(Refusal::new(Code::IssueClosed).into()),
        Level::L2 => return Err(Refusal::new(Code::InTheFuture).at("/reason").into()),
        Level::L3 => {}
        Level::L4 => panic!("{}", body.reason),
    }
    Ok(HttpResponse::Ok().json(json!({
        "level": body.level, "reason": body.reason, "key": command.idempotency_key, "if_match": command.if_match,
        "role": command.role.as_str(), "action": command.caller.action.as_str(), "id": id.0,
    })))
}

/// List demonstrations
///
/// Shows how a query is read.
async fn list(asked: Question) -> Result<HttpResponse, Problem> {
    let read = |query: &mut api::input::query::Query| Some((query.page(), query.as_of()));
    let ((page, as_of), format) = asked.read_as(&[Format::Json, Format::Ndjson], read)?;
    if page.limit == 1000 {
        return Err(Problem::new(HttpCode::Overloaded));
    }
    Ok(HttpResponse::Ok().json(json!({
        "limit": page.limit, "as_of": format!("{as_of:?}"), "format": format.name(),
    })))
}

/// A server of its own thread.
pub struct Served {
    /// Where it listens.
    pub listens_on: SocketAddr,
    /// Hears when it has ended.
    pub ended: Receiver<()>,
}

/// Starts a server that runs until `stop` resolves.
pub fn serve(stop: impl Future<Output = ()> + Send + 'static) -> Served {
    let known = |token: &str| {
        (token == TOKEN).then(|| Account {
            id: Uuid::nil(),
            name: "demonstration".to_owned(),
            roles: vec![Role::Administrator, Role::Liaison],
            known_by: KnownBy::Token(Uuid::nil()),
            grant_ids: Vec::new(),
        })
    };
    let accounts = Accounts::new(known, |token| token == Uuid::nil());
    let health = Health::new(|| {
        let details = serde_json::Map::from_iter([("head".to_owned(), json!(7))]);
        Readiness { caught_up: false, wrong: Vec::new(), details }
    });
    let table = routes::table().and(vec![
        order("/v1/demonstrations/{id}/escalations", Action::IssueEscalate, escalate),
        question("/v1/demonstrations", Action::IssueList, list),
    ]);
    let service = Service::new(table, accounts, health, |_| {});
    let (tell, told) = sync_channel(1);
    let (end, ended) = sync_channel(1);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let settings = Settings { workers: Some(2), ..Settings::default() };
            let bound = bind(service, settings, Address::take("127.0.0.1:0").unwrap(), stop).unwrap();
            tell.send(bound.listens_on).unwrap();
            bound.run().await.unwrap();
        });
        let _ = end.send(());
    });
    Served { listens_on: told.recv().unwrap(), ended }
}

/// Where the server that all tests share listens.
pub fn start() -> SocketAddr {
    static SERVER: LazyLock<Mutex<Served>> = LazyLock::new(|| Mutex::new(serve(std::future::pending())));
    SERVER.lock().unwrap().listens_on
}
