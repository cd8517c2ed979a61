//! What the test knows to be owed, and how each of it must stand: written down by whoever plants it, never derived.

use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How an obligation may stand.
pub const STATUSES: [&str; 5] = ["fulfilled", "late", "missing", "not_yet_due", "excused"];

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
    /// Who owes it, or [`TOWN`], where it is written down here.
    pub owed_by: Option<String>,
    /// What its breach says was missing, where it is written down here.
    pub without: Option<&'static [&'static str]>,
}

/// Stands for the town among those who owe: it owes every grid its officers.
pub const TOWN: &str = "town";

impl Standing {
    fn of(status: &'static str, due_on: Option<NaiveDate>, what: &[&'static str]) -> Self {
        Self { status, what: what.to_vec(), due_on, tier: None, owed_by: None, without: None }
    }

    pub fn fulfilled(due_on: NaiveDate) -> Self {
        Self::of("fulfilled", Some(due_on), &[]).no_tier()
    }

    pub fn excused() -> Self {
        Self::of("excused", None, &[]).no_tier()
    }

    pub fn late(due_on: NaiveDate, what: &[&'static str]) -> Self {
        Self::of("late", Some(due_on), what)
    }

    pub fn missing(due_on: NaiveDate, what: &[&'static str]) -> Self {
        Self::of("missing", Some(due_on), what)
    }

    pub fn not_yet_due(due_on: NaiveDate) -> Self {
        Self::of("not_yet_due", Some(due_on), &[]).no_tier()
    }

    pub fn by(self, who: &str) -> Self {
        Self { owed_by: Some(who.to_owned()), ..self }
    }

    pub fn without(self, missing: &'static [&'static str]) -> Self {
        Self { without: Some(missing), ..self }
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

    /// Breaches that nothing made good, one of each code.
    pub fn missing(&self) -> Vec<Key> {
        let breached = |standing: &Standing| standing.status == "missing" && !standing.what.is_empty();
        let missing = self.owed.iter().filter(|(_, standing)| breached(standing)).map(|(key, _)| (&key.0, key));
        missing.rev().collect::<BTreeMap<_, _>>().into_values().cloned().collect()
    }

    /// What the breaches of some say was missing.
    pub fn without(&self) -> impl Iterator<Item = (&Key, &'static [&'static str])> {
        self.owed.iter().filter_map(|(key, standing)| Some((key, standing.without?)))
    }

    pub fn breached(&self) -> impl Iterator<Item = &Key> {
        self.owed.iter().filter(|(_, standing)| !standing.what.is_empty()).map(|(key, _)| key)
    }

    /// Those that went wrong, whether that is a breach or not.
    pub fn gone_wrong(&self) -> impl Iterator<Item = &Key> {
        let wrong = |standing: &Standing| matches!(standing.status, "late" | "missing") || !standing.what.is_empty();
        self.owed.iter().filter(move |(_, standing)| wrong(standing)).map(|(key, _)| key)
    }

    /// How many stand how, but for typical cases.
    pub fn sum_of_all(&self) -> BTreeMap<&'static str, u64> {
        let mut sums: BTreeMap<&'static str, u64> = BTreeMap::from(STATUSES.map(|status| (status, 0)));
        for (key, standing) in &self.owed {
            *sums.entry(standing.status).or_default() += u64::from(key.0 != "O-21");
        }
        sums
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
        let town = told.iter().find(|one| one["code"] == "O-18").map(|one| &one["owed_by"]["id"]);
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
            // What was found stays where it turned out to be kept, or is owed no more.
            let overtaken = !must.what.is_empty() && !matches!(must.status, "late" | "missing");
            if (one["overtaken"] == true) != overtaken {
                let _ = write!(unlike, " overtaken {overtaken}");
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
            if let Some(who) = must.owed_by
                && (if who == TOWN {
                    Some(&one["owed_by"]["id"]) != town
                } else {
                    one["owed_by"]["id"] != who.as_str()
                })
            {
                let _ = write!(unlike, " owed by {who}");
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
