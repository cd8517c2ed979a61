//! The words a test is written in: an office with a server, a roster and a liaison officer's day.

use super::binary::workspace;
use super::http::{Answer, Call, Problem, agent, id};
use super::server::{PATIENCE, Place, Server};
use chrono::{DateTime, FixedOffset, NaiveDate, SubsecRound as _, Utc};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::Agent;

/// This instant in the town's time, to the millisecond, as instants are compared, and not after now.
pub fn now() -> DateTime<FixedOffset> {
    // The town's zone (policy, Asia/Shanghai) has had one offset since 1992.
    Utc::now().trunc_subsecs(3).with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap())
}

/// Today in the town.
pub fn today() -> NaiveDate {
    now().date_naive()
}

/// An instant as a body holds it.
pub fn instant(at: DateTime<FixedOffset>) -> String {
    at.to_rfc3339()
}

/// One thing raised, as a body of a reception holds it.
pub fn demand(subject: &str) -> Value {
    json!({"kind": "demand", "topic": "livelihood", "subject": subject, "text": format!("{subject}，请尽快处理。")})
}

/// The size in a checkpoint: the head of the log.
pub fn head_of(checkpoint: &str) -> u64 {
    checkpoint
        .lines()
        .nth(1)
        .and_then(|line| line.parse().ok())
        .unwrap_or_else(|| panic!("no checkpoint:\n{checkpoint}"))
}

/// A server, whoever speaks to it, and the people it knows.
#[derive(Debug)]
pub struct Office {
    /// The server; `None` while it is stopped.
    server: Option<Server>,
    place: Arc<Place>,
    agent: Agent,
    token: String,
    /// The first grid of the list.
    pub grid: String,
    /// A unit of it.
    pub unit: String,
    /// A Party delegate of that grid.
    pub delegate: String,
    /// Another one.
    pub other_delegate: String,
}

impl Office {
    /// A fresh server that knows nobody yet.
    #[track_caller]
    pub fn empty() -> Self {
        Self::at(Arc::new(Place::new()))
    }

    /// A server on this place.
    #[track_caller]
    pub fn at(place: Arc<Place>) -> Self {
        let server = Server::start(&place);
        let token = place.token();
        let nobody = String::new;
        Self {
            server: Some(server),
            place,
            agent: agent(),
            token,
            grid: nobody(),
            unit: nobody(),
            delegate: nobody(),
            other_delegate: nobody(),
        }
    }

    /// A fresh server with the Party delegates of Annex 1.
    #[track_caller]
    pub fn open() -> Self {
        let mut office = Self::empty();
        office.imports_roster().created();
        office.meets();
        office
    }

    /// Picks the people of the first grid.
    #[track_caller]
    pub fn meets(&mut self) {
        let grids = self.get("/v1/grids").good();
        self.grid = id(&grids["items"][0]);
        let units = self.get(&format!("/v1/units?grid_id={}", self.grid)).good();
        self.unit = id(&units["items"][0]);
        let delegates = self.get(&format!("/v1/delegates?grid_id={}", self.grid)).good();
        (self.delegate, self.other_delegate) = (id(&delegates["items"][0]), id(&delegates["items"][1]));
    }

    /// The running server.
    #[track_caller]
    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("the server is stopped")
    }

    /// Where it lives.
    pub fn place(&self) -> &Arc<Place> {
        &self.place
    }

    /// The administrator's token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Crashes the server; everything said to it afterwards fails until [`Self::restarts`].
    pub fn crashes(&mut self) {
        self.server.take().expect("the server is stopped").kill();
    }

    /// Stops the server as an operator would.
    #[track_caller]
    pub fn stops(&mut self) {
        self.server.take().expect("the server is stopped").stop();
    }

    /// Starts a server on the same place again.
    #[track_caller]
    pub fn restarts(&mut self) {
        assert!(self.server.is_none(), "it still runs");
        self.server = Some(Server::start(&self.place));
        self.agent = agent();
    }

    /// Starts a server on the same place again, and waits only until it answers.
    #[track_caller]
    pub fn restarts_alive(&mut self) {
        assert!(self.server.is_none(), "it still runs");
        self.server = Some(Server::start_alive(&self.place));
        self.agent = agent();
    }

    /// What health says once the boards have been read up to the log, whether anything is wrong or not.
    #[track_caller]
    pub fn health_when_started(&self) -> Answer {
        let begun = Instant::now();
        loop {
            let answer = self.get("/health/ready");
            if answer.json()["status"] != "starting" {
                return answer;
            }
            assert!(begun.elapsed() < PATIENCE, "it never starts: {}", answer.json());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts the server again as after a boot of its machine, whose clock is off by so many seconds from now on.
    #[track_caller]
    pub fn boots(&mut self, moved_by: i64) {
        self.stops();
        // How the clocks stood belongs to the boot before; a server that ended before it wrote has nothing there.
        let _ = std::fs::remove_file(self.place.data().join("clock"));
        self.place.clock().is_moved_by(moved_by);
        self.restarts();
    }

    /// The same, so many days after today.
    #[track_caller]
    pub fn boots_on_day(&mut self, days: i64) {
        self.boots(days * 86_400);
        self.ran();
    }

    /// Waits until the server has run the clock over obligations for what has come about meanwhile: from then on nothing is
    /// recorded but what somebody sends.
    #[track_caller]
    pub fn ran(&self) -> Value {
        let begun = Instant::now();
        loop {
            let clock = self.get("/v1/clock").good();
            if clock["ran_until"].is_string() && clock["waiting"] == 0 {
                return clock;
            }
            assert!(begun.elapsed() < PATIENCE, "{clock:#}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A request by the administrator.
    #[track_caller]
    pub fn call(&self, method: &str, path: &str) -> Call {
        let url = format!("{}{path}", self.server().url);
        Call::new(&self.agent, method, url).with("Authorization", &format!("Bearer {}", self.token))
    }

    /// Asks.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send()
    }

    /// A command in the making.
    #[track_caller]
    pub fn command(&self, path: &str, body: &Value) -> Call {
        self.call("POST", path).body("application/json", body.to_string())
    }

    /// Commands.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.command(path, body).send()
    }

    /// Commands something to an issue.
    #[track_caller]
    pub fn does(&self, issue: &str, fact: &str, body: &Value) -> Answer {
        self.post(&format!("/v1/issues/{issue}/{fact}"), body)
    }

    /// Commands something to a major issue.
    #[track_caller]
    pub fn handles(&self, major_issue: &str, fact: &str, body: &Value) -> Answer {
        self.post(&format!("/v1/major-issues/{major_issue}/{fact}"), body)
    }

    /// Imports the roster of Annex 1.
    #[track_caller]
    pub fn imports_roster(&self) -> Answer {
        let roster = std::fs::read(workspace().join("data/jiangqiao-roster.csv")).unwrap();
        self.imports("party", roster)
    }

    /// Imports a roster.
    #[track_caller]
    pub fn imports(&self, delegate_type: &str, csv: impl Into<Vec<u8>>) -> Answer {
        let path = format!("/v1/roster-imports?delegate_type={delegate_type}&source_date=2023-12-01");
        self.call("POST", &path).body("text/csv", csv).send()
    }

    /// The body of a reception held at an instant, with these things raised.
    pub fn reception(&self, held_at: DateTime<FixedOffset>, issues: &[Value]) -> Value {
        json!({
            "grid_id": self.grid, "form": "walk_in", "held_at": instant(held_at),
            "delegates": [{"delegate_id": self.delegate}],
            "visitors": [{"name": "王小明", "phone": "13800001234"}],
            "issues": issues,
        })
    }

    /// Records a reception held just now.
    #[track_caller]
    pub fn records_reception(&self, issues: &[Value]) -> Value {
        self.records_reception_of(now(), issues)
    }

    /// Records a reception held at an instant.
    #[track_caller]
    pub fn records_reception_of(&self, held_at: DateTime<FixedOffset>, issues: &[Value]) -> Value {
        self.post("/v1/receptions", &self.reception(held_at, issues)).created()
    }

    /// Records a reception held just now with one thing raised: the issue's id.
    #[track_caller]
    pub fn raises(&self, subject: &str) -> String {
        self.raises_at(now(), subject)
    }

    /// The same, held at an instant.
    #[track_caller]
    pub fn raises_at(&self, held_at: DateTime<FixedOffset>, subject: &str) -> String {
        id(&self.records_reception_of(held_at, &[demand(subject)])["issues"][0])
    }

    /// The body of an oral answer of now.
    pub fn answer(&self) -> Value {
        json!({"outcome": "resolved", "channel": "oral", "text": "已现场解决。", "delivered_at": instant(now()), "evidence": {"kind": "visitor_confirmation"}})
    }

    /// Registers an office: its id.
    #[track_caller]
    pub fn registers_office(&self, name: &str, kind: &str) -> String {
        id(&self.post("/v1/offices", &json!({"name": name, "kind": kind})).created()["office"])
    }

    /// An issue as it is.
    #[track_caller]
    pub fn issue(&self, issue: &str) -> Value {
        self.get(&format!("/v1/issues/{issue}")).good()
    }

    /// Its history.
    #[track_caller]
    pub fn history(&self, issue: &str) -> Vec<Value> {
        self.get(&format!("/v1/issues/{issue}/events?limit=1000")).good()["items"].as_array().unwrap().clone()
    }

    /// The head of the log, by its checkpoint, which covers everything acknowledged.
    #[track_caller]
    pub fn head(&self) -> u64 {
        head_of(&self.get("/log/checkpoint").is(200).text())
    }

    /// Sends something that must be refused, in both languages: the answers differ in words only, and the log has not
    /// moved.
    #[track_caller]
    pub fn refuses(&self, call: &Call, status: u16, code: &str) -> Problem {
        let before = self.head();
        let zh = call.clone().with("Accept-Language", "zh-CN").send().problem(status, code);
        let en = call.clone().with("Accept-Language", "en").send().problem(status, code);
        assert_eq!(zh.constant(), en.constant(), "code, clause and pointers change with the language");
        for name in ["title", "detail"] {
            assert!(!zh.json[name].as_str().unwrap().is_ascii(), "{name} is not Chinese: {:#}", zh.json);
            assert!(
                en.json[name].as_str().unwrap().chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() == 0,
                "{name} is not English: {:#}",
                en.json
            );
        }
        assert_eq!(self.head(), before, "a refusal moved the log: {:#}", en.json);
        en
    }

    /// [`Self::refuses`] a JSON command.
    #[track_caller]
    pub fn refuses_command(&self, path: &str, body: &Value, status: u16, code: &str) -> Problem {
        self.refuses(&self.command(path, body), status, code)
    }

    /// [`Self::refuses`] a question.
    #[track_caller]
    pub fn refuses_question(&self, path: &str, status: u16, code: &str) -> Problem {
        self.refuses(&self.call("GET", path), status, code)
    }
}
