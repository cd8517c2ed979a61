//! The figures of the dashboards, computed from the town as its leaves tell it.

use super::issues::Issue;
use super::town::{Reception, Town};
use chrono::{Datelike as _, Days, NaiveDate};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Which issues a dashboard is about.
#[derive(Clone, Debug, Default)]
pub struct Cohort {
    pub grid: Option<String>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Cohort {
    fn holds(&self, grid: &str, held_on: NaiveDate) -> bool {
        self.grid.as_ref().is_none_or(|chosen| chosen == grid)
            && self.from.is_none_or(|from| from <= held_on)
            && self.to.is_none_or(|to| held_on <= to)
    }

    /// Its filters as a query string, each with `&` before it.
    pub fn query(&self) -> String {
        let grid = self.grid.iter().map(|grid| format!("&grid_id={grid}"));
        let from = self.from.iter().map(|from| format!("&from={from}"));
        let to = self.to.iter().map(|to| format!("&to={to}"));
        grid.chain(from).chain(to).collect()
    }
}

/// By what the rows of a dashboard are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    Grids,
    Units,
    Delegates,
    Topics,
}

impl Rows {
    /// The last part of its address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grids => "grids",
            Self::Units => "units",
            Self::Delegates => "delegates",
            Self::Topics => "topics",
        }
    }

    /// The member that names a row, which is also the filter of the lists.
    pub fn key(self) -> &'static str {
        match self {
            Self::Grids => "grid_id",
            Self::Units => "unit_id",
            Self::Delegates => "delegate_id",
            Self::Topics => "topic",
        }
    }

    fn of_issue(self, issue: &Issue) -> Option<String> {
        match self {
            Self::Grids => Some(issue.grid.clone()),
            Self::Units => issue.unit.clone(),
            Self::Delegates => Some(issue.delegate().to_owned()),
            Self::Topics => Some(issue.topic.clone()),
        }
    }

    fn of_reception(self, reception: &Reception) -> Vec<String> {
        match self {
            Self::Grids => vec![reception.grid.clone()],
            Self::Units => reception.unit.iter().cloned().collect(),
            Self::Delegates => reception.delegates.clone(),
            Self::Topics => Vec::new(),
        }
    }
}

/// The states in the order of the API.
pub const STATES: [&str; 9] =
    ["registered", "in_hand", "escalated", "awaiting_answer", "answered", "closed", "withdrawn", "referred", "merged"];
/// The degrees of lateness.
pub const LATENESS: [&str; 4] = ["on_time", "due_soon", "overdue", "long_overdue"];

/// Monday to Sunday of a day's week.
pub fn week(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    (monday, monday + Days::new(6))
}

/// Counted, one by one.
#[derive(Clone, Debug, Default)]
struct Count {
    receptions: u64,
    states: BTreeMap<&'static str, u64>,
    open: u64,
    lateness: BTreeMap<&'static str, u64>,
    due_this_week: u64,
    silent_interim: u64,
    on_time: (u64, u64),
}

impl Count {
    fn issue(&mut self, town: &Town, issue: &Issue, today: NaiveDate) {
        let issue = &town.standing(issue, today);
        *self.states.entry(issue.state).or_default() += 1;
        let lateness = town.lateness(issue, today);
        if issue.is_open() {
            self.open += 1;
            *self.lateness.entry(lateness).or_default() += 1;
            let (monday, sunday) = week(today);
            self.due_this_week += u64::from((monday..=sunday).contains(&issue.cycle().due_on()));
            self.silent_interim += u64::from(issue.is_silent(today));
        }
        if ["answered", "closed", "referred"].contains(&issue.state) {
            self.on_time.1 += 1;
            self.on_time.0 += u64::from(town.judged_on(issue, today) <= issue.cycle().due_on());
        }
    }

    fn json(&self, receptions: bool) -> Value {
        let mut issues = json!({"raised": self.states.values().sum::<u64>(), "open": self.open});
        for state in STATES {
            issues[state] = json!(self.states.get(state).unwrap_or(&0));
        }
        let mut lateness = json!({});
        for degree in LATENESS {
            lateness[degree] = json!(self.lateness.get(degree).unwrap_or(&0));
        }
        let mut whole = json!({
            "issues": issues, "lateness": lateness, "due_this_week": self.due_this_week,
            "silent_interim": self.silent_interim,
            "answered_on_time": {"n": self.on_time.0, "of": self.on_time.1},
        });
        if receptions {
            whole["receptions"] = json!(self.receptions);
        }
        whole
    }
}

/// The one object of the overview.
pub fn overview(town: &Town, cohort: &Cohort, today: NaiveDate) -> Value {
    let mut count = Count::default();
    for reception in town.receptions.values() {
        count.receptions += u64::from(cohort.holds(&reception.grid, reception.held_on()));
    }
    for issue in town.issues.values().filter(|issue| cohort.holds(&issue.grid, issue.held_on())) {
        count.issue(town, issue, today);
    }
    count.json(true)
}

/// The rows that are not all zero.
pub fn rows(town: &Town, rows: Rows, cohort: &Cohort, today: NaiveDate) -> BTreeMap<String, Value> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for reception in town.receptions.values() {
        if cohort.holds(&reception.grid, reception.held_on()) {
            for row in rows.of_reception(reception) {
                counts.entry(row).or_default().receptions += 1;
            }
        }
    }
    for issue in town.issues.values().filter(|issue| cohort.holds(&issue.grid, issue.held_on())) {
        if let Some(row) = rows.of_issue(issue) {
            counts.entry(row).or_default().issue(town, issue, today);
        }
    }
    counts.into_iter().map(|(row, count)| (row, count.json(rows != Rows::Topics))).collect()
}

/// A row of which nothing is to be told.
pub fn nothing(rows: Rows) -> Value {
    Count::default().json(rows != Rows::Topics)
}

#[derive(Default)]
struct Majors {
    open: u64,
    overdue: u64,
    by: BTreeMap<(String, String), u64>,
}

impl Majors {
    fn json(&self) -> Value {
        let cell = |((state, level), count): (&(String, String), &u64)| json!({"state": state, "level": level, "count": count});
        json!({"open": self.open, "overdue": self.overdue, "by": self.by.iter().map(cell).collect::<Vec<_>>()})
    }
}

/// The rows of the dashboard of major issues that are not all zero; days are those of submission.
pub fn majors(town: &Town, cohort: &Cohort, today: NaiveDate) -> BTreeMap<String, Value> {
    let mut rows: BTreeMap<String, Majors> = BTreeMap::new();
    for major in town.majors.values().filter(|major| cohort.holds(&major.grid, major.submitted_on)) {
        let row = rows.entry(major.grid.clone()).or_default();
        row.open += u64::from(major.is_open());
        row.overdue += u64::from(major.is_open() && major.due_on.is_some_and(|due_on| due_on < today));
        *row.by.entry((major.state.to_owned(), major.level.clone())).or_default() += 1;
    }
    rows.into_iter().map(|(grid, row)| (grid, row.json())).collect()
}
