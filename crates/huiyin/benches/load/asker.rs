//! Writes one request after the other. None is ever made twice: every command has a key, a body and texts of its own, every
//! answer goes to another open issue, ids are drawn from the whole store.

use crate::bare;
use crate::peers::umadb;
use crate::questions;
use crate::row::Row;
use crate::servers::Server;
use crate::texts;
use crate::town::{self, Town};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use fastrand::Rng;
use serde::Deserialize;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

/// Events a page of the feed.
const FEED_PAGE: u64 = 1000;
/// People who work at the same time, each with an account.
const PEOPLE: usize = 64;
/// As many as a reception may raise.
const ISSUES_A_RECEPTION: usize = 15;

/// What a request that was written must be answered with, and what is done with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub status: u16,
    pub then: Then,
}

/// What is done with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Nothing,
    /// The issues that were raised can be answered.
    Remember,
    /// Its lines are what is counted.
    CountLines,
}

const READ: Asked = Asked { status: 200, then: Then::Nothing };

/// An issue that waits for its answer.
struct Open(String);

/// Everything that is asked of one server.
pub struct Asker {
    town: Town,
    ids: Vec<String>,
    open: Vec<Open>,
    random: Rng,
    /// Tokens of accounts, and the one that asks next.
    people: Vec<String>,
    person: usize,
    /// No other run has it; with a number behind it, it is a key that no other command has.
    run: u64,
    commands: u64,
    /// How many issues were asked for one after the other.
    each: usize,
    /// Where the feed goes on, and where it begins again.
    feed: u64,
    pub head: u64,
    /// How long the two events of a reception with one issue are on average.
    pub event_bytes: [usize; 2],
    body: String,
}

impl Asker {
    /// Of this server's store, in which these issues are.
    pub fn of(server: &Server, ids: &[String]) -> Self {
        let mut client = server.client();
        let head = client.json("/health/ready")["head"].as_u64().unwrap();
        let event_bytes = ["reception.recorded", "issue.raised"].map(|name| town::event_bytes(&mut client, name));
        let mut random = Rng::with_seed(15);
        Self {
            town: Town::read(&mut client),
            ids: ids.to_vec(),
            open: Vec::new(),
            people: (0..PEOPLE).map(|_| town::account(&mut client)).collect(),
            person: 0,
            run: Rng::new().u64(..),
            commands: 0,
            each: 0,
            feed: random.u64(..head),
            head,
            event_bytes,
            body: String::new(),
            random,
        }
    }

    /// How many issues wait for an answer.
    pub fn open_issues(&self) -> usize {
        self.open.len()
    }

    /// The next request is of whoever works at this connection.
    pub fn works_at(&mut self, connection: usize) {
        self.person = connection % PEOPLE;
    }

    /// From the first issue again.
    pub fn each_again(&mut self) {
        self.each = 0;
    }

    /// Writes the next request of a row; `nth` is how many its connection had before. `None` where there is nothing left to ask.
    pub fn next(&mut self, row: Row, nth: u32, out: &mut Vec<u8>) -> Option<Asked> {
        match row {
            Row::BareGet => self.get(bare::GET, out),
            Row::BarePost => self.reception(bare::POST, 1, out, Then::Nothing),
            Row::BareCommit => self.reception(bare::COMMIT, 1, out, Then::Nothing),
            // Its own client makes requests of its own.
            Row::UmaDb | Row::UmaDbClient => {
                let (key, first, second) = (self.key(), self.said(), self.said());
                umadb::append(out, nth, &key, [&first, &second], self.event_bytes);
                READ
            }
            Row::Stock => self.reception("/v1/receptions", ISSUES_A_RECEPTION, out, Then::Remember),
            Row::Receptions => self.reception("/v1/receptions", 1, out, Then::Remember),
            Row::Answers => {
                let issue = self.take_open()?;
                self.answer(&issue, out)
            }
            Row::Issue | Row::IssueWarm => {
                let path = format!("/v1/issues/{}", self.any_issue());
                self.get(&path, out)
            }
            Row::EachIssue => {
                let path = format!("/v1/issues/{}", self.ids.get(self.each)?);
                self.each += 1;
                self.get(&path, out)
            }
            Row::History => {
                let path = format!("/v1/issues/{}/events", self.any_issue());
                self.get(&path, out)
            }
            Row::List => {
                let path = questions::list(&self.town, &mut self.random);
                self.get(&path, out)
            }
            Row::Grids => self.get("/v1/dashboards/grids", out),
            Row::Dashboards => {
                let path = questions::dashboard(&self.town, &mut self.random);
                self.get(&path, out)
            }
            Row::Question(at) => {
                let issue = self.any_issue();
                let path = questions::address(at, &self.town, &issue, &mut self.random);
                self.get(&path, out)
            }
            Row::Mix => return self.mixed(nth, out),
            Row::Feed => {
                let after = self.feed;
                self.feed = if after + FEED_PAGE < self.head { after + FEED_PAGE } else { 0 };
                let asked = self.get(&format!("/v1/events?format=ndjson&limit={FEED_PAGE}&after={after}"), out);
                Asked { then: Then::CountLines, ..asked }
            }
        }
        .into()
    }

    /// 35 lists, 25 dashboards, 25 single issues, 8 receptions and 7 answers of a hundred.
    fn mixed(&mut self, nth: u32, out: &mut Vec<u8>) -> Option<Asked> {
        let row = match self.random.u8(..100) {
            0..35 => Row::List,
            35..60 => Row::Dashboards,
            60..85 => Row::Issue,
            85..93 => Row::Receptions,
            _ if self.open.is_empty() => Row::Receptions,
            _ => Row::Answers,
        };
        self.next(row, nth, out)
    }

    /// Takes note of the issues that a reception raised.
    pub fn remember(&mut self, answer: &[u8]) {
        #[derive(Deserialize)]
        struct Recorded {
            issues: Vec<Raised>,
        }
        #[derive(Deserialize)]
        struct Raised {
            id: String,
        }
        let recorded: Recorded = serde_json::from_slice(answer).unwrap();
        self.open.extend(recorded.issues.into_iter().map(|raised| Open(raised.id)));
    }

    /// Until the next arrival, of so many a second: exponential, as where people do not wait for one another.
    pub fn gap(&mut self, rate: f64) -> Duration {
        Duration::from_secs_f64(-(1.0 - self.random.f64()).ln() / rate)
    }

    fn any_issue(&mut self) -> String {
        self.ids[self.random.usize(..self.ids.len())].clone()
    }

    fn take_open(&mut self) -> Option<String> {
        let at = self.random.usize(..self.open.len().max(1));
        (at < self.open.len()).then(|| self.open.swap_remove(at).0)
    }

    fn key(&mut self) -> String {
        self.commands += 1;
        format!("{:016x}{:016x}", self.run, self.commands)
    }

    fn said(&mut self) -> String {
        let mut text = String::new();
        texts::said(&mut text, &mut self.random);
        text
    }

    fn get(&mut self, path: &str, out: &mut Vec<u8>) -> Asked {
        let token = &self.people[self.person];
        write!(out, "GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n").unwrap();
        READ
    }

    /// Sends `self.body` with a fresh key.
    fn post(&mut self, path: &str, out: &mut Vec<u8>) {
        let (key, token, body) = (self.key(), &self.people[self.person], &self.body);
        write!(
            out,
            "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\nidempotency-key: {key}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
    }

    fn reception(&mut self, path: &str, issues: usize, out: &mut Vec<u8>, then: Then) -> Asked {
        let Self { town, random, body, .. } = self;
        body.clear();
        let grid = &town.grids[random.usize(..town.grids.len())];
        let held_at = moment(Utc::now() - TimeDelta::seconds(random.i64(2..40_000)));
        let form = ["walk_in", "group_visit", "themed_visit", "appointment"][random.usize(..4)];
        let _infallible = write!(body, r#"{{"grid_id":"{}","form":"{form}","held_at":"{held_at}""#, grid.id);
        if !grid.units.is_empty() && random.bool() {
            let _infallible = write!(body, r#","unit_id":"{}""#, grid.units[random.usize(..grid.units.len())]);
        }
        let first = random.usize(..grid.delegates.len());
        let _infallible = write!(body, r#","delegates":[{{"delegate_id":"{}"}}"#, grid.delegates[first]);
        if grid.delegates.len() > 1 && random.bool() {
            let second = (first + random.usize(1..grid.delegates.len())) % grid.delegates.len();
            let _infallible = write!(body, r#",{{"delegate_id":"{}"}}"#, grid.delegates[second]);
        }
        body.push_str(r#"],"visitors":["#);
        for visitor in 0..random.usize(1..4) {
            body.push_str(if visitor == 0 { r#"{"name":""# } else { r#",{"name":""# });
            texts::name(body, random);
            let _infallible = write!(body, r#"","phone":"13{:09}"}}"#, random.u32(..1_000_000_000));
        }
        body.push_str(r#"],"issues":["#);
        for issue in 0..issues {
            let kind = ["demand", "suggestion", "opinion"][random.usize(..3)];
            let topic = &town.topics[random.usize(..town.topics.len())];
            let comma = if issue == 0 { "" } else { "," };
            let _infallible = write!(body, r#"{comma}{{"kind":"{kind}","topic":"{topic}","subject":""#);
            texts::subject(body, random);
            body.push_str(r#"","text":""#);
            texts::said(body, random);
            body.push_str(r#""}"#);
        }
        body.push_str("]}");
        self.post(path, out);
        Asked { status: 201, then }
    }

    fn answer(&mut self, issue: &str, out: &mut Vec<u8>) -> Asked {
        let Self { random, body, .. } = self;
        body.clear();
        let ways = [
            ("oral", "visitor_confirmation"),
            ("oral", "witness"),
            ("oral", "signature"),
            ("written", "signature"),
            ("written", "delivery_receipt"),
        ];
        let (channel, evidence) = ways[random.usize(..ways.len())];
        let outcome = ["resolved", "explained"][random.usize(..2)];
        let _infallible = write!(body, r#"{{"outcome":"{outcome}","channel":"{channel}","text":""#);
        texts::answer(body, random);
        let at = moment(Utc::now());
        let _infallible = write!(body, r#"","delivered_at":"{at}","evidence":{{"kind":"{evidence}"}}}}"#);
        self.post(&format!("/v1/issues/{issue}/answers"), out);
        READ
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
