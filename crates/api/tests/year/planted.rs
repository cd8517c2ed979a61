//! What the test knows to be owed, and how each of it must stand: written down by whoever plants it, never derived.

use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Code, part, id of what it is about, period.
pub type Key = (String, String, String, String);

pub fn key(code: &str, part: &str, about: &str, period: &str) -> Key {
    (code.to_owned(), part.to_owned(), about.to_owned(), period.to_owned())
}

/// How an obligation must stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub status: &'static str,
    /// The breaches that must have been found, in order.
    pub what: Vec<&'static str>,
    /// Where it is written down here.
    pub due_on: Option<NaiveDate>,
    /// The highest tier, where it is written down here.
    pub tier: Option<Option<&'static str>>,
}

impl Standing {
    pub fn fulfilled(due_on: NaiveDate) -> Self {
        Self { status: "fulfilled", what: Vec::new(), due_on: Some(due_on), tier: Some(None) }
    }

    pub fn excused() -> Self {
        Self { status: "excused", what: Vec::new(), due_on: None, tier: Some(None) }
    }

    pub fn late(due_on: NaiveDate, what: &[&'static str]) -> Self {
        Self { status: "late", what: what.to_vec(), due_on: Some(due_on), tier: None }
    }

    pub fn missing(due_on: NaiveDate, what: &[&'static str]) -> Self {
        Self { status: "missing", what: what.to_vec(), due_on: Some(due_on), tier: None }
    }

    pub fn no_tier(self) -> Self {
        Self { tier: Some(None), ..self }
    }

    pub fn tier(self, tier: &'static str) -> Self {
        Self { tier: Some(Some(tier)), ..self }
    }

    /// For one whose due day or tier is not the matter.
    pub fn whenever(self) -> Self {
        Self { due_on: None, tier: None, ..self }
    }
}

/// Everything that is owed.
#[derive(Default)]
pub struct Planted {
    owed: BTreeMap<Key, Standing>,
}

impl Planted {
    pub fn owes(&mut self, key: Key, standing: Standing) {
        self.owed.insert(key, standing);
    }

    /// It was explained.
    pub fn excuse(&mut self, key: &Key) {
        self.owed.get_mut(key).unwrap().status = "excused";
    }

    pub fn missing(&self) -> impl Iterator<Item = &Key> {
        self.owed.iter().filter(|(_, standing)| standing.status == "missing").map(|(key, _)| key)
    }

    pub fn breached(&self) -> impl Iterator<Item = &Key> {
        self.owed.iter().filter(|(_, standing)| !standing.what.is_empty()).map(|(key, _)| key)
    }

    /// How many stand how, by code.
    pub fn sums(&self) -> BTreeMap<(String, &'static str), u64> {
        let mut sums = BTreeMap::new();
        for (key, standing) in &self.owed {
            *sums.entry((key.0.clone(), standing.status)).or_default() += 1;
        }
        sums
    }

    /// Holds what the server tells against what must be: every difference, or nothing.
    pub fn differences(&self, told: &[Value]) -> Vec<String> {
        let mut left = self.owed.clone();
        let mut different = Vec::new();
        for one in told {
            let key = told_key(one);
            let Some(must) = left.remove(&key) else {
                different.push(format!("nobody owes {one}"));
                continue;
            };
            let mut unlike = String::new();
            if one["status"] != must.status {
                let _ = write!(unlike, " status {}", must.status);
            }
            let what: Vec<&str> = one["what"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if what != must.what {
                let _ = write!(unlike, " what {:?}", must.what);
            }
            if let Some(due_on) = must.due_on
                && one["due_on"] != due_on.to_string()
            {
                let _ = write!(unlike, " due_on {due_on}");
            }
            if let Some(tier) = must.tier
                && one["tier"].as_str() != tier
            {
                let _ = write!(unlike, " tier {tier:?}");
            }
            if !unlike.is_empty() {
                different.push(format!("must be{unlike}: {one}"));
            }
        }
        different.extend(left.iter().map(|(key, standing)| format!("not told: {key:?} {standing:?}")));
        different
    }
}

/// Which one the server tells of.
pub fn told_key(one: &Value) -> Key {
    let text = |member: &Value| member.as_str().unwrap_or_default().to_owned();
    (text(&one["code"]), text(&one["part"]), text(&one["about"]["id"]), text(&one["period"]))
}
