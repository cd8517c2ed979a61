//! The whole town as the first n leaves tell it.

use super::days::Calendars;
use super::issues::Issue;
use super::log::{Leaf, corrected, town_day};
use super::sessions::Session;
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A reception, corrections in their places.
#[derive(Clone, Debug)]
pub struct Reception {
    pub grid: String,
    pub unit: Option<String>,
    pub delegates: Vec<String>,
    pub leaf: Leaf,
}

impl Reception {
    fn read(stream: &[Leaf]) -> Self {
        let leaf = corrected(stream).swap_remove(0);
        let delegates = leaf.public["delegates"].as_array().unwrap().iter();
        Self {
            grid: leaf.text("grid_id").unwrap(),
            unit: leaf.text("unit_id"),
            delegates: delegates.map(|sat| sat["delegate_id"].as_str().unwrap().to_owned()).collect(),
            leaf,
        }
    }

    /// Town day on which it was held.
    pub fn held_on(&self) -> NaiveDate {
        self.leaf.occurred_on()
    }
}

/// A major issue.
#[derive(Clone, Debug)]
pub struct Major {
    pub grid: String,
    pub level: String,
    pub state: &'static str,
    pub submitted_on: NaiveDate,
    /// The date given to the office that leads.
    pub due_on: Option<NaiveDate>,
}

impl Major {
    fn read(stream: &[Leaf]) -> Self {
        let first = &stream[0];
        let mut major = Self {
            grid: first.text("grid_id").unwrap(),
            level: first.text("level").unwrap(),
            state: "submitted",
            submitted_on: first.occurred_on(),
            due_on: None,
        };
        for leaf in stream {
            major.follow(leaf);
        }
        major
    }

    fn follow(&mut self, leaf: &Leaf) {
        if let Some(level) = leaf.text("level").or_else(|| leaf.text("to")) {
            self.level = level;
        }
        match leaf.fact() {
            "triaged" => {
                self.state = match leaf.public["decision"].as_str().unwrap() {
                    "accept" => "triaged",
                    "return" => "returned",
                    _ => "referred",
                };
            }
            "deliberated" => self.state = "deliberated",
            "assigned" => {
                self.state = "assigned";
                self.due_on = super::log::day(&leaf.public["due"]["on"]);
            }
            "accepted" => self.state = "handling",
            "refusal_decided" if leaf.public["upheld"] == true => {
                self.state = "deliberated";
                self.due_on = None;
            }
            "refusal_decided" => self.state = "handling",
            "outcome_reported" => self.state = "reported_back",
            "verified" => self.state = "verified",
            "returned_for_rework" => self.state = "returned_for_rework",
            "concluded" => self.state = "concluded",
            _ => {}
        }
    }

    /// Whether it is under way.
    pub fn is_open(&self) -> bool {
        !["concluded", "returned", "referred"].contains(&self.state)
    }
}

/// The families whose streams are kept.
const FAMILIES: [&str; 11] = [
    "issue",
    "reception",
    "major_issue",
    "session",
    "leave",
    "study",
    "deed",
    "typical_case",
    "activity",
    "meeting",
    "appraisal",
];

/// The town after some leaf.
#[derive(Debug, Default)]
pub struct Town {
    pub position: u64,
    /// Town day on which the last leaf was recorded.
    pub recorded_on: NaiveDate,
    pub calendars: Calendars,
    policies: Vec<(u64, Value)>,
    /// Town day on which the first of them was recorded.
    pub first_policy_on: Option<NaiveDate>,
    /// Names by id.
    pub grids: BTreeMap<String, String>,
    /// Town day on which each was defined.
    pub defined_grids: BTreeMap<String, NaiveDate>,
    /// Grid by unit.
    pub units: BTreeMap<String, String>,
    /// Where each was defined.
    defined_units: Vec<Leaf>,
    /// Names by id.
    pub delegates: BTreeMap<String, String>,
    /// Kinds by id.
    pub offices: BTreeMap<String, String>,
    /// Their leaves by id.
    pub people: BTreeMap<String, Vec<Leaf>>,
    streams: BTreeMap<String, Vec<Leaf>>,
    pub receptions: BTreeMap<String, Reception>,
    pub issues: BTreeMap<String, Issue>,
    pub majors: BTreeMap<String, Major>,
    pub sessions: BTreeMap<String, Session>,
}

impl Town {
    /// The town of these first leaves.
    pub fn of(leaves: &[Leaf]) -> Self {
        let mut town = Self::default();
        town.follow(leaves);
        town
    }

    /// Takes up the next leaves.
    pub fn follow(&mut self, leaves: &[Leaf]) {
        let mut touched = BTreeSet::new();
        for leaf in leaves {
            assert_eq!(leaf.position, self.position + 1);
            self.position = leaf.position;
            self.recorded_on = town_day(leaf.recorded_at);
            match leaf.kind.as_str() {
                "area.grid_defined" => {
                    self.grids.insert(leaf.id().to_owned(), leaf.text("name").unwrap());
                    self.defined_grids.insert(leaf.id().to_owned(), leaf.recorded_on());
                }
                "area.unit_defined" => {
                    self.units.insert(leaf.id().to_owned(), leaf.text("parent_id").unwrap());
                    self.defined_units.push(leaf.clone());
                }
                "delegate.registered" => {
                    self.delegates.insert(leaf.id().to_owned(), leaf.text("name").unwrap());
                }
                "office.registered" => {
                    self.offices.insert(leaf.id().to_owned(), leaf.text("kind").unwrap());
                }
                "policy.version_adopted" => {
                    self.first_policy_on.get_or_insert(leaf.recorded_on());
                    self.policies.push((leaf.position, leaf.public.clone()));
                }
                "calendar.published" | "calendar.amended" => self.calendars.take(leaf),
                _ => {}
            }
            if leaf.family() == "delegate" {
                self.people.entry(leaf.id().to_owned()).or_default().push(leaf.clone());
            }
            if FAMILIES.contains(&leaf.family()) {
                self.streams.entry(leaf.stream.clone()).or_default().push(leaf.clone());
                touched.insert(leaf.stream.clone());
            }
        }
        for stream in touched {
            let leaves = &self.streams[&stream];
            let id = leaves[0].id().to_owned();
            match leaves[0].family() {
                "issue" => drop(self.issues.insert(id, Issue::read(leaves, &self.calendars))),
                "reception" => drop(self.receptions.insert(id, Reception::read(leaves))),
                "session" => drop(self.sessions.insert(id, Session::read(leaves))),
                // Read where they are asked for.
                "leave" | "study" | "deed" | "typical_case" | "activity" | "meeting" | "appraisal" => {}
                _ => drop(self.majors.insert(id, Major::read(leaves))),
            }
        }
    }

    /// The leaves of a stream.
    pub fn stream(&self, stream: &str) -> &[Leaf] {
        &self.streams[stream]
    }

    /// The leaves of absence of a delegate.
    pub fn leaves_of(&self, delegate: &str) -> &[Leaf] {
        self.streams.get(&format!("leave/{delegate}")).map_or(&[], Vec::as_slice)
    }

    /// Where the units of a grid were defined.
    pub fn units_of(&self, grid: &str) -> impl Iterator<Item = &Leaf> {
        self.defined_units.iter().filter(move |unit| unit.public["parent_id"] == *grid)
    }

    /// The ids of a family in the order in which they came.
    pub fn ids(&self, family: &str) -> Vec<String> {
        let of_family = self.streams.values().filter(|leaves| leaves[0].family() == family);
        let mut firsts: Vec<&Leaf> = of_family.map(|leaves| &leaves[0]).collect();
        firsts.sort_by_key(|leaf| leaf.position);
        firsts.iter().map(|leaf| leaf.id().to_owned()).collect()
    }

    /// The policy adopted at a position.
    #[track_caller]
    pub fn policy(&self, position: u64) -> &Value {
        let found = self.policies.iter().find(|(adopted, _)| *adopted == position);
        &found.unwrap_or_else(|| panic!("no policy was adopted at {position}")).1
    }

    /// The policy in force on a day: of those effective by then the one that became so last, among equals the one
    /// adopted last. Nothing before the first.
    pub fn policy_on(&self, on: NaiveDate) -> Option<(u64, &Value)> {
        let mut best: Option<(NaiveDate, u64, &Value)> = None;
        for (position, policy) in &self.policies {
            let from = super::log::day(&policy["effective_from"]).unwrap();
            if from <= on && best.is_none_or(|(begun, _, _)| begun <= from) {
                best = Some((from, *position, policy));
            }
        }
        best.map(|(_, position, policy)| (position, policy))
    }

    /// The policy an issue's cycle runs under.
    pub fn policy_of(&self, issue: &Issue) -> &Value {
        self.policy(issue.cycle().began.policy)
    }

    /// An issue as it stands on a day: what has ended of itself has ended.
    pub fn standing(&self, issue: &Issue, today: NaiveDate) -> Issue {
        let mut standing = issue.clone();
        standing.cycles.last_mut().unwrap().run_again(&self.calendars, today);
        standing
    }

    /// How an issue stands.
    pub fn lateness(&self, issue: &Issue, today: NaiveDate) -> &'static str {
        issue.lateness(self.policy_of(issue), &self.known_to(issue), today)
    }

    /// The day by which an issue is judged.
    pub fn judged_on(&self, issue: &Issue, today: NaiveDate) -> NaiveDate {
        issue.judged_on(self.policy_of(issue), &self.known_to(issue), today)
    }

    /// The calendars it is judged by. One for which nothing is owed any more keeps those of its last leaf.
    fn known_to(&self, issue: &Issue) -> std::rc::Rc<super::days::Calendar> {
        self.calendars.at(if issue.is_open() { self.position } else { issue.leaves.last().unwrap().position })
    }
}
