//! The log as anyone with a token reads it: `GET /v1/events` as NDJSON, line by line.

use crate::harness::Office;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::Value;

/// One leaf, as far as figures need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    pub position: u64,
    pub stream: String,
    pub version: u64,
    /// `issue.raised`.
    pub kind: String,
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    /// Position of the policy it was decided under.
    pub policy: u64,
    /// Position of the newest calendar known to the decision.
    pub calendar: u64,
    pub public: Value,
}

impl Leaf {
    #[track_caller]
    fn read(line: &str) -> Self {
        let item: Value = serde_json::from_str(line).unwrap();
        let word = |name: &str| item[name].as_str().unwrap_or_else(|| panic!("{name} is missing: {line}")).to_owned();
        let number = |name: &str| item[name].as_u64().unwrap_or(0);
        let instant = |name: &str| DateTime::parse_from_rfc3339(&word(name)).unwrap().to_utc();
        Self {
            position: number("position"),
            stream: word("stream"),
            version: number("version"),
            kind: word("type"),
            occurred_at: instant("occurred_at"),
            recorded_at: instant("recorded_at"),
            policy: number("policy"),
            calendar: number("calendar"),
            public: item["public"].clone(),
        }
    }

    /// The uuid of its stream.
    pub fn id(&self) -> &str {
        self.stream.split_once('/').map_or("", |(_, id)| id)
    }

    /// `issue`.
    pub fn family(&self) -> &str {
        self.kind.split_once('.').map_or("", |(family, _)| family)
    }

    /// What happened, without the family.
    pub fn fact(&self) -> &str {
        self.kind.split_once('.').map_or("", |(_, fact)| fact)
    }

    /// Town day on which it is claimed to have happened.
    pub fn occurred_on(&self) -> NaiveDate {
        town_day(self.occurred_at)
    }

    /// Town day on which it was recorded.
    pub fn recorded_on(&self) -> NaiveDate {
        town_day(self.recorded_at)
    }

    /// A text of `public`.
    pub fn text(&self, name: &str) -> Option<String> {
        self.public[name].as_str().map(str::to_owned)
    }

    /// A day of `public`.
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        day(&self.public[name])
    }
}

/// A day in JSON.
pub fn day(value: &Value) -> Option<NaiveDate> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// The town's day of an instant: eight hours ahead all year since 1992.
pub fn town_day(at: DateTime<Utc>) -> NaiveDate {
    (at + Duration::hours(8)).date_naive()
}

/// Puts every corrected value into the leaf it belongs to.
pub fn corrected(leaves: &[Leaf]) -> Vec<Leaf> {
    let mut all = leaves.to_vec();
    for leaf in leaves.iter().filter(|leaf| leaf.fact() == "corrected") {
        let pointer = leaf.text("pointer").unwrap();
        let value = leaf.public["value"].clone();
        let Some(target) = all.iter_mut().find(|other| Some(other.version) == leaf.public["event_version"].as_u64())
        else {
            panic!("a correction of nothing: {leaf:?}");
        };
        if pointer == "/occurred_at" {
            target.occurred_at = DateTime::from_timestamp_millis(value.as_i64().unwrap()).unwrap();
        } else if let Some(inner) = pointer.strip_prefix("/public") {
            if let Some(place) = target.public.pointer_mut(inner) {
                *place = value;
            } else {
                // A member that was absent until now: at the top of `public`, or of what stands there.
                let (above, name) = inner.rsplit_once('/').unwrap();
                target.public.pointer_mut(above).unwrap()[name] = value;
            }
        }
    }
    all
}

/// What was read of a log so far: leaves 1 to n.
#[derive(Debug, Default)]
pub struct Log {
    pub leaves: Vec<Leaf>,
}

impl Log {
    /// Position of the last leaf read.
    pub fn position(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Reads what is new.
    #[track_caller]
    pub fn read_on(&mut self, office: &Office) {
        loop {
            let page = office.get(&format!("/v1/events?after={}&limit=1000&format=ndjson", self.position())).is(200);
            let head: u64 = page.header("huiyin-head").unwrap().parse().unwrap();
            for line in page.text().lines() {
                let leaf = Leaf::read(line);
                assert_eq!(leaf.position, self.position() + 1, "the log has a gap");
                self.leaves.push(leaf);
            }
            if self.position() >= head {
                return;
            }
        }
    }
}
