//! One server beside one reading of its log: every dashboard figure against the second computation and against the
//! lists behind it.

use super::clock::today;
use super::dashboards::{self, Cohort, LATENESS, Rows, STATES, week};
use super::dice::Dice;
use super::log::Log;
use super::town::Town;
use crate::harness::{Office, id};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The log moved, or the day changed, while a comparison was going on: it is made again.
#[derive(Debug)]
pub struct Moved;

/// Whether everything that `part` says is said in `whole`, too.
fn is_part(part: &Value, whole: &Value) -> bool {
    match part.as_object() {
        Some(members) => members.iter().all(|(name, value)| is_part(value, &whole[name])),
        None => part == whole,
    }
}

/// What is compared with what.
#[derive(Debug)]
pub struct Beside {
    pub office: Office,
    pub log: Log,
    pub town: Town,
    /// From which this history came; a failing test names it.
    pub seed: u64,
}

impl Beside {
    /// Begins to read along.
    pub fn new(office: Office, seed: u64) -> Self {
        let mut beside = Self { office, log: Log::default(), town: Town::default(), seed };
        beside.reads_on();
        beside
    }

    /// Takes up what is new.
    #[track_caller]
    pub fn reads_on(&mut self) {
        let known = self.log.leaves.len();
        self.log.read_on(&self.office);
        self.town.follow(&self.log.leaves[known..]);
    }

    /// Asks until one comparison went through undisturbed.
    #[track_caller]
    pub fn settled<T>(&mut self, compare: impl Fn(&Self, NaiveDate) -> Result<T, Moved>) -> T {
        for _ in 0..100 {
            self.reads_on();
            let day = today();
            if let Ok(agreed) = compare(self, day)
                && day == today()
            {
                return agreed;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("seed {}: the log never comes to rest", self.seed)
    }

    /// Asks a read model that has reached the leaf this reading has reached.
    #[track_caller]
    pub fn asks(&self, path: &str) -> Result<Value, Moved> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let answer = self.office.get(&format!("{path}{separator}at_least={}", self.town.position)).good();
        let position = answer["as_of_position"].as_u64().unwrap_or_else(|| panic!("{path}: no position\n{answer:#}"));
        if position == self.town.position { Ok(answer) } else { Err(Moved) }
    }

    /// Every entry of a list, page by page.
    #[track_caller]
    pub fn pages(&self, path: &str, limit: u64) -> Result<Vec<Value>, Moved> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let (mut entries, mut cursor) = (Vec::new(), String::new());
        loop {
            let mut page = self.asks(&format!("{path}{separator}limit={limit}{cursor}"))?;
            entries.append(page["items"].as_array_mut().unwrap());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(entries),
            }
        }
    }

    /// Stops the test with all that is needed to see why.
    #[track_caller]
    pub fn differs(&self, figure: &str, ours: &Value, theirs: &Value, issue: Option<&str>) -> ! {
        let leaves = issue.and_then(|issue| self.town.issues.get(issue)).map(super::issues::Issue::tell);
        panic!(
            "seed {}, position {}, {figure}\nby the second reading: {ours}\nby the server:         {theirs}\n{}",
            self.seed,
            self.town.position,
            leaves.unwrap_or_default()
        )
    }

    /// Every issue of the list is what its leaves say.
    #[track_caller]
    pub fn compares_issues(&self, today: NaiveDate) -> Result<(), Moved> {
        let entries = self.pages("/v1/issues", 1000)?;
        let listed: BTreeSet<String> = entries.iter().map(id).collect();
        let known: BTreeSet<String> = self.town.issues.keys().cloned().collect();
        if let Some(odd) = listed.symmetric_difference(&known).next() {
            self.differs("the list of all issues", &json!(known.len()), &json!(listed.len()), Some(odd));
        }
        for entry in &entries {
            let issue = &self.town.standing(&self.town.issues[&id(entry)], today);
            let mut ours = json!({
                "state": issue.state, "lateness": self.town.lateness(issue, today), "cycle": issue.cycles.len(),
                "answer_due_on": issue.cycle().due_on(), "original_answer_due_on": issue.cycle().original_due_on(),
                "responsible_delegate_id": issue.delegate(), "grid_id": issue.grid, "topic": issue.topic,
                "kind": issue.kind, "reopening_pending": issue.reopening_pending,
            });
            if let Some(unit) = &issue.unit {
                ours["unit_id"] = json!(unit);
            }
            if let Some(on) = issue.interim_due_on() {
                ours["interim_due_on"] = json!(on);
            }
            let mut theirs: Value =
                ours.as_object().unwrap().keys().map(|name| (name.clone(), entry[name].clone())).collect();
            for name in ["unit_id", "interim_due_on"] {
                if let Some(value) = entry.get(name) {
                    theirs[name] = value.clone();
                }
            }
            if ours != theirs {
                self.differs("an entry of the list of issues", &ours, &theirs, Some(&issue.id));
            }
        }
        self.compares_details(&entries)
    }

    /// Some entries of the list, each beside the issue itself: what the list says, the issue says.
    #[track_caller]
    fn compares_details(&self, entries: &[Value]) -> Result<(), Moved> {
        for entry in entries.iter().step_by(5) {
            let whole = self.asks_one(&format!("/v1/issues/{}", id(entry)))?;
            if !is_part(entry, &whole) {
                self.differs("an issue and its entry in the list", entry, &whole, Some(&id(entry)));
            }
        }
        Ok(())
    }

    /// Asks for a single resource, as of the leaf this reading has reached.
    #[track_caller]
    fn asks_one(&self, path: &str) -> Result<Value, Moved> {
        let answer = self.office.get(path).good();
        if answer["as_of_position"] == json!(self.town.position) { Ok(answer) } else { Err(Moved) }
    }

    /// Every dashboard of a cohort is what the leaves say; the rows that lists are to be counted for.
    #[track_caller]
    pub fn compares_dashboards(&self, cohort: &Cohort, today: NaiveDate) -> Result<Vec<Value>, Moved> {
        let query = cohort.query();
        let overview = self.asks(&format!("/v1/dashboards/overview?{}", query.trim_start_matches('&')))?;
        assert_eq!(overview["as_of_date"], json!(today));
        self.same(&format!("overview{query}"), &dashboards::overview(&self.town, cohort, today), &overview, None);
        let mut all = vec![overview];
        for rows in [Rows::Grids, Rows::Units, Rows::Delegates, Rows::Topics] {
            let name = rows.name();
            let answer = self.asks(&format!("/v1/dashboards/{name}?{}", query.trim_start_matches('&')))?;
            assert_eq!(answer["as_of_date"], json!(today));
            let items = answer["items"].as_array().unwrap().clone();
            let expected = dashboards::rows(&self.town, rows, cohort, today);
            let told: BTreeMap<String, &Value> =
                items.iter().map(|item| (item[rows.key()].as_str().unwrap().to_owned(), item)).collect();
            assert_eq!(told.len(), items.len(), "a row twice: {answer:#}");
            let nothing = dashboards::nothing(rows);
            for row in told.keys().chain(expected.keys()) {
                let figure = format!("{name} {row}{query}");
                let ours = expected.get(row).unwrap_or(&nothing);
                match told.get(row) {
                    Some(theirs) => self.same(&figure, ours, theirs, Some((rows, row))),
                    None => self.differs(&figure, ours, &Value::Null, None),
                }
            }
            all.extend(items);
        }
        Ok(all)
    }

    /// The dashboard of major issues is what the leaves say.
    #[track_caller]
    pub fn compares_majors(&self, cohort: &Cohort, today: NaiveDate) -> Result<(), Moved> {
        let query = cohort.query();
        let answer = self.asks(&format!("/v1/dashboards/major-issues?{}", query.trim_start_matches('&')))?;
        let expected = dashboards::majors(&self.town, cohort, today);
        let nothing = json!({"open": 0, "overdue": 0, "by": []});
        let mut told = BTreeMap::new();
        for item in answer["items"].as_array().unwrap() {
            let mut figures = json!({"open": item["open"], "overdue": item["overdue"], "by": item["by"]});
            let by = figures["by"].as_array_mut().unwrap();
            by.sort_by_key(|cell| (cell["state"].to_string(), cell["level"].to_string()));
            told.insert(item["grid_id"].as_str().unwrap().to_owned(), figures);
        }
        for grid in told.keys().chain(expected.keys()) {
            let (ours, theirs) = (expected.get(grid).unwrap_or(&nothing), told.get(grid).unwrap_or(&nothing));
            if ours != theirs {
                self.differs(&format!("major-issues {grid}{query}"), ours, theirs, None);
            }
        }
        // The list behind it.
        if cohort.from.is_none() && cohort.to.is_none() {
            let listed = self.pages(&format!("/v1/major-issues?{}", query.trim_start_matches('&')), 1000)?;
            let counted: u64 = expected
                .values()
                .flat_map(|row| row["by"].as_array().unwrap())
                .map(|cell| cell["count"].as_u64().unwrap())
                .sum();
            assert_eq!(listed.len() as u64, counted, "seed {}: the list of major issues", self.seed);
        }
        Ok(())
    }

    /// All dashboards as they are shown, for a comparison with another time.
    #[track_caller]
    pub fn shown(&self, _: NaiveDate) -> Result<Vec<Value>, Moved> {
        let names = ["overview", "grids", "units", "delegates", "topics", "major-issues"];
        names.iter().map(|name| self.asks(&format!("/v1/dashboards/{name}"))).collect()
    }

    /// Folds every read model again from the first leaf, and waits for it.
    #[track_caller]
    pub fn rebuilds(&self) {
        let models = self.office.get("/v1/read-models").good();
        for model in models["items"].as_array().unwrap() {
            let name = model["name"].as_str().unwrap();
            self.office.post(&format!("/v1/read-models/{name}/rebuild"), &json!({})).good();
        }
        for _ in 0..1000 {
            let models = self.office.get("/v1/read-models").good();
            let done = |model: &Value| model["position"] == models["head"] && model["state"] == "running";
            if models["items"].as_array().unwrap().iter().all(done) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("seed {}: a rebuild does not end", self.seed)
    }

    /// Each figure is the same in both; of a row that differs, one issue is told.
    #[track_caller]
    fn same(&self, figure: &str, ours: &Value, theirs: &Value, row: Option<(Rows, &str)>) {
        for (name, ours) in ours.as_object().unwrap() {
            if theirs[name] != *ours {
                let odd = self.pages("/v1/issues", 1000).unwrap_or_default().into_iter().find(|entry| {
                    row.is_none_or(|(rows, row)| {
                        let key = if rows == Rows::Delegates { "responsible_delegate_id" } else { rows.key() };
                        entry[key] == *row
                    })
                });
                self.differs(&format!("{figure}: {name}"), ours, &theirs[name], odd.as_ref().map(id).as_deref());
            }
        }
        if theirs.get("receptions").is_some() && ours.get("receptions").is_none() {
            self.differs(&format!("{figure}: receptions"), &Value::Null, &theirs["receptions"], None);
        }
    }

    /// Every figure of one row of a dashboard is what its list counts to. `cohort` and the row say what the list is of.
    #[track_caller]
    pub fn recounts(&self, row: &Value, today: NaiveDate, dice: &mut Dice) -> Result<(), Moved> {
        let list = row["list"].as_str().unwrap_or_else(|| panic!("a row without its list: {row:#}")).to_owned();
        assert!(list.starts_with("/v1/issues"), "{list}");
        let separator = if list.contains('?') { '&' } else { '?' };
        // Sometimes small pages, so that cursors are part of it.
        let limit = *dice.one(&[1000, 1000, 7]);
        let counts = |filter: &str| -> Result<u64, Moved> {
            let path = if filter.is_empty() { list.clone() } else { format!("{list}{separator}{filter}") };
            Ok(self.pages(&path, limit)?.len() as u64)
        };
        let check = |figure: &str, told: &Value, counted: u64| {
            if *told != json!(counted) {
                let row = format!("the list behind {figure} of {list}");
                self.differs(&row, &json!(counted), told, None);
            }
        };
        check("raised", &row["issues"]["raised"], counts("")?);
        check("open", &row["issues"]["open"], counts("state=open")?);
        for state in STATES {
            check(state, &row["issues"][state], counts(&format!("state={state}"))?);
        }
        for degree in LATENESS {
            check(degree, &row["lateness"][degree], counts(&format!("lateness={degree}"))?);
        }
        let (monday, sunday) = week(today);
        let this_week = counts(&format!("state=open&due_from={monday}&due_to={sunday}"))?;
        check("due_this_week", &row["due_this_week"], this_week);
        check("silent_interim", &row["silent_interim"], counts("interim=silent")?);
        let (on_time, late) = (counts("answered=on_time")?, counts("answered=late")?);
        check("answered_on_time n", &row["answered_on_time"]["n"], on_time);
        check("answered_on_time of", &row["answered_on_time"]["of"], on_time + late);
        if let Some(receptions) = row.get("receptions") {
            let of_receptions = list.replacen("/v1/issues", "/v1/receptions", 1);
            check("receptions", receptions, self.pages(&of_receptions, limit)?.len() as u64);
        }
        Ok(())
    }
}
