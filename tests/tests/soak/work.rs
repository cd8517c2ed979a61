//! What the server is there for: receptions of all grids, each sent twice under one key, and questions to the boards.

use crate::StopAll;
use crate::harness::http::{Answer, Call, agent};
use crate::harness::{instant, now, workspace};
use crate::server::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::Scope;
use std::time::{Duration, Instant};
use ureq::Agent;

/// Receptions a second that are tried for, by all writers together.
const RATE: u32 = 200;
const WRITERS: u32 = 8;
/// Longest that one command may stay without a final answer.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Work {
    url: String,
    token: String,
    /// Delegates with their grids.
    people: Vec<(String, String)>,
    /// Issue → position, of every acknowledged reception.
    pub acknowledged: Mutex<BTreeMap<String, u64>>,
    number: AtomicU64,
    told_to_wait: AtomicU64,
    unanswered: AtomicU64,
    boards_told: AtomicU64,
    boards_behind: AtomicU64,
}

impl Work {
    pub fn at(server: &Server, token: String) -> Self {
        let mut work = Self {
            url: server.url(),
            token,
            people: Vec::new(),
            acknowledged: Mutex::new(BTreeMap::new()),
            number: AtomicU64::new(0),
            told_to_wait: AtomicU64::new(0),
            unanswered: AtomicU64::new(0),
            boards_told: AtomicU64::new(0),
            boards_behind: AtomicU64::new(0),
        };
        let client = agent();
        let roster = std::fs::read(workspace().join("data/jiangqiao-roster.csv")).unwrap();
        let import = "/v1/roster-imports?delegate_type=party&source_date=2023-12-01";
        work.call(&client, "POST", import).body("text/csv", roster).send().created();
        let people = work.call(&client, "GET", "/v1/delegates?limit=1000").send().good();
        for person in people["items"].as_array().unwrap() {
            let grid = person["assignments"][0]["grid_id"].as_str().unwrap();
            work.people.push((person["id"].as_str().unwrap().to_owned(), grid.to_owned()));
        }
        work
    }

    pub fn call(&self, client: &Agent, method: &str, path: &str) -> Call {
        let call = Call::new(client, method, format!("{}{path}", self.url));
        call.with("Authorization", &format!("Bearer {}", self.token)).with("Accept-Language", "en")
    }

    pub fn recorded(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    pub fn report(&self) -> String {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        format!(
            "{} receptions acknowledged; {} times told to wait, {} requests without an answer; boards answered {} times and were behind {} times",
            self.recorded(),
            read(&self.told_to_wait),
            read(&self.unanswered),
            read(&self.boards_told),
            read(&self.boards_behind)
        )
    }

    /// Until `receptions` are recorded, as fast as the server takes them, and nothing else: what is kept at hand fills up.
    pub fn warm_up(&self, receptions: usize) {
        let stop = AtomicBool::new(false);
        let enough = || stop.load(Ordering::SeqCst) || self.recorded() >= receptions;
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| StopAll::on_panic(&stop, || self.write(Duration::ZERO, enough)));
            }
        });
    }

    pub fn begin<'s>(&'s self, scope: &'s Scope<'s, '_>, stop: &'s AtomicBool) {
        let pause = Duration::from_secs(1) * WRITERS / RATE;
        for _ in 0..WRITERS {
            scope.spawn(move || StopAll::on_panic(stop, || self.write(pause, || stop.load(Ordering::SeqCst))));
        }
        scope.spawn(|| StopAll::on_panic(stop, || self.ask(stop)));
    }

    fn write(&self, pause: Duration, enough: impl Fn() -> bool) {
        let client = agent();
        while !enough() {
            let begun = Instant::now();
            let number = self.number.fetch_add(1, Ordering::SeqCst);
            let (delegate, grid) = &self.people[usize::try_from(number).unwrap() % self.people.len()];
            let body = json!({"grid_id": grid, "form": "walk_in", "held_at": instant(now()),
                "delegates": [{"delegate_id": delegate}], "visitors": [{"name": format!("来访人{number}")}],
                "issues": [{"kind": "demand", "topic": "livelihood", "subject": format!("第{number}件"),
                    "text": format!("第{number}件事项，请尽快处理。")}]});
            let call = self.call(&client, "POST", "/v1/receptions").body("application/json", body.to_string());
            let call = call.key(&format!("soak-{number}"));
            let first = self.insist(&call).created();
            let again = self.insist(&call);
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "recorded twice: {}", again.text());
            assert_eq!(again.created(), first, "the second answer is another one");
            let issue = first["issues"][0]["id"].as_str().unwrap().to_owned();
            let position = first["position"].as_u64().unwrap();
            let known = self.acknowledged.lock().unwrap().insert(issue, position);
            assert!(known.is_none(), "one issue, acknowledged twice");
            std::thread::sleep(pause.saturating_sub(begun.elapsed()));
        }
    }

    /// Sends a command until it is answered for good, as a careful client does: with the same key.
    fn insist(&self, call: &Call) -> Answer {
        let begun = Instant::now();
        loop {
            match call.try_send() {
                Ok(answer) if matches!(answer.status, 429 | 503) => {
                    assert!(answer.header("retry-after").is_some(), "{}", answer.text());
                    self.told_to_wait.fetch_add(1, Ordering::SeqCst);
                }
                Ok(answer) => return answer,
                Err(_) => {
                    self.unanswered.fetch_add(1, Ordering::SeqCst);
                }
            }
            assert!(begun.elapsed() < PATIENCE, "a command stays without an answer");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// A board tells the truth of its position, or that it is behind; never less than it told before.
    fn ask(&self, stop: &AtomicBool) {
        let client = agent();
        let (mut raised, mut position) = (0, 0);
        while !stop.load(Ordering::SeqCst) {
            for path in ["/v1/dashboards/overview", "/v1/issues?limit=200&state=open", "/v1/receptions?limit=200"] {
                let Ok(answer) = self.call(&client, "GET", path).try_send() else {
                    self.unanswered.fetch_add(1, Ordering::SeqCst);
                    continue;
                };
                if answer.status == 503 {
                    self.boards_behind.fetch_add(1, Ordering::SeqCst);
                    continue;
                }
                assert_eq!(answer.status, 200, "{path}: {}", answer.text());
                self.boards_told.fetch_add(1, Ordering::SeqCst);
                if path.ends_with("overview") {
                    let told: Value = answer.json();
                    let now = told["issues"]["raised"].as_u64().unwrap();
                    let at = told["as_of_position"].as_u64().unwrap();
                    assert!(
                        at >= position && now >= raised,
                        "{now} raised at {at}, before that {raised} at {position}"
                    );
                    (raised, position) = (now, at);
                }
            }
            std::thread::sleep(Duration::from_millis(250));
        }
    }
}
