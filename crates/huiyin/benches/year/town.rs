//! A town whose clock stood still for a month: planning a year, the month made up for, and what the ledger answers.

use crate::opening::{Town, opened};
use crate::{median, memory};
use actix_http::Request;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{Error, web};
use api::clock::running;
use api::http::accounts::Accounts;
use api::http::health::Health;
use api::reviews::frozen::digests;
use api::routes;
use api::state::AppState;
use chrono::{DateTime, Utc};
use read_models::ReadModels;
use serde_json::{Value, json};
use simulate::{Extent, SimulatedClock, tell};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

const BEGINS: &str = "2025-09-01T00:00:00Z";
/// From here on the clock over obligations stands still.
const STOPS: &str = "2025-12-01T00:00:00Z";
const ENDS: &str = "2026-01-01T01:00:00Z";
/// How often a question is asked.
const TIMES: usize = 20;
const PATIENCE: Duration = Duration::from_secs(3600);

/// Tells so many towns' worth of receptions and measures.
pub fn measure(towns: u32) {
    let dir = tempfile::tempdir().unwrap();
    actix_web::rt::System::new().block_on(async {
        let clock = SimulatedClock::standing_at(at(BEGINS));
        let town = opened(dir.path(), &clock).await;
        let mut extent = Extent::ending_now(0, towns * 1000, 7);
        (extent.begins_at, extent.until) = (at(BEGINS), at(ENDS));
        extent.clock_stops_at = Some(at(STOPS));
        tell(&town.casework, &clock, &extent, &digests, &|_, _| ControlFlow::Continue(())).await.unwrap();
        town.store.shutdown().await;
    });
    actix_web::rt::System::new().block_on(async {
        let town = opened(dir.path(), &SimulatedClock::standing_at(at(ENDS))).await;
        let leaves = town.store.head().position.0;
        println!("\n| {towns} towns' worth, {leaves} events | |\n|---|---|");
        let (zone, log_id) = (town.casework.reference().time_zone(), town.keys.log_id());
        let boards =
            ReadModels::open(Some(&dir.path().join("boards.sqlite")), town.store.clone(), log_id, zone).await.unwrap();
        let began = Instant::now();
        boards.start().unwrap();
        boards.wait_for(town.store.head().position, PATIENCE).await.unwrap();
        row("all boards from the first event", &per_second(leaves, began.elapsed()));
        let state = AppState::new(Arc::clone(&town.casework), boards.clone());
        let began = Instant::now();
        let run = running::run(&state, at(ENDS), false).await.unwrap();
        row("the clock's month", &per_second(run.events, began.elapsed()));
        let began = Instant::now();
        let again = running::run(&state, at(ENDS), false).await.unwrap();
        assert_eq!(again.events, 0, "the clock found it twice");
        row("the clock again", &format!("{:.1} ms, no event", began.elapsed().as_secs_f64() * 1000.0));
        boards.wait_for(town.store.head().position, PATIENCE).await.unwrap();
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
        let asker = Asker { app: init_service(service.answering()).await, boards, town };
        asker.plans().await;
        asker.reads().await;
        row("resident memory at the end", &format!("{:.0} MiB", memory(std::process::id(), "VmRSS:")));
        asker.boards.shutdown().await;
        asker.town.store.shutdown().await;
    });
}

struct Asker<S> {
    app: S,
    boards: ReadModels,
    town: Town,
}

impl<S> Asker<S>
where
    S: Service<Request, Response = ServiceResponse, Error = Error>,
{
    /// A year of all grids, and the same again.
    async fn plans(&self) {
        let year = json!({"from": "2026-04-01", "to": "2027-03-31"});
        for what in ["planning a year of all grids", "planning it again"] {
            let request = TestRequest::post()
                .uri("/v1/session-plans")
                .insert_header(("content-type", "application/json"))
                .insert_header(("idempotency-key", what.replace(' ', "-")))
                .set_payload(year.to_string());
            let began = Instant::now();
            let answer: Value = serde_json::from_slice(&self.ask(request).await).unwrap();
            let took = began.elapsed().as_secs_f64() * 1000.0;
            let plan = &answer["session_plan"];
            row(what, &format!("{took:.0} ms: {} planned, {} unchanged", plan["planned"], plan["unchanged"]));
        }
        self.boards.wait_for(self.town.store.head().position, PATIENCE).await.unwrap();
    }

    /// What the ledger answers.
    async fn reads(&self) {
        for (what, path) in [
            ("page of the ledger, HTML", "/v1/clauses?format=html"),
            ("clauses, JSON", "/v1/clauses"),
            ("one clause of a quarter", "/v1/clauses/C-4.1?from=2025-10-01&to=2025-12-31"),
            ("dashboard of obligations", "/v1/dashboards/obligations"),
            ("list of 50 obligations", "/v1/obligations?limit=50"),
            ("list of 50 missing ones", "/v1/obligations?status=missing&limit=50"),
            ("dashboard of sessions", "/v1/dashboards/sessions?from=2025-10-01&to=2025-12-31"),
        ] {
            let (mut times, mut bytes) = (Vec::new(), 0);
            for _ in 0..TIMES {
                let began = Instant::now();
                bytes = self.ask(TestRequest::get().uri(path)).await.len();
                times.push(began.elapsed().as_secs_f64() * 1000.0);
            }
            let most = times.iter().copied().fold(0.0, f64::max);
            row(what, &format!("{:.2} ms (at most {most:.2}), {} KB", median(times), bytes / 1000));
        }
    }

    async fn ask(&self, request: TestRequest) -> Vec<u8> {
        let token = format!("Bearer {}", self.town.token);
        let answer = call_service(&self.app, request.insert_header(("authorization", token)).to_request()).await;
        let (status, body) = (answer.status(), read_body(answer).await);
        assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        body.to_vec()
    }
}

fn row(what: &str, figure: &str) {
    println!("| {what} | {figure} |");
}

fn per_second(events: u64, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    format!("{seconds:.2} s: {events} events, {:.0} a second", events as f64 / seconds)
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}
