//! What a freeze fixed is what comes out ever after, byte by byte: when 100,000 further events are recorded, most of them of
//! the very year that was frozen; when the index is built anew from them, in another time zone, under another policy.

use crate::harness::http::{Answer, Call, agent};
use crate::harness::{Office, Place, id, instant, today, workspace};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Datelike as _, Days, FixedOffset, NaiveDate};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Events after the freeze, but for who sets `HUIYIN_SOAK_EVENTS`.
const FURTHER_EVENTS: u64 = 100_000;
/// Issues of a reception: as many as one may have.
const ISSUES: usize = 15;
const WRITERS: usize = 8;
/// Longest that a server may need for its boards, made anew from all events.
const PATIENCE: Duration = Duration::from_secs(300);

/// A town whose review of a past year is frozen.
struct Frozen {
    office: Office,
    year: i32,
    /// Delegates with their grids.
    people: Vec<(String, String)>,
    position: u64,
    /// Of everybody: the address of their figures, and the digest in the leaf.
    leaves: Vec<(String, String)>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn further_events() -> u64 {
    let set = std::env::var("HUIYIN_SOAK_EVENTS").ok().map(|text| text.parse().unwrap());
    set.unwrap_or(FURTHER_EVENTS)
}

/// Sends a command until it is answered for good.
fn insist(call: &Call) -> Value {
    loop {
        let answer = call.send();
        if !matches!(answer.status, 429 | 503) {
            return answer.good();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A day of a year, the same of the same number, in the afternoon.
fn afternoon(year: i32, number: u64) -> DateTime<FixedOffset> {
    let day = NaiveDate::from_ymd_opt(year, 1, 8).unwrap() + Days::new(number % 350);
    let town = FixedOffset::east_opt(8 * 3600).unwrap();
    day.and_hms_opt(14, 0, 0).unwrap().and_local_timezone(town).unwrap()
}

impl Frozen {
    /// The newest year whose figures may be frozen today, frozen with something in it.
    fn year() -> Self {
        let mut office = Office::at(Arc::new(Place::new()));
        office.imports_roster().created();
        office.meets();
        let listed = office.get("/v1/delegates?limit=1000").good();
        let people = listed["items"].as_array().unwrap().iter().map(|person| {
            let grid = person["assignments"][0]["grid_id"].as_str().unwrap();
            (id(person), grid.to_owned())
        });
        let year = (today() - Days::new(10)).year() - 1;
        let mut frozen = Self { people: people.collect(), office, year, position: 0, leaves: Vec::new() };
        for number in 0..60 {
            frozen.receives(&agent(), number, 2);
        }
        frozen.office.post(&frozen.path("opening"), &json!({})).created();
        let review = frozen.office.post(&frozen.path("freeze"), &json!({})).good()["review"].clone();
        frozen.position = review["position"].as_u64().unwrap();
        let events = frozen.office.get("/v1/events?type=appraisal.indicators_frozen&limit=1000").good();
        let leaves = events["items"].as_array().unwrap().iter().map(|leaf| {
            let public = &leaf["public"];
            let of = |kind: &str, key: &str| public[key].as_str().map(|id| frozen.path(&format!("{kind}/{id}")));
            let address = of("delegates", "delegate_id").or_else(|| of("grids", "grid_id")).unwrap();
            (address, public["digest"].as_str().unwrap().to_owned())
        });
        frozen.leaves = leaves.collect();
        assert_eq!(frozen.leaves.len() as u64, review["subjects"].as_u64().unwrap());
        frozen
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/reviews/{}/{rest}", self.year)
    }

    /// Records a reception of the year, and the answer to the first of its issues: the position of that.
    fn receives(&self, client: &ureq::Agent, number: u64, issues: usize) -> u64 {
        let post = |path: &str, body: &Value| {
            let url = format!("{}{path}", self.office.server().url);
            let call = Call::new(client, "POST", url).with("Authorization", &format!("Bearer {}", self.office.token()));
            insist(&call.body("application/json", body.to_string()))
        };
        let (delegate, grid) = &self.people[usize::try_from(number).unwrap() % self.people.len()];
        let held_at = afternoon(self.year, number);
        let issues: Vec<Value> = (0..issues)
            .map(|at| {
                json!({"kind": "demand", "topic": "livelihood", "subject": format!("第{number}-{at}件"),
                    "text": format!("第{number}-{at}件事项，请尽快处理。")})
            })
            .collect();
        let reception = json!({"grid_id": grid, "form": "walk_in", "held_at": instant(held_at),
            "delegates": [{"delegate_id": delegate}], "visitors": [{"name": format!("来访人{number}")}], "issues": issues});
        let recorded = post("/v1/receptions", &reception);
        let answer = json!({"outcome": "resolved", "channel": "oral", "text": "已现场解决。",
            "delivered_at": instant(held_at + chrono::Duration::days(1)), "evidence": {"kind": "visitor_confirmation"}});
        let path = format!("/v1/issues/{}/answers", id(&recorded["issues"][0]));
        post(&path, &answer)["position"].as_u64().unwrap()
    }

    /// Records on, as fast as the server takes it, until there are so many events more.
    fn goes_on(&self) -> u64 {
        let (until, next) = (self.office.head() + further_events(), AtomicU64::new(60));
        let position = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    let client = agent();
                    while position.load(Ordering::SeqCst) < until {
                        let at = self.receives(&client, next.fetch_add(1, Ordering::SeqCst), ISSUES);
                        position.fetch_max(at, Ordering::SeqCst);
                    }
                });
            }
        });
        self.office.head()
    }

    /// Everybody's bytes, which their header and their leaf both speak of.
    fn bytes(&self) -> Vec<Vec<u8>> {
        let of = |(address, digest): &(String, String)| {
            let answer: Answer = self.office.get(&format!("{address}/frozen")).is(200);
            let own: [u8; 32] = Sha256::digest(&answer.body).into();
            assert_eq!(&hex(&own), digest, "{address}");
            let told = format!("sha-256=:{}:", STANDARD.encode(own));
            assert_eq!(answer.header("repr-digest"), Some(told.as_str()), "{address}");
            answer.body
        };
        self.leaves.iter().map(of).collect()
    }

    /// What the plain question about some of them is answered with, as of the position of the freeze, by its rules.
    fn counted_again(&self, kept: &[Vec<u8>]) {
        let of_everybody = self.leaves.iter().zip(kept);
        // Delegates and grids: a leaf of each freeze is either.
        for ((address, _), bytes) in of_everybody.step_by(23) {
            let asked = self.office.get(&format!("{address}?as_of_position={}&rules=review/2", self.position)).is(200);
            assert_eq!(&asked.body, bytes, "{address}");
        }
    }

    fn is_the_same(&self, kept: &[Vec<u8>]) {
        assert!(self.bytes() == kept, "other bytes than those that were frozen");
        self.counted_again(kept);
    }

    /// A server that has nothing in memory, and waits until its boards are read up to the log.
    fn starts_anew(&mut self, before: impl FnOnce(&Place)) {
        self.office.stops();
        before(self.office.place());
        self.office.restarts_alive();
        let begun = Instant::now();
        while self.office.get("/health/ready").status != 200 {
            assert!(begun.elapsed() < PATIENCE, "not ready: {}", self.office.get("/health/ready").text());
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Deletes the boards, and with them the index of what a review must read.
fn without_boards(data: &Path) {
    let mut deleted = 0;
    for entry in std::fs::read_dir(data).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().contains(".sqlite")) {
            std::fs::remove_file(&path).unwrap();
            deleted += 1;
        }
    }
    assert!(deleted > 0, "no boards in {}", data.display());
}

/// The rules in force with other days to answer in and other weights, from today on.
fn adopts_another_policy(office: &Office) {
    let policy = std::fs::read(workspace().join("data/policy-default.json")).unwrap();
    let mut policy: Value = serde_json::from_slice(&policy).unwrap();
    policy["name"] = json!("十个工作日");
    policy["effective_from"] = json!(today());
    policy["answer"]["final_working_days"] = json!(10);
    office.post("/v1/policies", &policy).created();
}

#[test]
fn frozen_figures_come_out_byte_by_byte_after_a_hundred_thousand_events() {
    let _alone = crate::alone();
    let begun = Instant::now();
    let told = |what: &str| println!("{:>5.1?}: {what}", begun.elapsed());
    let mut frozen = Frozen::year();
    let kept = frozen.bytes();
    frozen.counted_again(&kept);
    told("frozen");

    let before = frozen.office.head();
    let after = frozen.goes_on();
    assert!(after >= before + further_events());
    told(&format!("{} further events", after - before));
    let (address, _) = frozen.leaves.iter().find(|(address, _)| address.contains("/grids/")).unwrap();
    let now = frozen.office.get(&format!("{address}?at_least={after}")).good();
    let own = frozen.leaves.iter().position(|(known, _)| known == address).unwrap();
    let then: Value = serde_json::from_slice(&kept[own]).unwrap();
    assert_ne!(now["indicators"], then["indicators"], "the further events are of no weight");
    frozen.is_the_same(&kept);
    frozen.starts_anew(|_| {});
    frozen.is_the_same(&kept);
    told("by a server that remembers nothing");

    adopts_another_policy(&frozen.office);
    frozen.starts_anew(|place| {
        place.moves_to("America/New_York");
        without_boards(&place.data());
    });
    frozen.is_the_same(&kept);
    told("under another policy, in New York, from an index that was deleted");

    frozen.office.post("/v1/read-models/review_index/rebuild", &json!({})).is(202);
    frozen.is_the_same(&kept);
    frozen.office.stops();
    told("while the index is built anew");
}
